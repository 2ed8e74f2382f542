using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;

namespace Tilt.HuggingFace.Gguf;

/// <summary>How llama.cpp's converter lays out the tensors of the Llama and Qwen families: names, order, types and the order of rows.</summary>
internal static class GgufTensorLayout
{
    private static readonly Dictionary<string, string> BlockNames = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["self_attn.o_proj"] = "attn_output",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>The parameters in the order of the converter's files: file by file of the checkpoint, in each by name.</summary>
    public static IEnumerable<MergedParameter> Order(IEnumerable<MergedParameter> parameters) =>
        parameters.OrderBy(p => p.FilePath, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>Name of a parameter in GGUF files.</summary>
    public static string NameOf(string parameter)
    {
        switch (parameter)
        {
            case ParameterLayout.Embedding: return "token_embd.weight";
            case ParameterLayout.FinalNorm: return "output_norm.weight";
            case ParameterLayout.Output: return "output.weight";
        }
        int block = ParameterLayout.BlockOf(parameter) ?? throw new ArgumentException($"'{parameter}' has no name in GGUF files.", nameof(parameter));
        string module = ParameterShape.ModuleOf(parameter), kind = parameter[(module.Length + 1)..];
        return $"blk.{block}.{BlockNames[module[ParameterLayout.Block(block).Length..]]}.{kind}";
    }

    /// <summary>
    /// The element type that llama.cpp's quantiser gives a tensor when it is asked for <paramref name="wanted"/>: vectors, and
    /// matrices of one row, which ggml cannot tell from vectors, stay float32; rows that do not fill blocks of Q8_0 become float16.
    /// </summary>
    public static WeightType TypeOf(IReadOnlyList<long> shape, WeightType wanted)
    {
        if (shape is not [> 1, var length]) return WeightType.Float32;
        return wanted == WeightType.Q8_0 && length % WeightEncoding.BlockLength != 0 ? WeightType.Float16 : wanted;
    }

    /// <summary>
    /// Where the rows of a parameter come from: llama.cpp rotates pairs of neighbouring rows of Llama's queries and keys where the
    /// checkpoint has the two halves of a head, so row 2i + j of a head is row j · (head size / 2) + i of the checkpoint. Null for
    /// rows as they are.
    /// </summary>
    public static Func<long, long>? RowOrder(string parameter, ModelConfiguration model)
    {
        if (model.ModelType != "llama" || !(parameter.EndsWith(".q_proj.weight", StringComparison.Ordinal) || parameter.EndsWith(".k_proj.weight", StringComparison.Ordinal)))
            return null;
        int size = model.HeadSize;
        return row =>
        {
            long inHead = row % size;
            return row - inHead + inHead % 2 * (size / 2) + inHead / 2;
        };
    }
}
