using System.Globalization;
using MathNet.Numerics.Distributions;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Studies.Comparison;

/// <summary>
/// Judges the paper's claims by rules fixed beforehand (docs/claims.md): nothing but statistic, threshold and interval decides.
/// </summary>
public static class ClaimJudge
{
    private const string Supported = "supported", NotSupported = "not supported", Undecided = "undecided";

    /// <summary>Verdicts on all claims.</summary>
    public static IReadOnlyList<ClaimResult> Judge(ClaimEvidence evidence) =>
    [
        GainsLittle(evidence), Unstable(evidence), Shortens(evidence), BeamLosesOnHardLevels(evidence), FixedLengthMilder(evidence),
        TaskRewardWins(evidence), WinsMostOnHardLevels(evidence), Reliance(evidence), EarlyStopping(evidence), Identity(evidence),
    ];

    private static ClaimResult GainsLittle(ClaimEvidence e)
    {
        const string id = "sharpening-gains-little", claim = "Sharpening the model's own distribution gains little beside the task reward.";
        const string rule = "Gain over base of the best sharpening method minus half the gain of task-reward (last checkpoint), by "
            + "problem: supported if the 95 % interval lies below 0.";
        if (Lacking(e, id, claim, rule, "base", "task-reward") is { } lacking) return lacking;
        MethodResult[] sharpeners = [.. e.Sharpeners()];
        if (sharpeners.Length == 0) return new(id, claim, Undecided, null, rule, "No sharpening method was run.");
        TestResult start = e.Find("base")!.Test, task = e.Find("task-reward")!.Test;
        MethodResult best = sharpeners.MaxBy(m => m.Test.Accuracy)!;
        var (mean, interval) = e.Mean([.. e.Difference(best.Test, start).Zip(e.Difference(task, start), (s, t) => s - t / 2)]);
        return new(id, claim, BySign(-interval.High, -interval.Low), mean, rule,
            $"The best, {best.Name}, gains {Points(best.Test.Accuracy - start.Accuracy)} points over base; the task reward "
            + $"gains {Points(task.Accuracy - start.Accuracy)}.");
    }

    private static ClaimResult Unstable(ClaimEvidence e)
    {
        const string id = "sharpening-unstable",
            claim = "RL that sharpens is unstable: accuracy falls from its peak while training goes on; with the task reward it does not.";
        const string rule = "Fall from the peak of the curve to its end on selection problems, by seed: supported if at least 10 points in "
            + "every seed of sharpening and tempered-2 and under 5 in every seed of task-reward; not supported if no sharpening seed falls "
            + "10 points.";
        if (Lacking(e, id, claim, rule, "sharpening", "tempered-2", "task-reward") is { } lacking) return lacking;
        double[] sharpening = [.. ClaimEvidence.Falls(e.Find("sharpening")!), .. ClaimEvidence.Falls(e.Find("tempered-2")!)];
        double[] task = ClaimEvidence.Falls(e.Find("task-reward")!);
        string verdict = sharpening.All(f => f >= 0.10) && task.All(f => f < 0.05) ? Supported : sharpening.All(f => f < 0.10)
            ? NotSupported : Undecided;
        return new(id, claim, verdict, sharpening.Min(), rule,
            $"The smallest fall of a sharpening seed is {Points(sharpening.Min())} points, the largest of a task-reward "
            + $"seed {Points(task.Max())}.");
    }

    private static ClaimResult Shortens(ClaimEvidence e)
    {
        const string id = "sharpening-shortens", claim = "The optimum of sharpening is short: responses shrink.";
        const string rule = "Mean response length at the end of training over that at its start, by seed of sharpening: supported if under "
            + "0.5 in every seed, not supported if over 0.9 in every seed.";
        if (Lacking(e, id, claim, rule, "sharpening") is { } lacking) return lacking;
        double[] ratios = [.. e.Find("sharpening")!.CurvePerSeed.Select(c => c[^1].Length / c[0].Length)];
        string verdict = ratios.All(r => r < 0.5) ? Supported : ratios.All(r => r > 0.9) ? NotSupported : Undecided;
        return new(id, claim, verdict, ratios.Average(), rule,
            string.Create(CultureInfo.InvariantCulture,
                $"Length ends at {ratios.Average():0.00} of its start ({ratios.Min():0.00} to {ratios.Max():0.00} over seeds)."));
    }

