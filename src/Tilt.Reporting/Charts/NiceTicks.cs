namespace Tilt.Reporting.Charts;

/// <summary>Round tick values: steps of 1, 2 or 5 times a power of ten.</summary>
internal static class NiceTicks
{
    /// <summary>Smallest step of the 1-2-5 series that covers the range in at most <paramref name="most"/> steps.</summary>
    internal static double Step(double range, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        double raw = range / most;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double mantissa = raw / power;
        // A whisker of slack, so that a range of exactly ten steps is not pushed to the next size by rounding.
        double nice = mantissa <= 1 + 1e-9 ? 1 : mantissa <= 2 + 1e-9 ? 2 : mantissa <= 5 + 1e-9 ? 5 : 10;
        return nice * power;
    }

    /// <summary>The multiples of <paramref name="step"/> from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    internal static double[] Between(double low, double high, double step)
    {
        long first = (long)Math.Ceiling(low / step - 1e-9);
        long last = (long)Math.Floor(high / step + 1e-9);
        return [.. Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(i => Clean((first + i) * step, step))];
    }

    // 3 · 0.1 is 0.30000000000000004: round to the decimals that the step has.
    private static double Clean(double value, double step) =>
        Math.Round(value, Math.Clamp((int)Math.Ceiling(-Math.Log10(step)) + 1, 0, 15));
}
