
namespace Tilt.Training.Optimizers;

/// <summary>Splits a batch into micro-batches of similar lengths under a budget of padded tokens.</summary>
public static class MicroBatches
{
    /// <summary>Micro-batches, each sorted from long to short; the same sequences in the same order always split alike.</summary>
    /// <param name="sequences">The batch.</param>
    /// <param name="tokenBudget">Most tokens of a micro-batch with its padding; a longer sequence stands alone.</param>
    public static IEnumerable<IReadOnlyList<WeightedSequence>> Split(IReadOnlyList<WeightedSequence> sequences, int tokenBudget)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokenBudget);
        var current = new List<WeightedSequence>();
        // OrderBy is stable: equal lengths keep their order, so the split is deterministic.
        foreach (var sequence in sequences.OrderByDescending(s => s.Length))
        {
            int longest = current.Count == 0 ? sequence.Length : current[0].Length;
            if (current.Count > 0 && longest * (current.Count + 1) > tokenBudget)
            {
                yield return current;
                current = [];
            }

            current.Add(sequence);
        }

        if (current.Count > 0) yield return current;
    }

    /// <summary>
    /// Micro-batches in which the sequences of a prompt stand together, long ones first, so that they share its computation. A prompt
    /// counts once in each micro-batch that it is in.
    /// </summary>
    /// <param name="sequences">The batch, the sequences of a prompt one after the other.</param>
    /// <param name="tokenBudget">Most tokens of a micro-batch; a longer sequence stands alone.</param>
    public static IEnumerable<IReadOnlyList<WeightedSequence>> SplitByPrompt(IReadOnlyList<WeightedSequence> sequences, int tokenBudget)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokenBudget);
        var groups = new List<List<WeightedSequence>>();
        foreach (WeightedSequence sequence in sequences)
        {
            if (groups.Count > 0 && groups[^1][0].Sequence.PromptIds.AsSpan().SequenceEqual(sequence.Sequence.PromptIds))
                groups[^1].Add(sequence);
            else groups.Add([sequence]);
        }

        var current = new List<WeightedSequence>();
        int tokens = 0;
        // Both sorts are stable: the split is deterministic.
        foreach (WeightedSequence sequence in groups.OrderByDescending(g => g.Max(s => s.Length))
            .SelectMany(g => g.OrderByDescending(s => s.Length)))
        {
            bool shares = current.Count > 0 && current[^1].Sequence.PromptIds.AsSpan().SequenceEqual(sequence.Sequence.PromptIds);
            int more = shares ? sequence.Sequence.ResponseIds.Length : sequence.Length;
            if (current.Count > 0 && tokens + more > tokenBudget)
            {
                yield return current;
                (current, tokens, more) = ([], 0, sequence.Length);
            }

            current.Add(sequence);
            tokens += more;
        }

        if (current.Count > 0) yield return current;
    }
}
