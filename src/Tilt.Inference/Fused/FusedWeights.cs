using System.Globalization;
using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>All weights of a model, packed for the fused engine.</summary>
internal sealed unsafe class FusedWeights
{
    private readonly ModelConfiguration _configuration;

    /// <summary>Makes room for a model's weights, all zero.</summary>
    public FusedWeights(ModelConfiguration configuration)
    {
        _configuration = configuration;
        Shape = new AttentionShape(configuration.HeadCount, configuration.KeyValueHeadCount, configuration.HeadSize);
        Embedding = new AlignedBuffer((long)configuration.VocabularySize * configuration.HiddenSize);
        FinalNorm = new AlignedBuffer(configuration.HiddenSize);
        Head = new PackedMatrix(configuration.HiddenSize, configuration.VocabularySize);
        Layers = new FusedLayer[configuration.LayerCount];
        for (int i = 0; i < Layers.Length; i++) Layers[i] = new FusedLayer(configuration, Shape);
    }

    /// <summary>Heads.</summary>
    public AttentionShape Shape { get; }

    /// <summary>Embeddings, <c>[vocabulary, hidden]</c>.</summary>
    public AlignedBuffer Embedding { get; }

    /// <summary>The layers.</summary>
    public FusedLayer[] Layers { get; }

    /// <summary>Weight of the last norm, <c>[hidden]</c>.</summary>
    public AlignedBuffer FinalNorm { get; }

    /// <summary>The output matrix.</summary>
    public PackedMatrix Head { get; }

    /// <summary>
    /// Packs weights named as in Hugging Face checkpoints, row-major <c>[out, in]</c>. All are checked before any is packed.
    /// </summary>
    /// <exception cref="InputException">A tensor is missing or has another number of entries.</exception>
    public void Pack(IReadOnlyDictionary<string, float[]> tensors)
    {
        Check(tensors);
        int hidden = _configuration.HiddenSize, vocabulary = _configuration.VocabularySize;
        float[] embedding = tensors["model.embed_tokens.weight"];
        embedding.CopyTo(Embedding.Span);
        tensors["model.norm.weight"].CopyTo(FinalNorm.Span);
        float[] head = _configuration.TiedEmbeddings ? embedding : tensors["lm_head.weight"];
        for (int column = 0; column < vocabulary; column++) Head.SetColumn(column, head.AsSpan(column * hidden, hidden));
        for (int i = 0; i < Layers.Length; i++)
            PackLayer(Layers[i], string.Create(CultureInfo.InvariantCulture, $"model.layers.{i}."), tensors);
    }

    private void PackLayer(FusedLayer layer, string prefix, IReadOnlyDictionary<string, float[]> tensors)
    {
        int hidden = _configuration.HiddenSize, intermediate = _configuration.IntermediateSize;
        tensors[prefix + "input_layernorm.weight"].CopyTo(layer.AttentionNorm.Span);
        tensors[prefix + "post_attention_layernorm.weight"].CopyTo(layer.FeedForwardNorm.Span);
        PackHeads(layer.Query, 0, Shape.Heads, prefix + "self_attn.q_proj", tensors);
        PackHeads(layer.KeyValue, 0, Shape.KeyValueHeads, prefix + "self_attn.k_proj", tensors);
        PackHeads(layer.KeyValue, Shape.ValueColumns, Shape.KeyValueHeads, prefix + "self_attn.v_proj", tensors);
        if (_configuration.HeadNorms)
        {
            tensors[prefix + "self_attn.q_norm.weight"].CopyTo(layer.QueryNorm.Span);
            tensors[prefix + "self_attn.k_norm.weight"].CopyTo(layer.KeyNorm.Span);
        }
        float[] output = tensors[prefix + "self_attn.o_proj.weight"];
        for (int column = 0; column < hidden; column++)
            for (int head = 0; head < Shape.Heads; head++)
                layer.Output.SetColumn(column, output.AsSpan((column * Shape.Heads + head) * Shape.HeadSize, Shape.HeadSize),
                    head * Shape.PaddedHead);
        float[] gate = tensors[prefix + "mlp.gate_proj.weight"], up = tensors[prefix + "mlp.up_proj.weight"],
            down = tensors[prefix + "mlp.down_proj.weight"];
        for (int i = 0; i < intermediate; i++)
        {
            // 16 columns of the gate and the same 16 of the up projection share a panel: see GatedMode.
            int column = i / 16 * 32 + i % 16;
            layer.GateUp.SetColumn(column, gate.AsSpan(i * hidden, hidden));
            layer.GateUp.SetColumn(column + 16, up.AsSpan(i * hidden, hidden));
        }
        for (int column = 0; column < hidden; column++) layer.Down.SetColumn(column, down.AsSpan(column * intermediate, intermediate));
    }

