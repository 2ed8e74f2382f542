using Tilt.Inference.Fused;
using Tilt.Inference.Vectors;
using Tilt.Torch.Decoding;

namespace Tilt.Torch.CpuEngine;

/// <summary>
/// The next-token distributions of a batch as rows of float32 logits in CPU memory; normalised when asked, in double precision.
/// </summary>
internal sealed unsafe class CpuDistributions<TWidth, TVector> : INextTokenDistributions
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    private readonly CpuLogits<TWidth, TVector> _logits;
    private readonly SharedRows _memory;
    private readonly int[] _rows;

    /// <param name="logits">Where the memory comes from.</param>
    /// <param name="buffer">Rows of logits, given back when nothing uses them any more.</param>
    /// <param name="count">Number of rows.</param>
    public CpuDistributions(CpuLogits<TWidth, TVector> logits, AlignedBuffer buffer, int count)
        : this(logits, new SharedRows(logits, buffer), [.. Enumerable.Range(0, count)])
    {
    }

    private CpuDistributions(CpuLogits<TWidth, TVector> logits, SharedRows memory, int[] rows) =>
        (this._logits, this._memory, this._rows) = (logits, memory, rows);

    public int RowCount => _rows.Length;

    public int VocabularySize => _logits.VocabularySize;

    public INextTokenDistributions Select(ReadOnlySpan<int> indices)
    {
        var chosen = new int[indices.Length];
        for (int i = 0; i < chosen.Length; i++) chosen[i] = _rows[indices[i]];
        return new CpuDistributions<TWidth, TVector>(_logits, _memory.Acquire(), chosen);
    }

    public void TopK(int k, Span<int> tokens, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, VocabularySize);
        var (best, scores) = (new int[RowCount * k], new float[RowCount * k]);
        _logits.ForRows(RowCount, (row, distribution) =>
        {
            float* line = Line(row);
            double normalizer = distribution.LogNormalizer(line);
            TopTokens.Find(new ReadOnlySpan<float>(line, VocabularySize), best.AsSpan(row * k, k));
            for (int i = row * k; i < (row + 1) * k; i++) scores[i] = (float)(line[best[i]] - normalizer);
        });
        best.CopyTo(tokens);
        scores.CopyTo(values);
    }

    public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> untempered)
    {
        FusedSampler.CheckTemperature(temperature);
        double[] draws = uniforms.ToArray();
        var drawn = new TokenDraw[RowCount];
        _logits.ForRows(RowCount,
            (row, distribution) => drawn[row] = distribution.Draw(Line(row), temperature, draws[row], withEntropy: false));
        for (int i = 0; i < drawn.Length; i++)
            (tokens[i], samplingLogProbabilities[i], untempered[i]) =
                (drawn[i].Token, drawn[i].SamplingLogProbability, drawn[i].LogProbability);
    }

    public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> values)
    {
        int[] given = tokens.ToArray();
        var scores = new float[RowCount];
        _logits.ForRows(RowCount,
            (row, distribution) => scores[row] = distribution.Score(Line(row), given[row], withEntropy: false).LogProbability);
        scores.CopyTo(values);
    }

    public void Entropies(Span<float> entropies)
    {
        var spreads = new float[RowCount];
        _logits.ForRows(RowCount, (row, distribution) => spreads[row] = distribution.Score(Line(row), 0, withEntropy: true).Entropy);
        spreads.CopyTo(entropies);
    }

    public void Row(int row, Span<float> values)
    {
        var line = new float[VocabularySize];
        _logits.ForRows(1, (_, distribution) => distribution.LogProbabilities(Line(row), line));
        line.CopyTo(values);
    }

    public void Dispose() => _memory.Release();

    private float* Line(int row) => _memory.Buffer.Pointer + (nint)_rows[row] * _logits.Stride;

    /// <summary>Rows of logits that several selections of them use.</summary>
    private sealed class SharedRows(CpuLogits<TWidth, TVector> logits, AlignedBuffer buffer)
    {
        private int _users = 1;

        public AlignedBuffer Buffer => buffer;

        public SharedRows Acquire()
        {
            _users++;
            return this;
        }

        public void Release()
        {
            if (--_users == 0) logits.Return(buffer);
        }
    }
}
