using System.Collections.Concurrent;
using Tilt.Inference.Fused;
using Tilt.Inference.Vectors;
using Tilt.Torch.Native;

namespace Tilt.Torch.CpuEngine;

/// <summary>Memory for rows of logits and for what is computed from them, lent out and taken back: a step allocates nothing.</summary>
internal sealed class CpuLogits<TWidth, TVector>(int vocabularySize)
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    private readonly ConcurrentBag<TokenDistribution<TWidth, TVector>> _distributions = [];
    private readonly ConcurrentBag<AlignedBuffer> _buffers = [];

    public int VocabularySize => vocabularySize;

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; } = PackedMatrix.Padded(vocabularySize);

    public AlignedBuffer RentRows(int rows)
    {
        long length = (long)rows * Stride;
        if (_buffers.TryTake(out AlignedBuffer? buffer) && buffer.Length >= length) return buffer;
        return new AlignedBuffer(length);
    }

    public void Return(AlignedBuffer buffer) => _buffers.Add(buffer);

    /// <summary>Runs <paramref name="body"/> for every row with working memory of its own, on several threads.</summary>
    public void ForRows(int rows, Action<int, TokenDistribution<TWidth, TVector>> body) => ThreadTeam.Run(rows, row =>
    {
        if (!_distributions.TryTake(out TokenDistribution<TWidth, TVector>? distribution)) distribution = new(vocabularySize);
        body(row, distribution);
        _distributions.Add(distribution);
    });
}
