using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Responses;

/// <summary>
/// Extends many partial responses together, token by token, until each ends or reaches its limit. Equal
/// contexts are read once and forked; sequences that end leave the batch at once.
/// </summary>
internal sealed class ResponseExtension(ILanguageModel model, ITokenDraw draw, int maxBatchSize)
{
    private readonly int[] _endOfSequenceIds = [.. model.EndOfSequenceIds];

    /// <summary>Fixed-length mode: end-of-sequence tokens do not end a response.</summary>
    public bool IgnoreEndOfSequence { get; init; }

    public bool RecordEntropies { get; init; }

    /// <summary>Extends every unfinished response that is shorter than <paramref name="limit"/> tokens.</summary>
    public GenerationCost Extend(IReadOnlyList<PartialResponse> responses, int limit, CancellationToken cancellationToken)
    {
        PartialResponse[] open = [.. responses.Where(response => !response.Finished && response.Length < limit)];
        var cost = new GenerationCost();
        foreach (PartialResponse[] batch in open.Chunk(maxBatchSize)) cost += ExtendBatch(batch, limit, cancellationToken);
        return cost;
    }

    private GenerationCost ExtendBatch(PartialResponse[] rows, int limit, CancellationToken cancellationToken)
    {
        var (contexts, forks) = ShareContexts(rows);
        long generated = 0, forward = contexts.Sum(context => (long)context.Length);
        using IModelState state = model.Prefill(contexts);
        if (contexts.Count < rows.Length) state.Select(forks);
        var buffers = new StepBuffers(rows.Length);
        int count = rows.Length;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Draw(state, rows.AsSpan(0, count), buffers);
            generated += count;
            int open = KeepOpen(rows.AsSpan(0, count), buffers, limit);
            if (open == 0) return new GenerationCost(generated, forward);
            if (open < count) state.Select(buffers.Kept.AsSpan(0, open));
            state.Step(buffers.Tokens.AsSpan(0, open));
            forward += open;
            count = open;
        }
    }

    private static (List<int[]> Contexts, int[] Forks) ShareContexts(PartialResponse[] rows)
    {
        var contexts = new List<int[]>();
        var indices = new Dictionary<int[], int>(TokenIdsComparer.Instance);
        int[] forks = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int[] context = rows[i].Context();
            if (!indices.TryGetValue(context, out forks[i]))
            {
                indices.Add(context, forks[i] = contexts.Count);
                contexts.Add(context);
            }
        }
        return (contexts, forks);
    }

    private void Draw(IModelState state, ReadOnlySpan<PartialResponse> rows, StepBuffers buffers)
    {
        int count = rows.Length;
        for (int i = 0; i < count; i++) buffers.Uniforms[i] = rows[i].Stream.Uniform(rows[i].FirstNumber + (uint)rows[i].Length);
        if (RecordEntropies) state.Entropies(buffers.Entropies.AsSpan(0, count));
        draw.Draw(
            state,
            buffers.Uniforms.AsSpan(0, count),
            buffers.Tokens.AsSpan(0, count),
            buffers.SamplingLogProbabilities.AsSpan(0, count),
            buffers.LogProbabilities.AsSpan(0, count));
    }

    /// <summary>Appends the drawn tokens and moves rows that go on, with their tokens, to the front; returns their number.</summary>
    private int KeepOpen(Span<PartialResponse> rows, StepBuffers buffers, int limit)
    {
        int open = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int token = buffers.Tokens[i];
            bool finishes = !IgnoreEndOfSequence && Array.IndexOf(_endOfSequenceIds, token) >= 0;
            rows[i].Append(token, buffers.SamplingLogProbabilities[i], buffers.LogProbabilities[i], buffers.Entropies[i], finishes);
            if (finishes || rows[i].Length == limit) continue;
            rows[open] = rows[i];
            buffers.Tokens[open] = token;
            buffers.Kept[open] = i;
            open++;
        }
        return open;
    }

    private sealed class StepBuffers(int count)
    {
        public readonly double[] Uniforms = new double[count];
        public readonly int[] Tokens = new int[count];
        public readonly int[] Kept = new int[count];
        public readonly float[] SamplingLogProbabilities = new float[count];
        public readonly float[] LogProbabilities = new float[count];
        public readonly float[] Entropies = new float[count];
    }
}
