namespace Tilt.Statistics;

/// <summary>
/// Collects resamples of one estimate for its bootstrap-t interval (Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 12).
/// </summary>
internal sealed class Studentized(double value, double error)
{
    private readonly List<double> _ts = [];
    private int _failures;

    /// <summary>Takes the estimate and standard error of a resample.</summary>
    public void Add(double resampled, double resampledError)
    {
        double shift = resampled - value;
        if (resampledError > 0) _ts.Add(shift / resampledError);
        else if (Math.Abs(shift) <= 1e-9 * Math.Max(1, Math.Abs(value))) _ts.Add(0);
        else AddFailure();
    }

    /// <summary>Takes a resample in which there is no estimate: as far out as can be, on either side in turn.</summary>
    public void AddFailure() => _ts.Add(_failures++ % 2 == 0 ? double.PositiveInfinity : double.NegativeInfinity);

    /// <summary>The interval; null where an end would be infinite.</summary>
    public Interval? Interval()
    {
        _ts.Sort();
        double tail = (1 - Intervals.Level) / 2;
        double low = value - Intervals.Quantile(_ts, 1 - tail) * error, high = value - Intervals.Quantile(_ts, tail) * error;
        return double.IsFinite(low) && double.IsFinite(high) ? new Interval(low, high) : null;
    }
}
