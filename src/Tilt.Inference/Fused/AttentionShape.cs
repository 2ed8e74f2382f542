using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>Heads of the attention and how they lie in memory: every head is padded to a multiple of 32 floats.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key/value heads.</param>
/// <param name="HeadSize">Width of a head.</param>
internal readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>Query heads that share a key/value head.</summary>
    public int Group { get; } = Heads / KeyValueHeads;

    /// <summary>Width of a head with its padding.</summary>
    public int PaddedHead { get; } = PackedMatrix.Padded(HeadSize);

    /// <summary>Width of a row of queries.</summary>
    public int QueryColumns => Heads * PaddedHead;

    /// <summary>Width of a row of keys or of values.</summary>
    public int ValueColumns => KeyValueHeads * PaddedHead;

    /// <summary>Floats of the keys of one layer in a page, <c>[head, dimension, position]</c>.</summary>
    public int KeyFloats { get; } = KeyValueHeads * HeadSize * KeyValuePool.PagePositions;

    /// <summary>Floats of one layer in a page: the keys, then the values <c>[position, head × padded head]</c>.</summary>
    public int LayerFloats => KeyFloats + ValueColumns * KeyValuePool.PagePositions;
}
