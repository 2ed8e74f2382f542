using Tilt.Settings;
using Tilt.Training.Monitor;

namespace Tilt.Training.Tests.Monitor;

public sealed class StabilityMonitorTests
{
    /// <summary>A step of a run in which nothing is wrong; a small wave keeps the windows' errors above 0.</summary>
    private static MonitoredStep Quiet(int step) => new(
        step, RewardTask: 0.5 + 0.01 * (step % 3), RewardShaped: 0.5 + 0.01 * (step % 3), Length: 17 + step % 2, ShortestDecile: 12,
        Truncated: 0.02, Repeated: 0.1, Entropy: 0.4, Kl: 1 + 0.05 * step, GradientNorm: 0.5 + 0.1 * (step % 4), Clipped: step % 3 == 0,
        ZeroAdvantage: 0.2, Unparsable: 0.01, OverBudget: 0, MismatchKl: 1e-6);

    [Fact]
    public void A_quiet_run_has_no_findings() => Assert.Empty(Findings(60, Quiet));

    public static TheoryData<string, string> Troubles => new()
    {
        { "no-reward", "every task reward of steps 1 to 5 is 0" },
        { "unreadable", "have no readable answer" },
        { "over-budget", "over the verifier's budget" },
        { "likelihood-not-task", "the policy follows likelihood, not the task" },
        { "length-collapse", "length collapse: mean 17" },
        { "length-limit", "cut off at rollout.max_new_tokens" },
        { "entropy-collapse", "entropy collapse: 0.400" },
        { "repeated-responses", "repeat another one" },
        { "zero-variance", "no gradient" },
        { "kl-runaway", "the KL to the reference grows" },
        { "gradient-spike", "times the usual" },
        { "always-clipped", "was clipped" },
        { "mismatch", "differ by" },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public void Each_trouble_is_named_once_with_its_numbers(string name, string words)
    {
        Finding[] findings = [.. Findings(60, step => Troubled(name, step)).Where(f => f.Name == name)];
        Finding finding = Assert.Single(findings);
        Assert.Contains(words, finding.Sentence, StringComparison.Ordinal);
        Assert.False(finding.Stops);
        if (name != "no-reward") Assert.InRange(finding.Step, 31, 60);
    }

    [Fact]
    public void What_shall_end_the_run_says_so()
    {
        Finding finding = Findings(60, step => Troubled("length-collapse", step), new() { Stop = ["length-collapse"] })
            .Single(f => f.Name == "length-collapse");
        Assert.True(finding.Stops);
    }

    [Fact]
    public void Shorter_responses_of_a_policy_that_gets_better_are_no_trouble() =>
        Assert.DoesNotContain(Findings(60, step => Troubled("length-collapse", step) with { RewardTask = 0.3 + 0.01 * step }),
            f => f.Name == "length-collapse");

    [Fact]
    public void The_configuration_names_what_the_monitor_looks_for() =>
        Assert.Equal(MonitorRules.All.Select(rule => rule.Name), MonitorConfiguration.Names);

    private static List<Finding> Findings(int steps, Func<int, MonitoredStep> run, MonitorConfiguration? configuration = null)
    {
        var monitor = new StabilityMonitor(configuration ?? new());
        MonitoredStep[] history = [.. Enumerable.Range(1, steps).Select(run)];
        return [.. Enumerable.Range(1, steps).SelectMany(n => monitor.Look(history[..n]))];
    }

    private static MonitoredStep Troubled(string name, int step)
    {
        MonitoredStep quiet = Quiet(step);
        if (name == "no-reward") return quiet with { RewardTask = 0 };
        if (step <= 30) return quiet;
        double after = step - 30;
        return name switch
        {
            "unreadable" => quiet with { Unparsable = 1 },
            "over-budget" => quiet with { OverBudget = 0.05 },
            "likelihood-not-task" => quiet with { RewardTask = 0.2 - 0.001 * (step % 3), RewardShaped = 1 + after },
            "length-collapse" => quiet with { Length = 6, ShortestDecile = 2, RewardTask = 0.2 + 0.001 * (step % 2) },
            "length-limit" => quiet with { Truncated = 0.9 },
            "entropy-collapse" => quiet with { Entropy = 0.01 },
            "repeated-responses" => quiet with { Repeated = 0.99 },
            "zero-variance" => quiet with { ZeroAdvantage = 1 },
            "kl-runaway" => quiet with { Kl = 60 },
            "gradient-spike" => quiet with { GradientNorm = step == 40 ? 100 : 0.5 },
            "always-clipped" => quiet with { Clipped = true },
            "mismatch" => quiet with { MismatchKl = 0.4 },
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }
}
