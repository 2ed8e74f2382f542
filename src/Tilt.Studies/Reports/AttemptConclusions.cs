using System.Globalization;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Studies.Reports;

/// <summary>
/// What pass@k of the base says about a trained model: whether right answers of the trained model were within reach of several attempts of
/// the base, and whether training narrowed what several attempts reach.
/// </summary>
internal static class AttemptConclusions
{
    private const double Rounding = 1e-6;

    /// <summary>The sentences; none without a base of more than one output a problem.</summary>
    public static IEnumerable<string> Of(ReportGroup group)
    {
        ReportMethod start = group.Methods[0];
        int most = start.Figures.PassAtK.Keys.DefaultIfEmpty(0).Max();
        if (!group.HasBase || most < 2 || Passes(start.Figures, most) is not { } reach) yield break;
        foreach (ReportEvaluation trained in group.Evaluations.Where(e => e.IsTrained))
        {
            ReportMethod row = group.Methods.First(m => m.Of == trained);
            PairedDifference difference = GroupAssembly.Difference(start.Of, reach, trained, row.Figures.PerProblem);
            string compared = Invariant($"With {most} outputs the base has a right one on {NumberText.Percent(reach.Average())} % of the ")
                + Invariant($"problems (pass@{most}); against the accuracy of {row.Name}, ")
                + $"{NumberText.Percent(row.Figures.Accuracy)} %, that is {GroupConclusions.Text(difference)}: ";
            yield return compared + GroupConclusions.Sign(difference) switch
            {
                > 0 => "more than one output of the trained model reaches.",
                < 0 => "it does not reach the trained model.",
                _ => "whether it reaches the trained model is undecided.",
            };
            int shared = start.Figures.PassAtK.Keys.Intersect(row.Figures.PassAtK.Keys).DefaultIfEmpty(0).Max();
            if (shared >= 2 && Passes(start.Figures, shared) is { } before && Passes(row.Figures, shared) is { } after)
                yield return Coverage(row, shared, GroupAssembly.Difference(trained, after, start.Of, before));
        }
    }

    private static string Coverage(ReportMethod row, int k, PairedDifference difference)
    {
        string what = Invariant($"pass@{k} of {row.Name}");
        return GroupConclusions.Sign(difference) switch
        {
            > 0 => $"{what} is above that of the base: {GroupConclusions.Text(difference)}.",
            < 0 => $"{what} is below that of the base ({GroupConclusions.Text(difference)}): several attempts reach fewer problems.",
            _ => $"Whether {what} differs from that of the base is undecided: {GroupConclusions.Text(difference)}.",
        };
    }

    // pass@k of each problem, from its share of right outputs; null where the numbers of outputs differ from problem to problem.
    private static double[]? Passes(MethodEvaluation figures, int k)
    {
        int n = figures.Samples;
        bool whole = figures.PerProblem.All(share => share is >= 0 and <= 1 && Math.Abs(share * n - Math.Round(share * n)) < Rounding);
        return k > n || !whole ? null : [.. figures.PerProblem.Select(share => PassAtK.Of(n, (int)Math.Round(share * n), k))];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
