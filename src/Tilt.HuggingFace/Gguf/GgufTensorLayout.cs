using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Gguf;

/// <summary>How llama.cpp's converter lays out the tensors of a model: names, order, types and the order of rows.</summary>
internal static class GgufTensorLayout
{
    /// <summary>The parameters in the order of the converter's files: file by file of the checkpoint, in each by name.</summary>
    public static IEnumerable<MergedParameter> Order(IEnumerable<MergedParameter> parameters) =>
        parameters.OrderBy(p => p.FilePath, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>Name of a parameter in GGUF files.</summary>
    public static string NameOf(string parameter, GgufConventions conventions)
    {
        switch (parameter)
        {
            case ParameterLayout.Embedding: return "token_embd.weight";
            case ParameterLayout.FinalNorm: return "output_norm.weight";
            case ParameterLayout.Output: return "output.weight";
        }
        int block = ParameterLayout.BlockOf(parameter)
            ?? throw new ArgumentException($"'{parameter}' has no name in GGUF files.", nameof(parameter));
        string module = ParameterShape.ModuleOf(parameter), kind = parameter[(module.Length + 1)..];
        return $"blk.{block}.{conventions.BlockNames[module[ParameterLayout.Block(block).Length..]]}.{kind}";
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
    /// Where the rows of a parameter come from: where llama.cpp rotates pairs of neighbouring rows of queries and keys and the
    /// checkpoint has the two halves of a head, row 2i + j of a head is row j · (head size / 2) + i of the checkpoint. Null for rows
    /// as they are.
    /// </summary>
    public static Func<long, long>? RowOrder(string parameter, ModelConfiguration model)
    {
        if (!model.Family.Gguf.RotatesNeighbours
            || !(parameter.EndsWith(".q_proj.weight", StringComparison.Ordinal)
                || parameter.EndsWith(".k_proj.weight", StringComparison.Ordinal)))
            return null;
        int size = model.HeadSize;
        return row =>
        {
            long inHead = row % size;
            return row - inHead + inHead % 2 * (size / 2) + inHead / 2;
        };
    }
}
