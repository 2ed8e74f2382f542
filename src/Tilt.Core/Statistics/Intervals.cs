using MathNet.Numerics.Distributions;
using Tilt.Rollouts;

namespace Tilt.Statistics;

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
    private const int FewestForBootstrap = 10;

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
    /// A resample without spread away from the mean has an infinite t value: leaving it out would cut off the very tail that sets
    /// the interval of a rare event (with one success the upper end would be the estimate itself). Where an end would be infinite,
    /// and for fewer than ten problems, the interval is <see cref="StudentT"/>'s (of width 0 without spread).
    /// </summary>
    public static Interval BootstrapT(IReadOnlyList<double> values, RandomStream stream)
    {
        var (mean, error) = MeanAndError(values);
        if (error == 0) return new(mean, mean);
        if (values.Count < FewestForBootstrap) return StudentT(values);
        double[] sample = [.. values];
        var ts = new List<double>(Resamples);
        var resample = new double[values.Count];
        uint position = 0;
        for (int b = 0; b < Resamples; b++)
        {
            for (int i = 0; i < resample.Length; i++) resample[i] = sample[stream.Below(sample.Length, position++)];
            var (resampleMean, resampleError) = MeanAndError(resample);
            double shift = resampleMean - mean;
            ts.Add(resampleError > 0 ? shift / resampleError : Math.Abs(shift) < 1e-12 ? 0 : shift / 0.0);
        }

        ts.Sort();
        double tail = (1 - Level) / 2;
        double low = mean - Quantile(ts, 1 - tail) * error, high = mean - Quantile(ts, tail) * error;
        return double.IsFinite(low) && double.IsFinite(high) ? new(low, high) : StudentT(values);
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
    internal static (double Mean, double Error) MeanAndError(IReadOnlyList<double> values) =>
        MeanAndError(values as double[] ?? [.. values]);

    private static (double Mean, double Error) MeanAndError(double[] values)
    {
        double mean = 0;
        foreach (double value in values) mean += value;
        mean /= values.Length;
        if (values.Length < 2) return (mean, 0);
        double squares = 0;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        double variance = squares / (values.Length - 1);
        // Rounding of a constant sample must not look like spread.
        return (mean, variance < 1e-24 ? 0 : Math.Sqrt(variance / values.Length));
    }

    /// <summary>A quantile of sorted values, interpolated.</summary>
    internal static double Quantile(List<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)Math.Floor(position);
        double rest = position - below;
        return below + 1 < sorted.Count ? sorted[below] * (1 - rest) + sorted[below + 1] * rest : sorted[below];
    }
}
