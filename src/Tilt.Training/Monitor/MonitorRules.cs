using System.Globalization;

namespace Tilt.Training.Monitor;

/// <summary>
/// What the monitor looks for, each rule a function of the windows of the run so far: the sentence when it holds at the last step, else
/// null. docs/runs.md says each in words.
/// </summary>
internal static class MonitorRules
{
    /// <summary>Figures are compared when they differ by this many standard errors.</summary>
    private const double Errors = 3;

    public static IReadOnlyList<(string Name, Func<StepWindow[], string?> Look)> All { get; } =
    [
        ("no-reward", NoReward),
        ("unreadable", Unreadable),
        ("over-budget", OverBudget),
        ("likelihood-not-task", LikelihoodNotTask),
        ("length-collapse", LengthCollapse),
        ("length-limit", LengthLimit),
        ("entropy-collapse", EntropyCollapse),
        ("repeated-responses", RepeatedResponses),
        ("zero-variance", ZeroVariance),
        ("kl-runaway", KlRunaway),
        ("gradient-spike", GradientSpike),
        ("always-clipped", AlwaysClipped),
        ("mismatch", Mismatch),
    ];

    private static string? NoReward(StepWindow[] windows) =>
        windows[^1].First == 1 && windows[^1].Steps.All(s => s.RewardTask == 0)
            ? string.Create(CultureInfo.InvariantCulture,
                $"every task reward of steps 1 to {windows[^1].Last} is 0: nothing can be learnt from it. Look at samples.jsonl, and check "
                    + $"the prompt, the chat template, the reward and rollout.max_new_tokens ({windows[^1].Of(s => s.Truncated).Mean:P0} "
                    + $"of the "
                    + $"responses met it)")
            : null;

    private static string? Unreadable(StepWindow[] windows)
    {
        double share = windows[^1].Of(s => s.Unparsable).Mean;
        return share > 0.95
            ? string.Create(CultureInfo.InvariantCulture,
                $"{share:P0} of the responses of steps {Range(windows[^1])} have no readable answer: check the prompt, the chat template "
                    + $"and "
                    + $"rollout.max_new_tokens ({windows[^1].Of(s => s.Truncated).Mean:P0} met it)")
            : null;
    }

    private static string? OverBudget(StepWindow[] windows)
    {
        double share = windows[^1].Of(s => s.OverBudget).Mean;
        return share > 0.01
            ? string.Create(CultureInfo.InvariantCulture,
                $"{share:P1} of the verdicts of steps {Range(windows[^1])} are over the verifier's budget: the policy writes what "
                    + $"cannot be "
                    + $"decided, and those responses take no part")
            : null;
    }

    private static string? LikelihoodNotTask(StepWindow[] windows)
    {
        StepWindow now = windows[^1];
        StepWindow best = windows.MaxBy(w => w.Of(s => s.RewardTask).Mean)!;
        (double task, double taskError) = now.Of(s => s.RewardTask);
        (double before, double beforeError) = best.Of(s => s.RewardTask);
        (double shaped, double shapedError) = now.Of(s => s.RewardShaped);
        (double shapedBefore, double shapedBeforeError) = best.Of(s => s.RewardShaped);
        return best.Last < now.First && IsBelow(task, taskError, before, beforeError)
            && IsBelow(shapedBefore, shapedBeforeError, shaped, shapedError)
            ? string.Create(CultureInfo.InvariantCulture,
                $"shaped reward rises ({shapedBefore:0.##} → {shaped:0.##}) while the task reward falls ({before:0.###} in steps "
                    + $"{Range(best)} → {task:0.###} in steps {Range(now)}): the policy follows likelihood, not the task")
            : null;
    }

    private static string? LengthCollapse(StepWindow[] windows)
    {
        StepWindow now = windows[^1], longest = windows.MaxBy(w => w.Of(s => s.Length).Mean)!;
        (double length, _) = now.Of(s => s.Length);
        (double before, _) = longest.Of(s => s.Length);
        (double task, double taskError) = now.Of(s => s.RewardTask);
        (double best, double bestError) = windows.Select(w => w.Of(s => s.RewardTask)).MaxBy(r => r.Mean);
        return length < 0.6 * before && IsBelow(task, taskError, best, bestError)
            ? string.Create(CultureInfo.InvariantCulture,
                $"length collapse: mean {before:0.0} tokens in steps {Range(longest)} → {length:0.0} in steps {Range(now)}, shortest tenth "
                    + $"{now.Of(s => s.ShortestDecile).Mean:0.0}, while the task reward is down from {best:0.###} to {task:0.###}")
            : null;
    }

