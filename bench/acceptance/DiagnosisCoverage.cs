using System.Globalization;
using System.Text;
using MathNet.Numerics.Distributions;
using Tilt.Rollouts;
using Tilt.Statistics;
using Tilt.TiltFit;

namespace Tilt.Acceptance;

/// <summary>A tuned model and how it is looked at.</summary>
/// <param name="Alpha">α.</param>
/// <param name="BetaInverse">1/β.</param>
/// <param name="Noise">σ.</param>
/// <param name="Prompts">Fresh prompts of each repetition.</param>
/// <param name="Draws">Draws a prompt from each model.</param>
internal sealed record DiagnosisScenario(double Alpha, double BetaInverse, double Noise, int Prompts, int Draws);

/// <summary>How often an interval of a coefficient held the projection.</summary>
internal sealed record DiagnosisCoverageRow(
    DiagnosisScenario Scenario, string Coefficient, string Interval, double Projection, double MeanEstimate, double Coverage, double Below,
    double Above, double MedianWidth);

/// <summary>
/// Counts how often 95 % intervals of α and 1/β hold the projection of the whole population, over repetitions with fresh prompts.
/// </summary>
internal static class DiagnosisCoverage
{
    private const int PopulationSize = 1_000;
    private const string Shipped = "bootstrap-t", Percentile = "percentile bootstrap", Sandwich = "sandwich, Student's t",
        Plain = "plain least squares, bootstrap-t";
    private static readonly string[] Kinds = [Shipped, Percentile, Sandwich, Plain];
    private static readonly string[] Coefficients = ["α", "1/β"];

    private static readonly DiagnosisScenario[] Scenarios =
    [
        new(2, 0, 0.5, 100, 8),
        new(1, 4, 0.5, 100, 8),
        new(2, 4, 1, 100, 8),
        new(0.5, 1, 2, 100, 8),
        new(1.25, 16, 1, 100, 8),
        new(2, 4, 1, 32, 16),
        new(2, 4, 1, 400, 4),
        new(1, 2, 1.5, 200, 2),
    ];

    public static int Run(int repetitions, string folder)
    {
        var rows = new List<DiagnosisCoverageRow>();
        foreach (DiagnosisScenario scenario in Scenarios) rows.AddRange(Count(scenario, repetitions));
        AcceptanceReport.Write(folder, "diagnosis-coverage",
            new { Repetitions = repetitions, PopulationSize, PromptBootstrap.Resamples, Rows = rows },
            stamp => Markdown(rows, repetitions, stamp));
        return rows.Where(row => row.Interval == Shipped).All(row => row.Coverage is >= 0.93 and <= 0.97) ? 0 : 1;
    }

    private static IEnumerable<DiagnosisCoverageRow> Count(DiagnosisScenario scenario, int repetitions)
    {
        var population = new DiagnosisPopulation(PopulationSize, scenario.Alpha, scenario.BetaInverse, scenario.Noise);
        var estimates = new (double Value, Interval Interval)[repetitions][,];
        Parallel.For(0, repetitions,
            seed => estimates[seed] = Estimate(population.Sample(scenario.Prompts, scenario.Draws, (uint)seed), (uint)seed));
        for (int k = 0; k < Coefficients.Length; k++)
        {
            for (int kind = 0; kind < Kinds.Length; kind++)
            {
                double truth = population.Projection[k];
                double below = estimates.Count(e => e[k, kind].Interval.High < truth) / (double)repetitions,
                    above = estimates.Count(e => e[k, kind].Interval.Low > truth) / (double)repetitions;
                double[] widths = [.. estimates.Select(e => e[k, kind].Interval.High - e[k, kind].Interval.Low).Order()];
                var row = new DiagnosisCoverageRow(scenario, Coefficients[k], Kinds[kind], truth, estimates.Average(e => e[k, kind].Value),
                    1 - below - above, below, above, widths[widths.Length / 2]);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{scenario}, {row.Coefficient}, {row.Interval}: {row.Coverage:P1}"));
                yield return row;
            }
        }
    }

