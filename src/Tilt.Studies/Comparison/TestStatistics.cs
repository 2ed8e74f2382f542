using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Studies.Comparison;

/// <summary>Outcomes of one run of a method on the test problems.</summary>
/// <param name="Levels">Level of each problem, <c>[problem]</c>.</param>
/// <param name="Correct">Verdicts, <c>[problem][output]</c>.</param>
/// <param name="Answers">Canonical answers, null where an output abstains, <c>[problem][output]</c>.</param>
/// <param name="Lengths">Response tokens, <c>[problem][output]</c>.</param>
/// <param name="Entropy">Nats per token, or null.</param>
/// <param name="Kl">Nats per response, or null.</param>
public sealed record TestOutcomes(int[] Levels, bool[][] Correct, string?[][] Answers, int[][] Lengths, double? Entropy, double? Kl)
{
    /// <summary>Share of right outputs of each problem.</summary>
    public double[] PerProblem => [.. Correct.Select(outputs => outputs.Average(c => c ? 1.0 : 0))];
}

/// <summary>From outcomes to the figures of a method's row.</summary>
public static class TestStatistics
{
    private static readonly int[] Ks = [1, 2, 4, 8, 16];

    /// <summary>
    /// Figures over the runs of one method (one run a seed, the same problems). The unit of every interval is the problem, its
    /// value the mean over seeds; the spread over seeds is given beside it.
    /// </summary>
    /// <param name="runs">One entry a seed.</param>
    /// <param name="basePerProblem">The base model's per-problem accuracies; null for the base itself.</param>
    /// <param name="seed">Seed of resampling.</param>
    public static TestResult Of(IReadOnlyList<TestOutcomes> runs, double[]? basePerProblem, uint seed)
    {
        var first = runs[0];
        double[] perSeed = [.. runs.Select(r => r.PerProblem.Average())];
        double[] perProblem = [.. Enumerable.Range(0, first.Levels.Length).Select(p => runs.Average(r => r.PerProblem[p]))];
        Interval interval = Intervals.OfAccuracy(perProblem, Stream(seed, 1));
        return new()
        {
            Accuracy = perProblem.Average(),
            Ci = [interval.Low, interval.High],
            PerSeed = perSeed,
            SeedSd = perSeed.Length > 1 ? Math.Sqrt(perSeed.Sum(a => Math.Pow(a - perSeed.Average(), 2)) / (perSeed.Length - 1)) : null,
            PassAtK = Ks.Where(k => k <= OutputCount(first))
                .ToDictionary(k => k, k => runs.Average(r => r.Correct.Average(c => PassAtK.Of(c.Length, c.Count(v => v), k)))),
            MajAtK = Ks.Where(k => k <= OutputCount(first)).ToDictionary(k => k, k => runs.Average(r => Majority(r, k, seed))),
            MeanLength = runs.Average(r => r.Lengths.Average(l => l.Average())),
            Entropy = MeanOrNull(runs.Select(r => r.Entropy)),
            Kl = MeanOrNull(runs.Select(r => r.Kl)),
            ByLevel = first.Levels.Distinct().Order().ToDictionary(l => l, l => perProblem.Where((_, p) => first.Levels[p] == l).Average()),
            Unparsable = runs.Average(r => r.Answers.Average(a => a.Average(x => x is null ? 1.0 : 0))),
            VersusBase = basePerProblem is null ? null : PairedComparison.Of(perProblem, basePerProblem, Stream(seed, 2)),
            PerProblem = perProblem,
        };
    }

    /// <summary>Random numbers of resampling.</summary>
    internal static RandomStream Stream(uint seed, uint use) => new(seed, RandomDomain.Statistics, use, 0, 0);

    private static int OutputCount(TestOutcomes run) => run.Correct.Min(c => c.Length);

    private static double Majority(TestOutcomes run, int k, uint seed) =>
        Enumerable.Range(0, run.Levels.Length)
            .Average(p => MajorityAtK.Of(run.Answers[p], run.Correct[p], k, new(seed, RandomDomain.Statistics, 3, (uint)p, (uint)k)));

    private static double? MeanOrNull(IEnumerable<double?> values)
    {
        double?[] all = [.. values];
        return all.All(v => v is not null) ? all.Average() : null;
    }
}
