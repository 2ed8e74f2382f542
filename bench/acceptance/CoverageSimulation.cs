using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Acceptance;

/// <summary>Problems whose accuracies are beta-distributed.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Alpha">First parameter.</param>
/// <param name="Beta">Second parameter.</param>
/// <param name="Samples">Outputs a problem.</param>
internal sealed record Scenario(string Name, double Alpha, double Beta, int Samples)
{
    public double Mean => Alpha / (Alpha + Beta);
}

/// <summary>How often an interval held the truth.</summary>
/// <param name="Interval">Which interval.</param>
/// <param name="Scenario">Over what problems.</param>
/// <param name="Truth">The population mean.</param>
/// <param name="Coverage">Share of repetitions whose interval held it.</param>
/// <param name="Below">Share in which the whole interval lay below it.</param>
/// <param name="Above">Share in which the whole interval lay above it.</param>
/// <param name="MeanWidth">Mean width.</param>
internal sealed record CoverageRow(string Interval, string Scenario, double Truth, double Coverage, double Below, double Above,
    double MeanWidth);

/// <summary>
/// Simulates comparisons of 512 problems, drawn anew each time, and counts how often each interval holds the population mean.
/// </summary>
internal static class CoverageSimulation
{
    public const int Problems = 512;

    private static readonly Scenario[] Scenarios =
    [
        new("middle, Beta(2, 2) × 16", 2, 2, 16),
        new("solved or not, Beta(0.2, 0.2) × 16", 0.2, 0.2, 16),
        new("near 0, Beta(0.05, 5) × 16", 0.05, 5, 16),
        new("very near 0, Beta(0.01, 10) × 16", 0.01, 10, 16),
        new("near 1, Beta(5, 0.05) × 16", 5, 0.05, 16),
        new("one output, Beta(2, 2) × 1", 2, 2, 1),
        new("one output near 1, Beta(5, 0.05) × 1", 5, 0.05, 1),
    ];

    public static IEnumerable<CoverageRow> Run(int repetitions)
    {
        foreach (Scenario scenario in Scenarios)
        {
            string interval = scenario.Samples == 1 ? "accuracy (Clopper–Pearson)" : "accuracy (bootstrap-t)";
            yield return Count(interval, scenario.Name, scenario.Mean, repetitions, seed =>
                Intervals.OfAccuracy(Accuracies(scenario, seed), Statistics(seed)));
        }

        foreach (Scenario scenario in Scenarios.Take(3))
        {
            // The other method has the same problems with their accuracies halved: correlated, as real methods are.
            yield return Count("paired difference (bootstrap-t)", scenario.Name + " against half of it", scenario.Mean / 2, repetitions,
                seed =>
                {
                    double[] whole = Accuracies(scenario, seed), halved = Halved(scenario, seed);
                    return Intervals.BootstrapT([.. whole.Zip(halved, (a, b) => a - b)], Statistics(seed));
                });
        }
    }

    private static CoverageRow Count(string interval, string scenario, double truth, int repetitions, Func<uint, Interval> estimate)
    {
        Interval[] intervals = new Interval[repetitions];
        Parallel.For(0, repetitions, seed => intervals[seed] = estimate((uint)seed));
        double below = intervals.Count(i => i.High < truth) / (double)repetitions;
        double above = intervals.Count(i => i.Low > truth) / (double)repetitions;
        CoverageRow row = new(interval, scenario, truth, 1 - below - above, below, above, intervals.Average(i => i.High - i.Low));
        Console.WriteLine(FormattableString.Invariant($"{row.Interval}, {row.Scenario}: {row.Coverage:P1}"));
        return row;
    }

    private static RandomStream Statistics(uint seed) => new(seed, RandomDomain.Statistics, 0, 0, 0);

    private static double[] Accuracies(Scenario scenario, uint seed) =>
        [.. Enumerable.Range(0, Problems).Select(p => Outcomes(scenario, seed, p).Count(right => right) / (double)scenario.Samples)];

    private static double[] Halved(Scenario scenario, uint seed)
    {
        double[] accuracies = new double[Problems];
        for (int p = 0; p < Problems; p++)
        {
            // Outputs of its own from the same urn, each then kept with probability one half.
            RandomStream coins = new(seed, RandomDomain.ProblemGeneration, 1, (uint)p, 0);
            int sample = 0;
            accuracies[p] = Outcomes(scenario with { Samples = 2 * scenario.Samples }, seed, p).Skip(scenario.Samples)
                .Count(right => coins.Uniform((uint)sample++) < 0.5 && right) / (double)scenario.Samples;
        }

        return accuracies;
    }

    // A Pólya urn gives exactly the outcomes of a coin whose bias is beta-distributed; a longer series starts with the shorter one.
    private static bool[] Outcomes(Scenario scenario, uint seed, int problem)
    {
        RandomStream random = new(seed, RandomDomain.ProblemGeneration, 0, (uint)problem, 0);
        bool[] outcomes = new bool[scenario.Samples];
        int right = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = random.Uniform((uint)i) * (scenario.Alpha + scenario.Beta + i) < scenario.Alpha + right;
            if (outcomes[i]) right++;
        }

        return outcomes;
    }
}
