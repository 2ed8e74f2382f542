using System.Globalization;

namespace Tilt.Reporting.Charts;

/// <summary>A tick: a value and its label.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Maps values to places along an axis.</summary>
internal abstract class AxisScale
{
    /// <summary>Ticks in ascending order.</summary>
    internal abstract IReadOnlyList<Tick> Ticks { get; }

    /// <summary>Place of a value: 0 at the start of the axis, 1 at its end; NaN when the value has no place.</summary>
    internal abstract double Position(double value);

    /// <summary>Places of breaks in the axis, where it is not to scale.</summary>
    internal virtual IReadOnlyList<double> Breaks => [];
}

/// <summary>A linear axis that starts and ends on round values.</summary>
internal sealed class LinearScale : AxisScale
{
    private readonly double _low;
    private readonly double _high;

    private LinearScale(double low, double high, double step, Func<double, string>? format)
    {
        this._low = low;
        this._high = high;
        int decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        format ??= v => v.ToString("F" + decimals, CultureInfo.InvariantCulture);
        Ticks = [.. NiceTicks.Between(low, high, step).Select(v => new Tick(v, format(v)))];
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<Tick> Ticks { get; }

    /// <summary>An axis from a round value at or below all values (zero when all are positive) to a round one at or above them.</summary>
    internal static LinearScale FromZero(IEnumerable<double> values, int mostTicks, Func<double, string>? format = null)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = Math.Min(0, finite.DefaultIfEmpty(0).Min());
        double high = Math.Max(0, finite.DefaultIfEmpty(1).Max());
        if (high - low < 1e-12)
            high = low + 1;
        double step = NiceTicks.Step(high - low, mostTicks);
        return new LinearScale(Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step, step, format);
    }

    /// <summary>An axis with given ends.</summary>
    internal static LinearScale Fixed(double low, double high, double step, Func<double, string>? format = null) =>
        new(low, high, step, format);

    /// <inheritdoc/>
    internal override double Position(double value) => (value - _low) / (_high - _low);
}

/// <summary>
/// A logarithmic axis whose ticks are the values given. Zero and positive infinity, which a logarithm cannot place, get slots of
/// their own before and after, behind a break.
/// </summary>
internal sealed class LogScale : AxisScale
{
    private const double Slot = 0.13;
    private readonly double _logLow;
    private readonly double _logHigh;
    private readonly double _start;
    private readonly double _end;

    /// <summary>Makes an axis for the values, of which only their distinct set matters.</summary>
    internal LogScale(IEnumerable<double> values, Func<double, string> format)
    {
        double[] distinct = [.. values.Where(v => v >= 0).Distinct().Order()];
        double[] positive = [.. distinct.Where(v => v > 0 && double.IsFinite(v))];
        _logLow = Math.Log(positive.DefaultIfEmpty(1).Min());
        _logHigh = Math.Log(positive.DefaultIfEmpty(1).Max());
        bool zero = distinct.Contains(0);
        bool infinity = distinct.Contains(double.PositiveInfinity);
        _start = zero ? Slot : 0;
        _end = infinity ? 1 - Slot : 1;
        Ticks = [.. distinct.Select(v => new Tick(v, format(v)))];
        Breaks = [.. zero ? [Slot / 2] : Array.Empty<double>(), .. infinity ? [1 - Slot / 2] : Array.Empty<double>()];
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<Tick> Ticks { get; }

    /// <inheritdoc/>
    internal override IReadOnlyList<double> Breaks { get; }

    /// <inheritdoc/>
    internal override double Position(double value)
    {
        if (value == 0)
            return 0;
        if (double.IsPositiveInfinity(value))
            return 1;
        if (!(value > 0))
            return double.NaN;
        double share = _logHigh > _logLow ? (Math.Log(value) - _logLow) / (_logHigh - _logLow) : 0.5;
        return _start + share * (_end - _start);
    }
}
