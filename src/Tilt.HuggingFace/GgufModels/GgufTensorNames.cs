using System.Text.RegularExpressions;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>The parameters of Hugging Face checkpoints that the tensors of a GGUF file are: names, and where their rows are.</summary>
internal static partial class GgufTensorNames
{
    /// <summary>The embedding in GGUF files.</summary>
    public const string Embedding = "token_embd.weight";

    /// <summary>The output matrix in GGUF files; absent where it is the embedding.</summary>
    public const string Output = "output.weight";

    /// <summary>Name of the parameter, or null for tensors that are none of this family.</summary>
    public static string? ParameterOf(string tensor, GgufConventions conventions)
    {
        switch (tensor)
        {
            case Embedding: return "model.embed_tokens.weight";
            case "output_norm.weight": return "model.norm.weight";
            case Output: return "lm_head.weight";
        }
        if (BlockTensor().Match(tensor) is not { Success: true } match) return null;
        string? module = conventions.BlockNames.FirstOrDefault(names => names.Value == match.Groups[2].Value).Key;
        return module is null ? null : $"model.layers.{match.Groups[1].Value}.{module}.{match.Groups[3].Value}";
    }

    /// <summary>
    /// Number of the file's row that is a row of the parameter, where llama.cpp rotates pairs of neighbouring rows of queries and keys
    /// and the checkpoint has the two halves of a head: row j · (head size / 2) + i of a head is the file's row 2i + j. Null for rows
    /// as they are.
    /// </summary>
    public static Func<long, long>? RowOrder(string tensor, GgufConventions conventions, int headSize)
    {
        if (!conventions.RotatesNeighbours || BlockTensor().Match(tensor) is not { Success: true } match
            || match.Groups[2].Value is not ("attn_q" or "attn_k")) return null;
        return row =>
        {
            long inHead = row % headSize;
            return row - inHead + inHead % (headSize / 2) * 2 + inHead / (headSize / 2);
        };
    }

    /// <summary>Weights that are no norms are matrices.</summary>
    public static bool IsMatrix(string tensor) =>
        tensor.EndsWith(".weight", StringComparison.Ordinal) && !tensor.EndsWith("_norm.weight", StringComparison.Ordinal)
            && tensor != RotaryFactors.TensorName;

    [GeneratedRegex(@"^blk\.(0|[1-9][0-9]{0,8})\.([a-z_]+)\.(weight|bias)\z")]
    private static partial Regex BlockTensor();
}
