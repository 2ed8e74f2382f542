using Tilt.Verification;

namespace Tilt.Acceptance.VerifierSearch;

/// <summary>A pair that was judged otherwise than the oracle says.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Item">Its number in the series of the seed.</param>
/// <param name="Status">The verdict.</param>
internal sealed record Misjudged(Pair Pair, long Item, VerdictStatus Status);

/// <summary>What a search found.</summary>
/// <param name="Pairs">Pairs judged.</param>
/// <param name="Kinds">How many of each kind.</param>
/// <param name="Rules">How many by each edit or rewriting.</param>
/// <param name="Statuses">How many of each verdict.</param>
/// <param name="Misjudged">Every pair that was judged wrongly.</param>
internal sealed record SearchOutcome(
    int Pairs,
    SortedDictionary<string, int> Kinds,
    SortedDictionary<string, int> Rules,
    SortedDictionary<string, int> Statuses,
    List<Misjudged> Misjudged);

/// <summary>Puts pairs of known meaning before the verifier.</summary>
internal static class PairSearch
{
    /// <summary>Judges pairs that are proven different; each one accepted is a wrong acceptance.</summary>
    public static SearchOutcome Different(Verifier verifier, ulong seed, int pairs, Action<int, int>? progress = null) =>
        Run(verifier, DifferentPairs.Make, false, seed, pairs, progress);

    /// <summary>Judges pairs that rewriting made equal.</summary>
    public static SearchOutcome Equal(Verifier verifier, ulong seed, int pairs, Action<int, int>? progress = null) =>
        Run(verifier, EqualPairs.Make, true, seed, pairs, progress);

    private static SearchOutcome Run(Verifier verifier, Func<ulong, long, Pair?> make, bool equal, ulong seed, int pairs,
        Action<int, int>? progress)
    {
        SearchOutcome outcome = new(pairs, new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal), []);
        int judged = 0;
        for (long item = 0; judged < pairs; item++)
        {
            if (make(seed, item) is not { } pair) continue;
            judged++;
            VerdictStatus status = verifier.Verify(pair.Gold, $"\\boxed{{{pair.Answer}}}").Status;
            Count(outcome.Kinds, pair.Kind);
            Count(outcome.Rules, pair.Rule);
            Count(outcome.Statuses, status.ToString());
            if (status == VerdictStatus.Correct != equal) outcome.Misjudged.Add(new(pair, item, status));
            progress?.Invoke(judged, outcome.Misjudged.Count);
        }

        return outcome;
    }

    private static void Count(SortedDictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;
}
