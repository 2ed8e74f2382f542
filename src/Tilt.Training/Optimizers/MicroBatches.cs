
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
}