    private void PackHeads(PackedMatrix target, int firstColumn, int heads, string name, IReadOnlyDictionary<string, float[]> tensors)
    {
        float[] weight = tensors[name + ".weight"];
        float[]? bias = _configuration.AttentionBias ? tensors[name + ".bias"] : null;
        int hidden = _configuration.HiddenSize;
        for (int head = 0; head < heads; head++)
            for (int i = 0; i < Shape.HeadSize; i++)
            {
                int row = head * Shape.HeadSize + i, column = firstColumn + head * Shape.PaddedHead + i;
                target.SetColumn(column, weight.AsSpan(row * hidden, hidden));
                if (bias is not null) target.Bias[column] = bias[row];
            }
    }

    private void Check(IReadOnlyDictionary<string, float[]> tensors)
    {
        foreach ((string name, long length) in Expected())
        {
            if (!tensors.TryGetValue(name, out float[]? tensor))
                throw new InputException($"The weights lack the tensor '{name}', which a {_configuration.Family.Name} model "
                    + $"of {_configuration.LayerCount} layers needs. Check that the checkpoint is complete and config.json belongs to it.");
            if (tensor.Length != length)
                throw new InputException($"The tensor '{name}' has {tensor.Length} entries where the configuration asks for {length}. "
                    + $"Check that config.json belongs to the checkpoint.");
        }
    }

    private IEnumerable<(string Name, long Length)> Expected()
    {
        ModelConfiguration c = _configuration;
        long hidden = c.HiddenSize, queries = (long)c.HeadCount * c.HeadSize, keys = (long)c.KeyValueHeadCount * c.HeadSize;
        yield return ("model.embed_tokens.weight", c.VocabularySize * hidden);
        yield return ("model.norm.weight", hidden);
        if (!c.TiedEmbeddings) yield return ("lm_head.weight", c.VocabularySize * hidden);
        for (int i = 0; i < c.LayerCount; i++)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"model.layers.{i}.");
            yield return (prefix + "input_layernorm.weight", hidden);
            yield return (prefix + "post_attention_layernorm.weight", hidden);
            foreach ((string name, long rows) in new[] { ("q_proj", queries), ("k_proj", keys), ("v_proj", keys) })
            {
                yield return ($"{prefix}self_attn.{name}.weight", rows * hidden);
                if (c.AttentionBias) yield return ($"{prefix}self_attn.{name}.bias", rows);
            }
            yield return (prefix + "self_attn.o_proj.weight", queries * hidden);
            if (c.HeadNorms) yield return (prefix + "self_attn.q_norm.weight", c.HeadSize);
            if (c.HeadNorms) yield return (prefix + "self_attn.k_norm.weight", c.HeadSize);
            foreach (string name in new[] { "gate_proj", "up_proj", "down_proj" })
                yield return ($"{prefix}mlp.{name}.weight", c.IntermediateSize * hidden);
        }
    }
}

/// <summary>The packed weights of one block.</summary>
internal sealed class FusedLayer(ModelConfiguration configuration, in AttentionShape shape)
{
    /// <summary>Norm before the attention, <c>[hidden]</c>.</summary>
    public AlignedBuffer AttentionNorm { get; } = new(configuration.HiddenSize);

    /// <summary>Query projection to padded heads.</summary>
    public PackedMatrix Query { get; } = new(configuration.HiddenSize, shape.QueryColumns);

    /// <summary>Key and value projections to padded heads, side by side.</summary>
    public PackedMatrix KeyValue { get; } = new(configuration.HiddenSize, 2 * shape.ValueColumns);

    /// <summary>Norm of each query head, <c>[head]</c>; unused without head norms.</summary>
    public AlignedBuffer QueryNorm { get; } = new(configuration.HeadSize);

    /// <summary>Norm of each key head, <c>[head]</c>; unused without head norms.</summary>
    public AlignedBuffer KeyNorm { get; } = new(configuration.HeadSize);

    /// <summary>Output projection from padded heads.</summary>
    public PackedMatrix Output { get; } = new(shape.QueryColumns, configuration.HiddenSize);

    /// <summary>Norm before the gated MLP, <c>[hidden]</c>.</summary>
    public AlignedBuffer FeedForwardNorm { get; } = new(configuration.HiddenSize);

    /// <summary>Gate and up projections, interleaved by 16 columns.</summary>
    public PackedMatrix GateUp { get; } = new(configuration.HiddenSize, (configuration.IntermediateSize + 15) / 16 * 32);

    /// <summary>Down projection.</summary>
    public PackedMatrix Down { get; } = new(configuration.IntermediateSize, configuration.HiddenSize);
}
