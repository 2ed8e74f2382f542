using System.Numerics;

namespace Tilt.Verification.Algebra;

/// <summary>Elementary functions on numbers scaled by 2^<see cref="Bits"/>, by power series after range reduction.</summary>
internal static class FixedPoint
{
    /// <summary>Fractional bits: the precision of <see cref="Real"/> and 64 guard bits.</summary>
    public const int Bits = Real.Precision + 64;

    public static readonly BigInteger One = BigInteger.One << Bits;

    /// <summary>π by Machin's formula: 16 arctan(1/5) − 4 arctan(1/239).</summary>
    public static readonly BigInteger Pi = (16 * ArctanOfInverse(5)) - (4 * ArctanOfInverse(239));

    /// <summary>ln 2 = 2 artanh(1/3).</summary>
    public static readonly BigInteger Ln2 = 2 * ArtanhOfInverse(3);

    private static BigInteger ArctanOfInverse(int n)
    {
        BigInteger power = One / n;
        BigInteger sum = power;
        for (int k = 3, sign = -1; !power.IsZero; k += 2, sign = -sign)
        {
            power /= n * n;
            sum += sign * power / k;
        }
        return sum;
    }

    private static BigInteger ArtanhOfInverse(int n)
    {
        BigInteger power = One / n;
        BigInteger sum = power;
        for (int k = 3; !power.IsZero; k += 2)
        {
            power /= n * n;
            sum += power / k;
        }
        return sum;
    }

    public static BigInteger Multiply(BigInteger a, BigInteger b) => (a * b) >> Bits;

    /// <summary>e^x for |x| ≤ 1.</summary>
    public static BigInteger Exp(BigInteger x)
    {
        const int Halvings = 12;
        x >>= Halvings;
        BigInteger term = One;
        BigInteger sum = One;
        for (int k = 1; !term.IsZero && k < 60; k++)
        {
            term = Multiply(term, x) / k;
            if (term == BigInteger.MinusOne) break;
            sum += term;
        }
        for (int i = 0; i < Halvings; i++) sum = Multiply(sum, sum);
        return sum;
    }

    /// <summary>ln x for x in [1/2, 2): 2 artanh((x − 1) / (x + 1)) after three square roots.</summary>
    public static BigInteger Ln(BigInteger x)
    {
        const int Roots = 4;
        for (int i = 0; i < Roots; i++) x = IntegerSquareRoot(x << Bits);
        BigInteger ratio = ((x - One) << Bits) / (x + One);
        BigInteger square = Multiply(ratio, ratio);
        BigInteger power = ratio;
        BigInteger sum = ratio;
        for (int k = 3; k < 200; k += 2)
        {
            power = Multiply(power, square);
            if (power.IsZero || power == BigInteger.MinusOne) break;
            sum += power / k;
        }
        return sum << (1 + Roots);
    }

    /// <summary>sin x and cos x for |x| ≤ 4.</summary>
    public static (BigInteger Sin, BigInteger Cos) SinCos(BigInteger x)
    {
        const int Halvings = 8;
        x >>= Halvings;
        BigInteger square = Multiply(x, x);
        BigInteger sine = x;
        BigInteger cosine = BigInteger.Zero;
        BigInteger term = x;
        BigInteger even = One;
        for (int k = 1; k < 60; k++)
        {
            even = -Multiply(even, square) / ((2 * k) * ((2 * k) - 1));
            term = -Multiply(term, square) / ((2 * k) * ((2 * k) + 1));
            if (even.IsZero || even == BigInteger.MinusOne) break;
            cosine += even;
            sine += term;
        }
        // Doubling 1 − cos keeps the small cosine deviations exact: c' = 2c(2 + c) with c = cos − 1.
        for (int i = 0; i < Halvings; i++)
        {
            sine = Multiply(sine, One + cosine) << 1;
            cosine = Multiply(cosine, (One << 1) + cosine) << 1;
        }
        return (sine, One + cosine);
    }

    /// <summary>arctan x for |x| ≤ 1.</summary>
    public static BigInteger Arctan(BigInteger x)
    {
        const int Halvings = 5;
        for (int i = 0; i < Halvings; i++)
        {
            BigInteger root = IntegerSquareRoot((One << Bits) + (x * x));
            x = (x << Bits) / (One + root);
        }
        BigInteger square = Multiply(x, x);
        BigInteger power = x;
        BigInteger sum = x;
        for (int k = 3, sign = -1; k < 200; k += 2, sign = -sign)
        {
            power = Multiply(power, square);
            if (power.IsZero || power == BigInteger.MinusOne) break;
            sum += sign * power / k;
        }
        return sum << Halvings;
    }

    public static BigInteger IntegerSquareRoot(BigInteger value)
    {
        if (value.IsZero) return value;
        int bits = (int)value.GetBitLength();
        int shift = Math.Max(0, bits - 104) & ~1;
        // The double gives 52 correct bits; each Newton step doubles them.
        BigInteger root = (BigInteger)Math.Sqrt((double)(value >> shift)) << (shift / 2);
        if (root.IsZero) root = BigInteger.One;
        for (int correct = 50; ; correct *= 2)
        {
            BigInteger next = (root + (value / root)) >> 1;
            if (correct > bits && BigInteger.Abs(next - root) <= BigInteger.One) return BigInteger.Min(next, root);
            root = next;
        }
    }
}
