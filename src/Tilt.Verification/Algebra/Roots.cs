using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>Whole-number roots, square-free parts and nested square roots.</summary>
internal static class Roots
{
    /// <summary>The exact root of a non-negative number, or null.</summary>
    public static BigInteger? Exact(BigInteger value, int degree, WorkMeter meter)
    {
        if (value <= 1) return value;
        meter.ChargeBits(value.GetBitLength() * 8);
        int bits = (int)(value.GetBitLength() / degree) + 1;
        BigInteger root = BigInteger.One << bits;
        while (true)
        {
            meter.ChargeBits(value.GetBitLength());
            BigInteger next = ((root * (degree - 1)) + (value / BigInteger.Pow(root, degree - 1))) / degree;
            if (next >= root) break;
            root = next;
        }
        return BigInteger.Pow(root, degree) == value ? root : null;
    }

    /// <summary>
    /// n = outside² · inside with a square-free inside below 2³¹; false when trial division up to 2,000 does not settle it.
    /// </summary>
    public static bool TrySquareFree(BigInteger value, out BigInteger outside, out long inside, WorkMeter meter)
    {
        outside = BigInteger.One;
        inside = 1;
        if (value.GetBitLength() > 256) return false;
        if (value.GetBitLength() <= 62) return SmallSquareFree((long)value, out outside, out inside, meter);
        for (int p = 2; p < 200; p++)
        {
            meter.Charge(1);
            BigInteger square = (BigInteger)p * p;
            while ((value % square).IsZero)
            {
                value /= square;
                outside *= p;
            }
        }
        if (value.GetBitLength() <= 62 && SmallSquareFree((long)value, out BigInteger more, out inside, meter))
        {
            outside *= more;
            return true;
        }
        if (Exact(value, 2, meter) is not { } root) return false;
        outside *= root;
        return true;
    }

    private static bool SmallSquareFree(long value, out BigInteger outside, out long inside, WorkMeter meter)
    {
        long outer = 1;
        inside = 1;
        for (long p = 2; p <= 2000 && p * p <= value; p += p == 2 ? 1 : 2)
        {
            if (value % p != 0) continue;
            int count = 0;
            for (; value % p == 0; count++) value /= p;
            for (int i = 0; i < count / 2; i++) outer *= p;
            if (count % 2 == 1) inside *= p;
        }
        meter.Charge(4);
        long root = (long)Math.Sqrt(value);
        bool square = false;
        for (long candidate = root - 1; candidate <= root + 1; candidate++)
        {
            if (candidate > 0 && candidate * candidate == value)
            {
                outer *= candidate;
                value = 1;
                square = true;
                break;
            }
        }
        outside = outer;
        // What is left has no factor up to 2,000: below 2,000³ it is a prime, a product of two primes, or was a square.
        bool settled = square || value < 8_000_000_000L;
        if (!settled || (Int128)inside * value > int.MaxValue) return false;
        inside *= value;
        return true;
    }

    /// <summary>√(a + b√n) = √x ± √y with x, y = (a ± √(a² − b²n)) / 2 where that is rational; null elsewhere.</summary>
    public static Fraction? Denest(Fraction value, Func<Rational, Fraction?> squareRoot, WorkMeter meter)
    {
        if (!value.HasUnitDenominator || value.Numerator.Monomials.Count != 2 || !value.Numerator.IsConstant) return null;
        Monomial first = value.Numerator.Monomials[0];
        Monomial second = value.Numerator.Monomials[1];
        if (first != Monomial.One || second.Imaginary) return null;
        Rational a = value.Numerator.Coefficients[0];
        Rational b = value.Numerator.Coefficients[1];
        Rational norm = (a * a) - (b * b * new Rational(second.Radicand));
        if (norm.Sign < 0 || a.Sign <= 0) return null;
        if (Exact(norm.Numerator, 2, meter) is not { } top || Exact(norm.Denominator, 2, meter) is not { } bottom) return null;
        Rational root = new(top, bottom);
        if (squareRoot((a + root) / 2) is not { } x || squareRoot((a - root) / 2) is not { } y) return null;
        return x.Add(b.Sign > 0 ? y : y.Negate(), meter);
    }
}
