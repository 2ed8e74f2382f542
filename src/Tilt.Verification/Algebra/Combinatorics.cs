using System.Numerics;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>Factorials, binomial coefficients, extrema and divisors of exact values.</summary>
internal static class Combinatorics
{
    public static BigInteger Factorial(int n, WorkMeter meter)
    {
        meter.ChargeBits((long)n * (int)(Math.Log2(Math.Max(n, 2)) + 1));
        meter.Charge(n);
        return Product(1, Math.Max(n, 1));
    }

    private static BigInteger Product(int from, int to)
    {
        if (to - from < 8)
        {
            BigInteger product = from;
            for (int i = from + 1; i <= to; i++) product *= i;
            return product;
        }
        int middle = (from + to) / 2;
        return Product(from, middle) * Product(middle + 1, to);
    }

    /// <summary>n·(n−1)⋯(n−k+1) / k! for a whole k up to 60; n may be any expression.</summary>
    public static Fraction? Binomial(Fraction top, Fraction bottom, WorkMeter meter)
    {
        if (!bottom.TryGetRational(out Rational below) || !below.TryGetInt(out int k)) return null;
        if (k < 0) return Fraction.Of(Rational.Zero);
        bool number = top.TryGetRational(out Rational above);
        if (number && above.TryGetInt(out int whole) && whole >= 0)
        {
            if (k > whole) return Fraction.Of(Rational.Zero);
            k = Math.Min(k, whole - k);
        }
        if (k > (number ? 4000 : 30)) return null;
        Fraction? product = Fraction.Of(Rational.One);
        for (int i = 0; i < k && product is not null; i++)
        {
            if (top.Add(Fraction.Of(-(Rational)i), meter) is not { } factor) return null;
            product = product.Value.Multiply(factor, meter)?.Multiply(Fraction.Of(new Rational(1, i + 1)), meter);
        }
        return product;
    }

    /// <summary>max, min, gcd, lcm of rational arguments.</summary>
    public static Fraction? Select(Node node, ExactEvaluator evaluator, WorkMeter meter)
    {
        Rational? result = null;
        Node[] arguments = node.Arguments.Length == 1 && node[0].Kind is NodeKind.Set ? node[0].Arguments : node.Arguments;
        foreach (Node argument in arguments)
        {
            if (evaluator.Evaluate(argument) is not { } value || !value.TryGetRational(out Rational number)) return null;
            meter.ChargeBits(number.BitLength);
            if (result is not { } current)
            {
                result = number;
                continue;
            }
            if (node.Name is "gcd" or "lcm")
            {
                if (!number.IsInteger || !current.IsInteger || number.IsZero || current.IsZero) return null;
                BigInteger divisor = BigInteger.GreatestCommonDivisor(current.Numerator, number.Numerator);
                result = new Rational(node.Name == "gcd" ? divisor : BigInteger.Abs(current.Numerator / divisor * number.Numerator));
            }
            else if (number.CompareTo(current) > 0 == (node.Name == "max")) result = number;
        }
        return result is { } found ? Fraction.Of(found) : null;
    }
}