    private static (double Value, Interval Interval)[,] Estimate(PromptDraws[] prompts, uint seed)
    {
        var shipped = TrackedRegression.Fit([.. prompts.Select(WithinPromptMoments.OfDraws)], DrawLaw.Mixture, Variable.BaseLogProbability,
            Variable.Reward);
        var plain = TrackedRegression.Fit([.. prompts.Select(PlainMoments)], DrawLaw.Mixture, Variable.BaseLogProbability, Variable.Reward);
        var resampled = new List<double>[2] { [], [] };
        PromptBootstrap.Run(prompts.Length, new RandomStream(seed, RandomDomain.Statistics, 0, 0, 0), counts =>
        {
            shipped.Add(counts);
            plain.Add(counts);
            for (int k = 0; k < 2; k++) resampled[k].Add(shipped.Resample?.Coefficients[k] ?? double.PositiveInfinity);
        });
        var result = new (double, Interval)[2, 4];
        double t = StudentT.InvCDF(0, 1, prompts.Length - 2, 1 - (1 - Intervals.Level) / 2);
        for (int k = 0; k < 2; k++)
        {
            Variable variable = k == 0 ? Variable.BaseLogProbability : Variable.Reward;
            resampled[k].Sort();
            result[k, 0] = Pair(shipped.Estimate(variable)!);
            result[k, 1] = (shipped.Values[k],
                new Interval(Intervals.Quantile(resampled[k], 0.025), Intervals.Quantile(resampled[k], 0.975)));
            result[k, 2] = (shipped.Values[k],
                new Interval(shipped.Values[k] - t * shipped.Errors[k], shipped.Values[k] + t * shipped.Errors[k]));
            result[k, 3] = Pair(plain.Estimate(variable)!);
        }
        return result;
    }

    // A missing interval holds everything; none is missing in these scenarios unless the draws are degenerate.
    private static (double, Interval) Pair(TiltEstimate estimate) =>
        (estimate.Value, estimate.Interval is { } i
            ? new Interval(i[0], i[1])
            : new Interval(double.NegativeInfinity, double.PositiveInfinity));

    /// <summary>The draws as if they were the laws: what least squares over the pooled draws uses.</summary>
    private static WithinPromptMoments PlainMoments(PromptDraws prompt)
    {
        double[] ofBase = new double[prompt.FromBase.Count + prompt.FromTuned.Count], ofTuned = new double[ofBase.Length];
        Array.Fill(ofBase, 1.0 / prompt.FromBase.Count, 0, prompt.FromBase.Count);
        Array.Fill(ofTuned, 1.0 / prompt.FromTuned.Count, prompt.FromBase.Count, prompt.FromTuned.Count);
        return WithinPromptMoments.OfLaws([.. prompt.FromBase, .. prompt.FromTuned], ofBase, ofTuned);
    }

    private static string Markdown(List<DiagnosisCoverageRow> rows, int repetitions, string stamp)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Coverage of the intervals of `tilt diagnose`

            {stamp}. {repetitions} repetitions with fresh prompts and fresh draws, from a population of {PopulationSize} prompts with enumerated
            responses (at most 4 tokens of 4); log π = α·log p + r/β + σ·ε, renormalised. The truth is the projection of the whole population
            under ½p + ½π, by enumeration. What `tilt diagnose` reports is **{Shipped}** ({PromptBootstrap.Resamples} resamples) with unbiased moments; it must
            lie in 93–97 %. The standard error of a coverage of 95 % is {100 * Math.Sqrt(0.95 * 0.05 / repetitions):0.0} points. Made by
            `dotnet run -c Release --project bench/acceptance -- diagnosis-coverage`.

            | α | 1/β | σ | prompts | draws | coefficient | projection | interval | mean estimate | coverage | below | above | median width |
            |---:|---:|---:|---:|---:|---|---:|---|---:|---:|---:|---:|---:|

            """);
        foreach (DiagnosisCoverageRow row in rows)
        {
            DiagnosisScenario s = row.Scenario;
            string name = row.Interval == Shipped ? $"**{row.Interval}**" : row.Interval;
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {s.Alpha} | {s.BetaInverse} | {s.Noise} | {s.Prompts} | {s.Draws} | {row.Coefficient} | {row.Projection:0.000} "
                + $"| {name} | {row.MeanEstimate:0.000} | {100 * row.Coverage:0.0} % | {100 * row.Below:0.0} % | {100 * row.Above:0.0} % "
                + $"| {row.MedianWidth:0.000} |");
        }
        return text.ToString();
    }
}
