using System.Globalization;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Studies.Reports;

/// <summary>What the curve of each run says about its accuracy on the selection problems.</summary>
internal static class RunConclusions
{
    /// <summary>A sentence or two for each run.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<ReportRun> runs, IReadOnlyList<ReportGroup> groups)
    {
        HashSet<ReportRun> evaluated = [.. groups.SelectMany(group => group.Evaluations).Select(e => e.Run).OfType<ReportRun>()];
        foreach (ReportRun run in runs)
        {
            string rest = evaluated.Contains(run) ? "" : " No evaluation of this report is of one of its checkpoints.";
            yield return Course(run) + (run.StepsDone < run.Steps ? Invariant($" It stands at step {run.StepsDone} of {run.Steps}.") : "")
                + rest;
            foreach (string finding in run.Findings) yield return $"{run.Label}, {finding}.";
        }
    }

    private static string Course(ReportRun run)
    {
        if (run.Curves.GetValueOrDefault("evaluation/accuracy") is not { } curve)
            return $"{run.Label} has no accuracy on selection problems yet.";
        ReportPoint start = curve[0], last = curve[^1], peak = curve.MaxBy(point => point.Value);
        string problems = Invariant($"{run.SelectionProblems} selection problems");
        if (curve.Count == 1) return Invariant($"{run.Label} has one accuracy on {problems}: {Percent(start)} at step {start.Step}.");
        string course = Invariant($"{run.Label} ({run.Objective}, seed {run.Seed}) goes from {Percent(start)} at step {start.Step} to ")
            + Invariant($"{Percent(last)} at step {last.Step} on {problems}, ") + Direction(start, last, run.SelectionProblems);
        if (peak.Step == last.Step) return course + ". Its last accuracy is its highest.";
        if (peak.Step == start.Step) return course + ". No later accuracy is above its first.";
        string fall = Invariant($" Its peak is {Percent(peak)} at step {peak.Step}; ");
        return course + "." + fall + Compared(peak, last, run.SelectionProblems) switch
        {
            < 0 => "it has fallen from there: the intervals of the two do not overlap.",
            _ => "whether it has fallen from there is undecided: the intervals of the two overlap.",
        };
    }

    private static string Direction(ReportPoint start, ReportPoint last, int problems) => Compared(start, last, problems) switch
    {
        > 0 => "a rise beyond the intervals of both",
        < 0 => "a fall beyond the intervals of both",
        _ => "and the intervals of the two overlap: undecided",
    };

    // The files of a run have no accuracies of single problems; an interval as of one output a problem is the widest that may be needed.
    private static int Compared(ReportPoint before, ReportPoint after, int problems)
    {
        Interval was = IntervalOf(before.Value, problems), now = IntervalOf(after.Value, problems);
        return now.Low > was.High ? 1 : now.High < was.Low ? -1 : 0;
    }

    private static Interval IntervalOf(double accuracy, int problems) =>
        Intervals.ClopperPearson((int)Math.Clamp(Math.Round(accuracy * problems), 0, problems), problems);

    private static string Percent(ReportPoint point) => $"{NumberText.Percent(point.Value)} %";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
