using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>Scores given responses: every different prompt of a piece of work is read once, then the responses in full batches.</summary>
internal sealed unsafe class FusedScorer
{
    private readonly IReadOnlyList<TokenSequence> _sequences;
    private readonly float[][] _logProbabilities;
    private readonly float[][]? _entropies;
    private readonly KeyValuePool _pool;
    private readonly ForwardPass _forward;
    private readonly SegmentBatch _prompts;
    private readonly SegmentBatch _responses;
    private readonly PromptOrder _order;
    private readonly List<CachedSequence> _live = [];
    private readonly Stack<CachedSequence> _spare = [];

    private FusedScorer(FusedModel model, ForwardPass forward, IReadOnlyList<TokenSequence> sequences, PromptOrder order,
        float[][] logProbabilities, float[][]? entropies)
    {
        _sequences = sequences;
        _order = order;
        _logProbabilities = logProbabilities;
        _entropies = entropies;
        _forward = forward;
        _pool = model.NewPool();
        _prompts = new SegmentBatch(model, forward, _pool, ScoreFirstTokens);
        _responses = new SegmentBatch(model, forward, _pool, ScoreToken);
    }

    /// <summary>Scores checked sequences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sequences">Prompts and responses.</param>
    /// <param name="entropies">Receives the entropies, <c>[sequence][time]</c>; or null.</param>
    /// <returns>The log-probabilities, <c>[sequence][time]</c>.</returns>
    public static float[][] Score(FusedModel model, IReadOnlyList<TokenSequence> sequences, float[][]? entropies)
    {
        var logProbabilities = new float[sequences.Count][];
        for (int i = 0; i < logProbabilities.Length; i++) logProbabilities[i] = new float[sequences[i].ResponseIds.Length];
        var order = new PromptOrder(sequences.Count, i => sequences[i].PromptIds);
        int next = 0, unit = Math.Clamp(sequences.Count / (4 * model.Threads), 1, 32);
        int units = (sequences.Count + unit - 1) / unit;
        WorkSharing.Run(Math.Min(model.Threads, units), () =>
        {
            ForwardPass forward = model.Rent();
            var scorer = new FusedScorer(model, forward, sequences, order, logProbabilities, entropies);
            for (int i = Interlocked.Increment(ref next) - 1; i < units; i = Interlocked.Increment(ref next) - 1)
                scorer.ScoreUnit(i * unit, Math.Min(sequences.Count, (i + 1) * unit));
            model.Return(forward);
        });
        return logProbabilities;
    }

    private int _end;

    private void ScoreUnit(int first, int end)
    {
        _end = end;
        var prompts = new List<(int First, int End, CachedSequence Cache)>();
        for (int from = first, to; from < end; from = to)
        {
            to = GroupEnd(from);
            int[] ids = _sequences[_order.Indices[from]].PromptIds;
            CachedSequence cache = NewCache();
            cache.Extend(_pool, ids.Length);
            prompts.Add((from, to, cache));
            _prompts.Add(cache, 0, ids, ids.Length - 1, from);
        }
        _prompts.Flush();
        foreach ((int from, int to, CachedSequence prompt) in prompts)
            for (int i = from; i < to; i++)
            {
                CachedSequence cache = NewCache();
                cache.CopyFrom(_pool, prompt);
                if (i == to - 1) Recycle(prompt);
                Read(_order.Indices[i], cache);
            }
        FlushResponses();
    }

    private void Read(int index, CachedSequence cache)
    {
        (int[] prompt, int[] response) = _sequences[index];
        _live.Add(cache);
        if (response.Length < 2) return;
        // The last token's output predicts nothing that is asked for.
        cache.Extend(_pool, response.Length - 1);
        _responses.Add(cache, prompt.Length, response.AsSpan(0, response.Length - 1), 0, index);
        if (_live.Count >= 64) FlushResponses();
    }

    private void FlushResponses()
    {
        _responses.Flush();
        foreach (CachedSequence cache in _live) Recycle(cache);
        _live.Clear();
    }

    private int GroupEnd(int from)
    {
        int to = from + 1;
        while (to < _end && _order.GroupOf[_order.Indices[to]] == _order.GroupOf[_order.Indices[from]]) to++;
        return to;
    }

    private void ScoreFirstTokens(int from, int index, float* logits)
    {
        int to = GroupEnd(from);
        for (int i = from; i < to; i++)
            if (_sequences[_order.Indices[i]].ResponseIds.Length > 0) Record(_order.Indices[i], 0, logits);
    }

    private void ScoreToken(int sequence, int index, float* logits) => Record(sequence, index + 1, logits);

    private void Record(int sequence, int position, float* logits)
    {
        TokenDraw score = _forward.Score(logits, _sequences[sequence].ResponseIds[position], _entropies is not null);
        _logProbabilities[sequence][position] = score.LogProbability;
        if (_entropies is not null) _entropies[sequence][position] = score.Entropy;
    }

    private CachedSequence NewCache() => _spare.TryPop(out CachedSequence? cache) ? cache : new CachedSequence();

    private void Recycle(CachedSequence cache)
    {
        cache.Clear(_pool);
        _spare.Push(cache);
    }
}
