using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>
/// A batch in the middle of generation. Rows with a common beginning share its pages of keys and values until they are written.
/// </summary>
internal sealed unsafe class FusedModelState : IModelState
{
    private const int BlockRows = 32;

    private readonly FusedModel _model;
    private readonly KeyValuePool _pool;
    private readonly Stack<CachedSequence> _spare = [];
    private readonly long _version;
    private CachedSequence[] _rows;
    private int[] _logitRow;
    private AlignedBuffer _logits;
    private bool _disposed;

    /// <summary>Reads checked prompts, equal ones once.</summary>
    public FusedModelState(FusedModel model, IReadOnlyList<int[]> prompts)
    {
        _model = model;
        _version = model.Updates;
        _pool = model.NewPool();
        BatchSize = prompts.Count;
        var order = new PromptOrder(prompts.Count, i => prompts[i]);
        _logits = new AlignedBuffer((long)order.GroupCount * model.LogitStride);
        _logitRow = order.GroupOf;
        _rows = new CachedSequence[BatchSize];
        var firsts = new int[order.GroupCount];
        for (int i = BatchSize - 1; i >= 0; i--) firsts[order.GroupOf[i]] = i;
        foreach (int first in firsts)
        {
            _rows[first] = new CachedSequence();
            _rows[first].Extend(_pool, prompts[first].Length);
        }
        BlockSharing.Run(model, firsts.Length, 8, (forward, from, to) =>
        {
            var batch = new SegmentBatch(model, forward, _pool, (group, _, logits) =>
                new ReadOnlySpan<float>(logits, model.LogitStride).CopyTo(new Span<float>(Logits(group), model.LogitStride)));
            for (int group = from; group < to; group++)
            {
                int[] ids = prompts[firsts[group]];
                batch.Add(_rows[firsts[group]], 0, ids, ids.Length - 1, group);
            }
            batch.Flush();
        });
        for (int i = 0; i < BatchSize; i++)
        {
            if (_rows[i] is not null) continue;
            _rows[i] = new CachedSequence();
            _rows[i].CopyFrom(_pool, _rows[firsts[order.GroupOf[i]]]);
        }
    }