    private static ClaimResult BeamLosesOnHardLevels(ClaimEvidence e)
    {
        const string id = "mode-is-short",
            claim = "Searching for the mode makes it worse on hard problems: beam search loses to greedy decoding there.";
        const string rule = "Accuracy of greedy minus beam-4 on levels 3 and 4, by problem: supported if the 95 % interval lies above 0.";
        if (Lacking(e, id, claim, rule, "greedy", "beam-4") is { } lacking) return lacking;
        TestResult greedy = e.Find("greedy")!.Test, beam = e.Find("beam-4")!.Test;
        var (mean, interval) = e.Mean(e.Difference(greedy, beam, hardOnly: true));
        return new(id, claim, BySign(interval.Low, interval.High), mean, rule, string.Create(CultureInfo.InvariantCulture,
            $"Greedy is {Points(mean)} points above beam-4 on levels 3 and 4; mean length {beam.MeanLength:0.0} "
            + $"against {greedy.MeanLength:0.0} tokens over all levels."));
    }

    private static ClaimResult FixedLengthMilder(ClaimEvidence e)
    {
        const string id = "fixed-length-milder", claim = "With responses of fixed length sharpening does less harm.";
        const string rule = "Accuracy of sharpening-fixed-length minus sharpening (last checkpoints), by problem: supported if the 95 % "
            + "interval lies above 0.";
        if (Lacking(e, id, claim, rule, "sharpening", "sharpening-fixed-length") is { } lacking) return lacking;
        TestResult fixedLength = e.Find("sharpening-fixed-length")!.Test;
        var (mean, interval) = e.Mean(e.Difference(fixedLength, e.Find("sharpening")!.Test));
        string beside = e.Find("task-reward") is { } task
            ? $", {Points(fixedLength.Accuracy - task.Test.Accuracy)} points from the task reward"
            : "";
        return new(id, claim, BySign(interval.Low, interval.High), mean, rule,
            $"Fixed length ends {Points(mean)} points above variable length{beside}. What follows the end token in pretraining decides how "
            + $"much (docs/embedded-task.md).");
    }

    private static ClaimResult TaskRewardWins(ClaimEvidence e)
    {
        const string id = "task-reward-wins", claim = "The task reward beats the base model and every method without gold answers.";
        const string rule = "Accuracy of task-reward (last checkpoint) minus each method without gold answers, by problem: supported if "
            + "every 95 % interval lies above 0 (all must hold, so none is corrected) and every seed is above every such method's mean; "
            + "not supported if one interval lies below 0.";
        if (Lacking(e, id, claim, rule, "base", "task-reward") is { } lacking) return lacking;
        TestResult task = e.Find("task-reward")!.Test;
        var rivals =
            e.Methods.Where(m => !m.UsesGold).Select(m => (m.Name, m.Test.Accuracy, Gap: e.Mean(e.Difference(task, m.Test)))).ToArray();
        var closest = rivals.MinBy(r => r.Gap.Mean);
        bool wins = rivals.All(r => r.Gap.Interval.Low > 0) && task.PerSeed.All(a => rivals.All(r => a > r.Accuracy));
        string verdict = wins ? Supported : rivals.Any(r => r.Gap.Interval.High < 0) ? NotSupported : Undecided;
        return new(id, claim, verdict, closest.Gap.Mean, rule,
            $"Task reward reaches {Percent(task.Accuracy)}; the closest, {closest.Name}, {Percent(closest.Accuracy)}.");
    }

    private static ClaimResult WinsMostOnHardLevels(ClaimEvidence e)
    {
        const string id = "task-reward-wins-most-on-hard-levels", claim = "The task reward gains most on hard problems.";
        const string rule = "Gain of task-reward over base on levels 3 and 4 minus that on levels 1 and 2 (points; Welch's t interval over "
            + "problems): supported if the 95 % interval lies above 0.";
        if (Lacking(e, id, claim, rule, "base", "task-reward") is { } lacking) return lacking;
        double[] gain = e.Difference(e.Find("task-reward")!.Test, e.Find("base")!.Test);
        double[] hard = [.. gain.Where((_, p) => e.IsHard(p))], easy = [.. gain.Where((_, p) => !e.IsHard(p))];
        if (hard.Length < 2 || easy.Length < 2)
            return new(id, claim, Undecided, null, rule, "There are too few problems on hard or easy levels.");
        var (mean, interval) = WelchDifference(hard, easy);
        return new(id, claim, BySign(interval.Low, interval.High), mean, rule,
            $"The gain is {Points(hard.Average())} points on levels 3 and 4 and {Points(easy.Average())} on levels 1 and 2.");
    }