    private static string? LengthLimit(StepWindow[] windows)
    {
        (double now, double error) = windows[^1].Of(s => s.Truncated);
        (double first, double firstError) = windows[0].Of(s => s.Truncated);
        return now > 0.5 && IsBelow(first, firstError, now, error)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{now:P0} of the responses of steps {Range(windows[^1])} are cut off at rollout.max_new_tokens, {first:P0} were in steps "
                    + $"{Range(windows[0])}: the policy rambles, or the limit is too low")
            : null;
    }

    private static string? EntropyCollapse(StepWindow[] windows) =>
        windows[^1].Of(s => s.Entropy) is { } now && windows[0].Of(s => s.Entropy) is { } first && now < 0.1 * first
            ? string.Create(CultureInfo.InvariantCulture,
                $"entropy collapse: {first:0.000} nats a token in steps {Range(windows[0])} → {now:0.000} in steps {Range(windows[^1])}: "
                    + $"the "
                    + $"policy hardly explores any more")
            : null;

    private static string? RepeatedResponses(StepWindow[] windows)
    {
        double share = windows[^1].Of(s => s.Repeated).Mean;
        return share > 0.9
            ? string.Create(CultureInfo.InvariantCulture,
                $"{share:P0} of the responses of steps {Range(windows[^1])} repeat another one to the same problem: groups no longer "
                    + $"compare "
                    + $"anything")
            : null;
    }

    private static string? ZeroVariance(StepWindow[] windows)
    {
        double share = windows[^1].Of(s => s.ZeroAdvantage).Mean;
        return share > 0.9
            ? string.Create(CultureInfo.InvariantCulture,
                $"{share:P0} of the groups of steps {Range(windows[^1])} have equal rewards and no gradient: the problems are too easy, "
                    + $"too "
                    + $"hard, or rollout.generations is too small")
            : null;
    }

    private static string? KlRunaway(StepWindow[] windows)
    {
        int length = windows[^1].Steps.Count;
        if (windows.Length <= length) return null;
        return windows[^1].Of(s => s.Kl) is { } now && windows[^(length + 1)].Of(s => s.Kl) is { } before && now > 10 && now > 3 * before
            ? string.Create(CultureInfo.InvariantCulture,
                $"the KL to the reference grows from {before:0.0} to {now:0.0} nats a response within {length} steps (to step "
                    + $"{windows[^1].Last})")
            : null;
    }

    private static string? GradientSpike(StepWindow[] windows)
    {
        double[] before = [.. windows.SkipLast(1).TakeLast(20).Select(w => w.Steps[^1].GradientNorm).Order()];
        double now = windows[^1].Steps[^1].GradientNorm;
        return before.Length >= 10 && before[before.Length / 2] is var usual && now > 20 * usual
            ? string.Create(CultureInfo.InvariantCulture,
                $"the gradient of step {windows[^1].Last} has norm {now:0.##}, {now / usual:0} times the usual {usual:0.###}")
            : null;
    }

    private static string? AlwaysClipped(StepWindow[] windows)
    {
        MonitoredStep[] last = [.. windows.TakeLast(15).Select(w => w.Steps[^1])];
        return last.Length == 15 && last.All(s => s.Clipped)
            ? string.Create(CultureInfo.InvariantCulture,
                $"every gradient of steps {last[0].Step} to {last[^1].Step} was clipped (norms around "
                    + $"{last.Average(s => s.GradientNorm):0.##}): the size of a step says nothing about the rewards any more; raise "
                    + $"optimizer.gradient_clip or lower the scale of R")
            : null;
    }

    private static string? Mismatch(StepWindow[] windows) =>
        windows[^1].Of(s => s.MismatchKl) is { } now && Math.Abs(now) > 0.1
            ? string.Create(CultureInfo.InvariantCulture,
                $"what samples and what is trained differ by {now:0.###} nats a token in steps {Range(windows[^1])}: importance weights "
                    + $"become noise")
            : null;

    /// <summary>Whether a mean is below another by more than their errors explain.</summary>
    private static bool IsBelow(double low, double lowError, double high, double highError) =>
        high - low > Errors * Math.Sqrt(lowError * lowError + highError * highError) && high > low;

    private static string Range(StepWindow window) => string.Create(CultureInfo.InvariantCulture, $"{window.First} to {window.Last}");
}
