using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>Approximate real roots of polynomials of any degree: places between which samples are taken, never a proof.</summary>
internal static class RealRoots
{
    private const int Bits = 40, Halvings = 80;

    private const double Largest = 1e12;

    /// <summary>
    /// The places where the polynomial changes its sign or is flat, as multiples of 2⁻⁴⁰; none where the coefficients exceed doubles.
    /// </summary>
    public static List<Rational> Of(ReadOnlySpan<Rational> coefficients)
    {
        var values = new double[coefficients.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (double)coefficients[i].Numerator / (double)coefficients[i].Denominator;
            if (!double.IsFinite(values[i])) return [];
        }
        var roots = new List<Rational>();
        foreach (double root in Of(values))
        {
            if (Math.Abs(root) < Largest) roots.Add(new Rational(new BigInteger(root * (1L << Bits)), BigInteger.One << Bits));
        }
        return roots;
    }

    /// <summary>Between two roots of the derivative a polynomial has at most one root.</summary>
    private static List<double> Of(double[] coefficients)
    {
        int degree = coefficients.Length - 1;
        if (degree < 1) return [];
        if (degree == 1) return coefficients[1] == 0 ? [] : [-coefficients[0] / coefficients[1]];
        var derivative = new double[degree];
        for (int i = 1; i <= degree; i++) derivative[i - 1] = i * coefficients[i];
        double bound = 1;
        for (int i = 0; i < degree; i++) bound = Math.Max(bound, 1 + Math.Abs(coefficients[i] / coefficients[degree]));
        List<double> turns = Of(derivative);
        double[] ends = [-bound, .. turns, bound];
        // A turn that touches zero may hide two roots that rounding lost.
        List<double> roots = [];
        for (int i = 0; i + 1 < ends.Length; i++)
        {
            if (Bisect(coefficients, ends[i], ends[i + 1]) is { } root) roots.Add(root);
        }
        return [.. roots.Concat(turns).Order()];
    }

    private static double? Bisect(double[] coefficients, double low, double high)
    {
        double atLow = ValueAt(coefficients, low), atHigh = ValueAt(coefficients, high);
        if (atLow * atHigh > 0 || !double.IsFinite(atLow) || !double.IsFinite(atHigh)) return null;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2, value = ValueAt(coefficients, middle);
            if (value == 0) return middle;
            if ((value < 0) == (atLow < 0)) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    private static double ValueAt(double[] coefficients, double x)
    {
        double value = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--) value = (value * x) + coefficients[i];
        return value;
    }
}
