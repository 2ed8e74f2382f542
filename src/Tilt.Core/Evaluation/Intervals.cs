using MathNet.Numerics.Distributions;
using Tilt.Rollouts;

namespace Tilt.Evaluation;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High);

/// <summary>
/// 95 % confidence intervals of a mean over problems; the problem is the unit, because outputs of one problem are not independent.
/// </summary>
public static class Intervals
{
    /// <summary>Two-sided level of every interval.</summary>
    public const double Level = 0.95;

    private const int Resamples = 2000;

    /// <summary>
    /// Interval of a mean of per-problem accuracies, each within 0 … 1: Clopper–Pearson when every one of them is 0 or 1,
    /// else bootstrap-t, cut to 0 … 1.
    /// </summary>
    /// <exception cref="ArgumentException">There are no problems.</exception>
    public static Interval OfAccuracy(IReadOnlyList<double> perProblem, RandomStream stream)
    {
        if (perProblem.Count == 0) throw new ArgumentException("An interval needs at least one problem.", nameof(perProblem));
        if (perProblem.All(p => p is 0 or 1)) return ClopperPearson(perProblem.Count(p => p == 1), perProblem.Count);
        Interval interval = BootstrapT(perProblem, stream);
        return new(Math.Max(0, interval.Low), Math.Min(1, interval.High));
    }

    /// <summary>
    /// Bootstrap-t (studentised) interval of a mean: Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 12.
    /// Resamples without spread have no t value and are left out; fewer than two problems, or no spread at all, give the t
    /// interval (of width 0 without spread).
    /// </summary>
    public static Interval BootstrapT(IReadOnlyList<double> values, RandomStream stream)
    {
        var (mean, error) = MeanAndError(values);
        if (values.Count < 2 || error == 0) return new(mean, mean);
        var ts = new List<double>(Resamples);
        var resample = new double[values.Count];
        uint position = 0;
        for (int b = 0; b < Resamples; b++)
        {
            for (int i = 0; i < resample.Length; i++) resample[i] = values[stream.Below(values.Count, position++)];
            var (resampleMean, resampleError) = MeanAndError(resample);
            if (resampleError > 0) ts.Add((resampleMean - mean) / resampleError);
        }

        if (ts.Count < Resamples / 2) return StudentT(values);
        ts.Sort();
        double tail = (1 - Level) / 2;
        return new(mean - Quantile(ts, 1 - tail) * error, mean - Quantile(ts, tail) * error);
    }

    /// <summary>Student's t interval of a mean.</summary>
    public static Interval StudentT(IReadOnlyList<double> values)
    {
        var (mean, error) = MeanAndError(values);
        if (values.Count < 2) return new(mean, mean);
        double t = MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, values.Count - 1, 1 - (1 - Level) / 2);
        return new(mean - t * error, mean + t * error);
    }

    /// <summary>Clopper–Pearson interval of a share of <paramref name="successes"/> among <paramref name="count"/>.</summary>
    public static Interval ClopperPearson(int successes, int count)
    {
        double tail = (1 - Level) / 2;
        double low = successes == 0 ? 0 : Beta.InvCDF(successes, count - successes + 1, tail);
        double high = successes == count ? 1 : Beta.InvCDF(successes + 1, count - successes, 1 - tail);
        return new(low, high);
    }

    /// <summary>Mean and its standard error.</summary>
    internal static (double Mean, double Error) MeanAndError(IReadOnlyList<double> values)
    {
        double mean = 0;
        for (int i = 0; i < values.Count; i++) mean += values[i];
        mean /= values.Count;
        if (values.Count < 2) return (mean, 0);
        double squares = 0;
        for (int i = 0; i < values.Count; i++) squares += (values[i] - mean) * (values[i] - mean);
        double variance = squares / (values.Count - 1);
        // Rounding of a constant sample must not look like spread.
        return (mean, variance < 1e-24 ? 0 : Math.Sqrt(variance / values.Count));
    }

    private static double Quantile(List<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)Math.Floor(position);
        double rest = position - below;
        return below + 1 < sorted.Count ? sorted[below] * (1 - rest) + sorted[below + 1] * rest : sorted[below];
    }
}
