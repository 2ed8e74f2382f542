using System.Globalization;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Studies.Reports;

/// <summary>What the figures of a group say, in sentences. A difference counts where its 95 % interval leaves out 0.</summary>
internal static class GroupConclusions
{
    private const double MuchCutOff = 0.1;

    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Of(ReportGroup group)
    {
        string problems = Invariant($"{group.Problems} {group.Split} problem{(group.Problems == 1 ? "" : "s")} of {group.Task}");
        ReportMethod[] rows = [.. group.Methods.Where(m => !m.Figures.UsesGold)];
        if (rows.Length > 0) yield return Highest(group, rows, problems);
        if (Next(group, rows) is { } next) yield return next;
        if (!group.HasBase)
            yield return $"There is no evaluation of an untrained model on these problems; differences are to the first, "
                + $"{group.Methods[0].Name}.";
        foreach (ReportEvaluation trained in group.Evaluations.Where(e => e.IsTrained && e != group.Evaluations[0]))
            yield return Trained(group, trained);
        foreach (string sentence in AttemptConclusions.Of(group)) yield return sentence;
        foreach (ReportMethod row in group.Methods.Where(m => m.Figures.Truncated >= MuchCutOff))
            yield return $"{NumberText.Percent(row.Figures.Truncated)} % of the outputs of {row.Name} were cut off "
                + (row.Of.Results.MaxNewTokens is { } limit ? Invariant($"at {limit} tokens") : "at their limit")
                + "; a higher limit may change its accuracy.";
        string[] limits = [.. Distinct(group, r => r.MaxNewTokens?.ToString(CultureInfo.InvariantCulture) ?? "unknown")];
        if (limits.Length > 1) yield return $"The evaluations have different limits of new tokens ({string.Join(", ", limits)}).";
        string[] rewards = [.. Distinct(group, r => r.Reward)];
        if (rewards.Length > 1) yield return $"The evaluations were judged by different rewards ({string.Join(", ", rewards)}).";
    }

    /// <summary>Whether an interval of a difference lies above 0 (1), below (−1), or holds it (0).</summary>
    internal static int Sign(PairedDifference difference) => difference.Ci[0] > 0 ? 1 : difference.Ci[1] < 0 ? -1 : 0;

    /// <summary>A difference with interval and p-value.</summary>
    internal static string Text(PairedDifference d) =>
        $"{NumberText.Points(d.Difference)} points {NumberText.PointsInterval(d.Ci)}, "
        + $"p {(d.PValue < 0.001 ? "< 0.001" : $"= {NumberText.PValue(d.PValue)}")}";

    /// <summary>What the first method of a group is called.</summary>
    internal static string Start(ReportGroup group) => $"the {(group.HasBase ? "base" : "first evaluation")} ({group.Methods[0].Name})";

    private static string Highest(ReportGroup group, ReportMethod[] rows, string problems)
    {
        ReportMethod best = rows.MaxBy(m => m.Figures.Accuracy)!;
        string figures = $"{NumberText.Percent(best.Figures.Accuracy)} % {NumberText.PercentInterval(best.Figures.Ci)}";
        if (rows.Length == 1) return $"{best.Name} answers {figures} of {problems} correctly; there is nothing to compare it with.";
        string beginning = Invariant($"On {problems}, {best.Name} is the highest of {rows.Length} methods with {figures}");
        if (best.VersusBase is not { } difference)
            return $"{beginning}: no other method is above {(group.HasBase ? "the base" : "the first evaluation")}.";
        string found = $"{beginning}; its difference to {Start(group)} is {Text(difference)}";
        return Sign(difference) switch
        {
            > 0 => $"{found}, and the interval leaves out 0.",
            _ => $"{found}: the interval holds 0, so whether it is above is undecided.",
        };
    }

    private static string? Next(ReportGroup group, ReportMethod[] rows)
    {
        if (rows.MaxBy(m => m.Figures.Accuracy) is not { } best) return null;
        if (rows.Where(m => m != best).MaxBy(m => m.Figures.Accuracy) is not { } next || next == group.Methods[0]) return null;
        PairedDifference difference = GroupAssembly.Difference(best.Of, best.Figures.PerProblem, next.Of, next.Figures.PerProblem);
        return $"The next is {next.Name} with {NumberText.Percent(next.Figures.Accuracy)} %; the highest is {Text(difference)} from it: "
            + (Sign(difference) > 0 ? "the interval leaves out 0." : "which of the two is better is undecided.");
    }

    private static string Trained(ReportGroup group, ReportEvaluation trained)
    {
        ReportMethod row = group.Methods.First(m => m.Of == trained);
        bool same = row.VersusSame is not null || row.Figures.Name == group.Methods[0].Figures.Name;
        PairedDifference difference = row.VersusSame ?? row.VersusBase!;
        string what = trained.Run is { } run ? Invariant($"{trained.Label} ({run.Objective}, seed {run.Seed})") : trained.Label;
        string against = group.HasBase ? "the base" : "the first evaluation";
        string by = same ? $"with the same method ({row.Figures.Name})" : $"({row.Figures.Name} against {group.Methods[0].Figures.Name})";
        return Sign(difference) switch
        {
            > 0 => $"{what} is above {against} {by}: {Text(difference)}.",
            < 0 => $"{what} is below {against} {by}: {Text(difference)}.",
            _ => $"Whether {what} differs from {against} {by} is undecided: {Text(difference)}.",
        };
    }

    private static IEnumerable<string> Distinct(ReportGroup group, Func<EvaluationResults, string> of) =>
        group.Evaluations.Select(e => of(e.Results)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
