using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tilt.Acceptance.VerifierSearch;
using Tilt.Verification;

namespace Tilt.Acceptance;

/// <summary>Searches for pairs that the verifier judges wrongly, and reports them.</summary>
internal static class VerifierSearchReport
{
    private const int LongestList = 5_000, ExamplesOfRule = 3, RulesShown = 60;

    /// <summary>Runs the search.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="pairs">Pairs proven different; a tenth as many equal ones.</param>
    /// <param name="folder">Where the report goes.</param>
    /// <returns>0 when every bar is met.</returns>
    public static int Run(ulong seed, int pairs, string folder)
    {
        Verifier verifier = new();
        long start = Stopwatch.GetTimestamp();
        SearchOutcome different = PairSearch.Different(verifier, seed, pairs, Progress("different", pairs));
        SearchOutcome equal = PairSearch.Equal(verifier, seed, Math.Max(1, pairs / 10), Progress("equal", pairs / 10));
        double accepted = 1 - equal.Misjudged.Count / (double)equal.Pairs;
        bool met = different.Misjudged.Count == 0 && accepted >= 0.99;
        double minutes = Stopwatch.GetElapsedTime(start).TotalMinutes;
        var results = new
        {
            Seed = seed,
            Minutes = Math.Round(minutes, 1),
            BarsMet = met,
            Different = Summary(different),
            Equal = Summary(equal),
            AcceptedOfEqual = Math.Round(accepted, 5),
        };
        AcceptanceReport.Write(folder, "verifier-search", results, stamp => Markdown(stamp, seed, minutes, different, equal, accepted));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{different.Misjudged.Count} of {different.Pairs} different pairs "
            + $"accepted; {accepted:P2} of {equal.Pairs} equal pairs accepted; {minutes:F1} min"));
        return met ? 0 : 1;
    }

    private static Action<int, int> Progress(string what, int pairs) => (judged, misjudged) =>
    {
        if (judged % 100_000 == 0) Console.WriteLine(FormattableString.Invariant($"{what}: {judged} of {pairs}, {misjudged} misjudged"));
    };

    private static object Summary(SearchOutcome outcome) => new
    {
        outcome.Pairs,
        outcome.Kinds,
        outcome.Statuses,
        MisjudgedPairs = outcome.Misjudged.Count,
        Misjudged = outcome.Misjudged.Take(LongestList)
            .Select(m => new { m.Item, m.Pair.Kind, m.Pair.Rule, m.Pair.Gold, m.Pair.Answer, Status = m.Status.ToString() }),
    };

    private static string Markdown(string stamp, ulong seed, double minutes, SearchOutcome different, SearchOutcome equal, double accepted)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # The verifier against pairs of known meaning

            {stamp}. Seed {seed}, {minutes:F0} minutes on one thread. Made by `dotnet run -c Release --project bench/acceptance -- verifier-search`.

            Pairs are random answers in LaTeX and what a small edit or a rewriting makes of them. An oracle that shares no code with the
            verifier decides them: interval arithmetic over big integers at random points of several magnitudes and both signs, raised to
            1,280 bits (9,000 for numbers built to agree), or exact reasoning on ends, coefficients and digits. Only pairs proven different
            count as different.

            | | pairs | judged right |
            |---|---:|---:|
            | proven different | {different.Pairs:N0} | {different.Pairs - different.Misjudged.Count:N0} ({different.Misjudged.Count:N0} wrong acceptances) |
            | equal by rewriting | {equal.Pairs:N0} | {equal.Pairs - equal.Misjudged.Count:N0} ({accepted:P2}) |

            Verdicts on different pairs: {Counts(different.Statuses)}. On equal pairs: {Counts(equal.Statuses)}.

            Different pairs by kind: {Counts(different.Kinds)}.

            Equal pairs by kind: {Counts(equal.Kinds)}.
            """);
        Groups(text, "Wrong acceptances, by kind and edit", different, m => $"{m.Pair.Kind}, {m.Pair.Rule}");
        Groups(text, "Refused equal pairs, by rewriting", equal, m => m.Pair.Rule);
        return text.ToString();
    }

    private static string Counts(SortedDictionary<string, int> counts) =>
        string.Join(", ", counts.OrderByDescending(count => count.Value)
            .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Value:N0}")));

    private static void Groups(StringBuilder text, string title, SearchOutcome outcome, Func<Misjudged, string> key)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        if (outcome.Misjudged.Count == 0) text.AppendLine("None.");
        foreach (IGrouping<string, Misjudged> group in outcome.Misjudged.GroupBy(key).OrderByDescending(group => group.Count())
            .Take(RulesShown))
        {
            IEnumerable<string> shortest = group.OrderBy(m => m.Pair.Gold.Length + m.Pair.Answer.Length).Take(ExamplesOfRule)
                .Select(m => $"`{m.Pair.Gold}` ← `{m.Pair.Answer}`");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"- {group.Count()} × {group.Key} (of {outcome.Rules[group.First().Pair.Rule]}): {string.Join("; ", shortest)}");
        }
    }
}