    /// <inheritdoc/>
    public int BatchSize { get; private set; }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<int> tokens)
    {
        CheckUsable(tokens.Length, nameof(tokens));
        if (_version != _model.Updates)
            throw new InvalidOperationException("The model's weights changed after this state was made; prefill again.");
        _model.CheckIds(tokens, "Step of batch size", tokens.Length);
        int longest = 0;
        for (int i = 0; i < BatchSize; i++) longest = Math.Max(longest, _rows[i].Length + 1);
        if (longest > _model.ContextLength)
            throw new InvalidOperationException($"A row has reached the model's context length of {_model.ContextLength} tokens.");
        _model.EnsurePositions(longest);
        for (int i = 0; i < BatchSize; i++) _rows[i].Extend(_pool, 1);
        long floats = (long)BatchSize * _model.LogitStride;
        if (_logits.Length < floats) _logits = new AlignedBuffer(floats);
        int[] copy = tokens.ToArray();
        BlockSharing.Run(_model, BatchSize, BlockRows, (forward, from, to) => StepBlock(forward, copy, from, to));
        for (int i = 0; i < BatchSize; i++) _logitRow[i] = i;
    }

    /// <inheritdoc/>
    public void Select(ReadOnlySpan<int> indices)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach (int index in indices)
            if ((uint)index >= (uint)BatchSize)
                throw new ArgumentException($"Row {index} does not exist; the batch has {BatchSize} rows.", nameof(indices));
        var rows = new CachedSequence[indices.Length];
        var logitRow = new int[indices.Length];
        var taken = new bool[BatchSize];
        for (int i = 0; i < indices.Length; i++)
        {
            int source = indices[i];
            logitRow[i] = _logitRow[source];
            if (!taken[source]) rows[i] = _rows[source];
            else
            {
                rows[i] = _spare.TryPop(out CachedSequence? spare) ? spare : new CachedSequence();
                rows[i].CopyFrom(_pool, _rows[source]);
            }
            taken[source] = true;
        }
        for (int i = 0; i < BatchSize; i++)
        {
            if (taken[i]) continue;
            _rows[i].Clear(_pool);
            _spare.Push(_rows[i]);
        }
        (_rows, _logitRow, BatchSize) = (rows, logitRow, indices.Length);
    }

    /// <inheritdoc/>
    public void TopK(int k, Span<int> tokens, Span<float> logProbabilities)
    {
        if (k < 1 || k > _model.VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(k), k, $"The vocabulary has {_model.VocabularySize} tokens.");
        CheckUsable(tokens.Length, nameof(tokens), k);
        CheckUsable(logProbabilities.Length, nameof(logProbabilities), k);
        ForwardPass forward = _model.Rent();
        for (int row = 0; row < BatchSize; row++)
        {
            Span<int> best = tokens.Slice(row * k, k);
            float* logits = Logits(_logitRow[row]);
            double normalizer = forward.LogNormalizer(logits);
            TopTokens.Find(new ReadOnlySpan<float>(logits, _model.VocabularySize), best);
            for (int i = 0; i < k; i++) logProbabilities[row * k + i] = (float)(logits[best[i]] - normalizer);
        }
        _model.Return(forward);
    }

    /// <inheritdoc/>
    public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities)
    {
        FusedSampler.CheckTemperature(temperature);
        CheckUsable(uniforms.Length, nameof(uniforms));
        CheckUsable(tokens.Length, nameof(tokens));
        CheckUsable(samplingLogProbabilities.Length, nameof(samplingLogProbabilities));
        CheckUsable(logProbabilities.Length, nameof(logProbabilities));
        ForwardPass forward = _model.Rent();
        for (int row = 0; row < BatchSize; row++)
        {
            TokenDraw draw = forward.Draw(Logits(_logitRow[row]), temperature, uniforms[row], false);
            tokens[row] = draw.Token;
            samplingLogProbabilities[row] = draw.SamplingLogProbability;
            logProbabilities[row] = draw.LogProbability;
        }
        _model.Return(forward);
    }

    /// <inheritdoc/>
    public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities)
    {
        CheckUsable(tokens.Length, nameof(tokens));
        CheckUsable(logProbabilities.Length, nameof(logProbabilities));
        _model.CheckIds(tokens, "Batch of size", tokens.Length);
        ForwardPass forward = _model.Rent();
        for (int row = 0; row < BatchSize; row++)
            logProbabilities[row] = forward.Score(Logits(_logitRow[row]), tokens[row], false).LogProbability;
        _model.Return(forward);
    }

    /// <inheritdoc/>
    public void Entropies(Span<float> entropies)
    {
        CheckUsable(entropies.Length, nameof(entropies));
        ForwardPass forward = _model.Rent();
        for (int row = 0; row < BatchSize; row++) entropies[row] = forward.Score(Logits(_logitRow[row]), 0, true).Entropy;
        _model.Return(forward);
    }

    /// <inheritdoc/>
    public void Row(int row, Span<float> logProbabilities)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, BatchSize);
        if (logProbabilities.Length != _model.VocabularySize)
            throw new ArgumentException($"A row has {_model.VocabularySize} entries, the span {logProbabilities.Length}.",
                nameof(logProbabilities));
        ForwardPass forward = _model.Rent();
        forward.LogProbabilities(Logits(_logitRow[row]), logProbabilities);
        _model.Return(forward);
    }

    /// <summary>Forgets all rows; the memory is the garbage collector's.</summary>
    public void Dispose()
    {
        _disposed = true;
        (_rows, _logitRow, BatchSize) = ([], [], 0);
        _logits = new AlignedBuffer(0);
    }

    private void StepBlock(ForwardPass forward, int[] tokens, int from, int to)
    {
        Span<Segment> segments = new Segment[to - from];
        for (int i = from; i < to; i++) segments[i - from] = new Segment(_rows[i], _rows[i].Length - 1, 1, 0);
        forward.Run(segments, tokens.AsSpan(from, to - from), _pool, _model.Rotary);
        forward.Logits(0, to - from, Logits(from));
    }

    private float* Logits(int row) => _logits.Pointer + row * (long)_model.LogitStride;

    private void CheckUsable(int length, string name, int perRow = 1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (length != (long)BatchSize * perRow)
            throw new ArgumentException(
                $"The batch of {BatchSize} rows needs {(long)BatchSize * perRow} entries, but the span has {length}.", name);
    }
}
