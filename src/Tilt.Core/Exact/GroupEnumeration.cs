namespace Tilt.Exact;

/// <summary>Receives a group.</summary>
/// <param name="group">Indices of its responses, ascending, <c>[G]</c>; changes after the call.</param>
/// <param name="probability">Probability that independent draws give these responses in any order.</param>
internal delegate void GroupVisitor(ReadOnlySpan<int> group, double probability);

/// <summary>
/// All groups of G independent draws. The G-tuples that differ only in order are visited once, with their joint probability:
/// every estimator treats the members of a group alike.
/// </summary>
internal static class GroupEnumeration
{
    public static void ForEach(double[] probabilities, int groupSize, GroupVisitor visit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        Extend(probabilities, new int[groupSize], 0, 0, 1, visit);
    }

    // factor is the probability of the members so far times the number of their orders.
    private static void Extend(double[] probabilities, int[] group, int filled, int run, double factor, GroupVisitor visit)
    {
        if (filled == group.Length)
        {
            visit(group, factor);
            return;
        }
        int last = filled == 0 ? 0 : group[filled - 1];
        for (int next = last; next < probabilities.Length; next++)
        {
            if (probabilities[next] == 0) continue;
            // A member that is equal to the one before makes a run longer: of its places, that many orders are the same.
            int length = filled > 0 && next == last ? run + 1 : 1;
            group[filled] = next;
            Extend(probabilities, group, filled + 1, length, factor * probabilities[next] * (filled + 1) / length, visit);
        }
    }
}
