using System.Globalization;

namespace Tilt.HuggingFace.Architecture;

/// <summary>Name and shape of a parameter.</summary>
/// <param name="Name">Its name in Hugging Face checkpoints.</param>
/// <param name="Shape">Matrices are <c>[outputs, inputs]</c>, norms and biases <c>[outputs]</c>.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>Name of the module it belongs to: its own without <c>.weight</c> or <c>.bias</c>.</summary>
    public string Module => ModuleOf(Name);

    internal static string ModuleOf(string parameter) => parameter[..parameter.LastIndexOf('.')];
}

/// <summary>
/// The parameters of a model in their fixed order: embedding, blocks from the first to the last, final norm, output matrix.
/// </summary>
public static class ParameterLayout
{
    /// <summary>Name of the embedding.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>Name of the last norm.</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary>Name of the output matrix, present when it is not tied to the embedding.</summary>
    public const string Output = "lm_head.weight";

    private const string Blocks = "model.layers.";

    /// <summary>The parameters of a model of the given shape.</summary>
    public static IReadOnlyList<ParameterShape> Of(ModelConfiguration configuration)
    {
        var parameters = new List<ParameterShape> { new(Embedding, [configuration.VocabularySize, configuration.HiddenSize]) };
        for (int layer = 0; layer < configuration.LayerCount; layer++) AddBlock(parameters, configuration, Block(layer));
        parameters.Add(new(FinalNorm, [configuration.HiddenSize]));
        if (!configuration.TiedEmbeddings) parameters.Add(new(Output, [configuration.VocabularySize, configuration.HiddenSize]));
        return parameters;
    }

    /// <summary>
    /// The weight matrices of the blocks' linear layers, <c>[outputs, inputs]</c>: query, key, value, output, gate, up and down
    /// projections.
    /// </summary>
    public static IEnumerable<ParameterShape> LinearLayers(ModelConfiguration configuration) =>
        Of(configuration).Where(p => p.Name.EndsWith("_proj.weight", StringComparison.Ordinal));

    /// <summary>Prefix of the names of a block's parameters.</summary>
    internal static string Block(int layer) => $"{Blocks}{layer}.";

    /// <summary>Number of the block that a parameter or module belongs to, or null.</summary>
    internal static int? BlockOf(string name) =>
        name.StartsWith(Blocks, StringComparison.Ordinal) && name.IndexOf('.', Blocks.Length) is > 0 and var end
            && int.TryParse(name.AsSpan(Blocks.Length, end - Blocks.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int block)
            ? block
            : null;

    private static void AddBlock(List<ParameterShape> parameters, ModelConfiguration shape, string block)
    {
        long hidden = shape.HiddenSize, inner = shape.IntermediateSize;
        long query = (long)shape.HeadCount * shape.HeadSize, keyValue = (long)shape.KeyValueHeadCount * shape.HeadSize;
        parameters.Add(new(block + "input_layernorm.weight", [hidden]));
        foreach ((char projection, long size) in new[] { ('q', query), ('k', keyValue), ('v', keyValue) })
        {
            parameters.Add(new($"{block}self_attn.{projection}_proj.weight", [size, hidden]));
            if (shape.AttentionBias) parameters.Add(new($"{block}self_attn.{projection}_proj.bias", [size]));
        }
        if (shape.HeadNorms)
        {
            parameters.Add(new(block + "self_attn.q_norm.weight", [shape.HeadSize]));
            parameters.Add(new(block + "self_attn.k_norm.weight", [shape.HeadSize]));
        }
        parameters.Add(new(block + "self_attn.o_proj.weight", [hidden, query]));
        parameters.Add(new(block + "post_attention_layernorm.weight", [hidden]));
        parameters.Add(new(block + "mlp.gate_proj.weight", [inner, hidden]));
        parameters.Add(new(block + "mlp.up_proj.weight", [inner, hidden]));
        parameters.Add(new(block + "mlp.down_proj.weight", [hidden, inner]));
    }
}