    private static ClaimResult Reliance(ClaimEvidence e)
    {
        const string id = "reliance-better-and-steadier",
            claim = "The more the objective relies on the task reward, the better and steadier training is.";
        const string rule = "Over tempered-2 and tilted-2-{1,4,16,100}: supported if accuracy never drops by more than 2 points from one "
            + "to the next, the last exceeds the first (95 % interval above 0), and the mean fall from the peak of the curve is smaller at "
            + "the last; not supported if the last is below the first (interval below 0).";
        string[] names = ["tempered-2", "tilted-2-1", "tilted-2-4", "tilted-2-16", "tilted-2-100"];
        if (Lacking(e, id, claim, rule, names) is { } lacking) return lacking;
        MethodResult[] sweep = [.. names.Select(n => e.Find(n)!)];
        var (mean, interval) = e.Mean(e.Difference(sweep[^1].Test, sweep[0].Test));
        bool climbs = sweep.Zip(sweep.Skip(1), (a, b) => b.Test.Accuracy - a.Test.Accuracy).All(d => d >= -0.02);
        bool steadier = ClaimEvidence.Falls(sweep[^1]).Average() < ClaimEvidence.Falls(sweep[0]).Average();
        string verdict = interval.Low > 0 && climbs && steadier ? Supported : interval.High < 0 ? NotSupported : Undecided;
        return new(id, claim, verdict, mean, rule,
            $"Accuracy over the sweep: {string.Join(", ", sweep.Select(m => Percent(m.Test.Accuracy)))}; mean fall from the "
            + $"peak {Points(ClaimEvidence.Falls(sweep[0]).Average())} points at its start "
            + $"and {Points(ClaimEvidence.Falls(sweep[^1]).Average())} at its end.");
    }

    private static ClaimResult EarlyStopping(ClaimEvidence e)
    {
        const string id = "early-stopping-helps", claim = "If one must sharpen by RL, stopping early helps.";
        const string rule = "Accuracy on test problems of the best checkpoint (chosen on selection problems) minus the last, by problem: "
            + "supported if the 95 % interval lies above 0 for both sharpening and tempered-2, not supported if it lies below 0 for one.";
        if (Lacking(e, id, claim, rule, "sharpening", "tempered-2") is { } lacking) return lacking;
        var gaps =
            ((string[])["sharpening", "tempered-2"]).Select(n => e.Find(n)!).Select(m => e.Mean(e.Difference(m.Best!, m.Test))).ToArray();
        string verdict = gaps.All(g => g.Interval.Low > 0) ? Supported : gaps.Any(g => g.Interval.High < 0) ? NotSupported : Undecided;
        string hedge = e.Find("sharpening")!.BaseBeatsAllCheckpoints == true ? " The base model beats every checkpoint of sharpening." : "";
        return new(id, claim, verdict, gaps.Min(g => g.Mean), rule,
            $"The best checkpoint is {Points(gaps[0].Mean)} points above the last for sharpening, {Points(gaps[1].Mean)} for "
            + $"tempered-2.{hedge}");
    }

    private static ClaimResult Identity(ClaimEvidence e)
    {
        const string id = "identity-control",
            claim = "Control: the objective whose optimum is the base model itself (tempered-1) leaves accuracy where it was.";
        const string rule = "Accuracy of tempered-1 minus base, by problem: supported if the 95 % interval lies within ±5 points, not "
            + "supported if it lies outside.";
        if (Lacking(e, id, claim, rule, "base", "tempered-1") is { } lacking) return lacking;
        var (mean, interval) = e.Mean(e.Difference(e.Find("tempered-1")!.Test, e.Find("base")!.Test));
        string verdict = interval.Low > -0.05 && interval.High < 0.05 ? Supported : interval.Low > 0.05 || interval.High < -0.05
            ? NotSupported : Undecided;
        return new(id, claim, verdict, mean, rule, $"tempered-1 is {Points(mean)} points from base.");
    }

    private static ClaimResult? Lacking(ClaimEvidence e, string id, string claim, string rule, params ReadOnlySpan<string> names)
    {
        var missing = e.Missing(names);
        return missing.Count == 0 ? null : new(id, claim, Undecided, null, rule, $"Not run: {string.Join(", ", missing)}.");
    }

    private static string BySign(double low, double high) => low > 0 ? Supported : high < 0 ? NotSupported : Undecided;

    private static (double Mean, Interval Interval) WelchDifference(double[] a, double[] b)
    {
        var (meanA, errorA) = Intervals.MeanAndError(a);
        var (meanB, errorB) = Intervals.MeanAndError(b);
        double variance = errorA * errorA + errorB * errorB, mean = meanA - meanB;
        if (variance == 0) return (mean, new(mean, mean));
        double freedom = variance * variance / (Math.Pow(errorA, 4) / (a.Length - 1) + Math.Pow(errorB, 4) / (b.Length - 1));
        double half = StudentT.InvCDF(0, 1, freedom, 1 - (1 - Intervals.Level) / 2) * Math.Sqrt(variance);
        return (mean, new(mean - half, mean + half));
    }

    private static string Points(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
