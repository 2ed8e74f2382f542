using Tilt.HuggingFace.Export;

namespace Tilt.HuggingFace.Gguf;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">Its name, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, slowest first: <c>[rows, row length]</c>. The file has them the other way round.</param>
/// <param name="WriteTo">Writes exactly <see cref="Length"/> bytes.</param>
internal sealed record GgufTensor(string Name, WeightType Type, IReadOnlyList<long> Shape, Action<Stream> WriteTo)
{
    /// <summary>Bytes of the elements.</summary>
    public long Length =>
        WeightEncoding.RowBytes(Type, Shape[^1]) * Shape.SkipLast(1).Aggregate(1L, (product, dimension) => product * dimension);
}
