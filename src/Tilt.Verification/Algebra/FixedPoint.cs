using System.Numerics;

namespace Tilt.Verification.Algebra;

/// <summary>
/// Elementary functions on numbers scaled by 2^<see cref="Bits"/>, by power series after range reduction. One immutable instance for
/// each precision, which doubles from one to the next.
/// </summary>
internal sealed class FixedPoint
{
    /// <summary>Fractional bits beyond the precision of <see cref="Real"/>.</summary>
    public const int GuardBits = 64;

    /// <summary>The highest precision.</summary>
    public const int MostPrecision = Real.StandardPrecision << (Levels - 1);

    private const int Levels = 5;

    private static readonly Lazy<FixedPoint>[] Instances =
        [.. Enumerable.Range(0, Levels).Select(level => new Lazy<FixedPoint>(() => new FixedPoint(Real.StandardPrecision << level)))];

    private readonly int _halvings;

    private FixedPoint(int precision)
    {
        Bits = precision + GuardBits;
        One = BigInteger.One << Bits;
        // Shorter series at higher precision for more squarings and square roots; the guard bits pay for what these lose.
        _halvings = precision <= Real.StandardPrecision ? 0 : Math.Min(10, BitOperations.Log2((uint)precision));
        Pi = (16 * ArctanOfInverse(5)) - (4 * ArctanOfInverse(239));
        Ln2 = 2 * ArtanhOfInverse(3);
    }

    /// <summary>Fractional bits.</summary>
    public int Bits { get; }

    public BigInteger One { get; }

    /// <summary>π by Machin's formula: 16 arctan(1/5) − 4 arctan(1/239).</summary>
    public BigInteger Pi { get; }

    /// <summary>ln 2 = 2 artanh(1/3).</summary>
    public BigInteger Ln2 { get; }

    /// <summary>The arithmetic for a precision, one of 256 · 2^k up to <see cref="MostPrecision"/>.</summary>
    public static FixedPoint For(int precision) => Instances[BitOperations.Log2((uint)(precision / Real.StandardPrecision))].Value;

    /// <summary>A number of this scale.</summary>
    public Real ToReal(BigInteger value) => new(value, -Bits, Bits - GuardBits);

    private BigInteger ArctanOfInverse(int n)
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

    private BigInteger ArtanhOfInverse(int n)
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

    public BigInteger Multiply(BigInteger a, BigInteger b) => (a * b) >> Bits;

    private static bool IsSpent(BigInteger term) => term.IsZero || term == BigInteger.MinusOne;

    /// <summary>e^x for |x| ≤ 1.</summary>
    public BigInteger Exp(BigInteger x)
    {
        int halvings = 12 + _halvings;
        x >>= halvings;
        BigInteger term = One;
        BigInteger sum = One;
        for (int k = 1; !IsSpent(term); k++)
        {
            term = Multiply(term, x) / k;
            if (IsSpent(term)) break;
            sum += term;
        }
        for (int i = 0; i < halvings; i++) sum = Multiply(sum, sum);
        return sum;
    }

    /// <summary>ln x for x in [1/2, 2): 2 artanh((x − 1) / (x + 1)) after some square roots.</summary>
    public BigInteger Ln(BigInteger x)
    {
        int roots = 4 + _halvings;
        for (int i = 0; i < roots; i++) x = IntegerSquareRoot(x << Bits);
        BigInteger ratio = ((x - One) << Bits) / (x + One);
        BigInteger square = Multiply(ratio, ratio);
        BigInteger power = ratio;
        BigInteger sum = ratio;
        for (int k = 3; ; k += 2)
        {
            power = Multiply(power, square);
            if (IsSpent(power)) break;
            sum += power / k;
        }
        return sum << (1 + roots);
    }

    /// <summary>sin x and cos x for |x| ≤ 8.</summary>
    public (BigInteger Sin, BigInteger Cos) SinCos(BigInteger x)
    {
        int halvings = 8 + _halvings;
        x >>= halvings;
        BigInteger square = Multiply(x, x);
        BigInteger sine = x;
        BigInteger cosine = BigInteger.Zero;
        BigInteger term = x;
        BigInteger even = One;
        for (int k = 1; ; k++)
        {
            even = -Multiply(even, square) / ((2 * k) * ((2 * k) - 1));
            term = -Multiply(term, square) / ((2 * k) * ((2 * k) + 1));
            if (IsSpent(even)) break;
            cosine += even;
            sine += term;
        }
        // Doubling 1 − cos keeps the small cosine deviations exact: c' = 2c(2 + c) with c = cos − 1.
        for (int i = 0; i < halvings; i++)
        {
            sine = Multiply(sine, One + cosine) << 1;
            cosine = Multiply(cosine, (One << 1) + cosine) << 1;
        }
        return (sine, One + cosine);
    }

    /// <summary>arctan x for |x| ≤ 1.</summary>
    public BigInteger Arctan(BigInteger x)
    {
        int halvings = 5 + _halvings;
        for (int i = 0; i < halvings; i++)
        {
            BigInteger root = IntegerSquareRoot((One << Bits) + (x * x));
            x = (x << Bits) / (One + root);
        }
        BigInteger square = Multiply(x, x);
        BigInteger power = x;
        BigInteger sum = x;
        for (int k = 3, sign = -1; ; k += 2, sign = -sign)
        {
            power = Multiply(power, square);
            if (IsSpent(power)) break;
            sum += sign * power / k;
        }
        return sum << halvings;
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
