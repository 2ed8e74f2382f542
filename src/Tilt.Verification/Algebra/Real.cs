using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>A binary floating-point number mantissa · 2^exponent with <see cref="Precision"/> bits.</summary>
internal readonly struct Real
{
    /// <summary>Bits of a mantissa.</summary>
    public const int Precision = 256;

    public Real(BigInteger mantissa, int exponent)
    {
        int excess = (int)mantissa.GetBitLength() - Precision;
        if (excess > 0)
        {
            mantissa = Round(mantissa, excess);
            exponent += excess;
        }
        (Mantissa, Exponent) = mantissa.IsZero ? (mantissa, 0) : (mantissa, exponent);
    }

    public static Real Zero => default;

    public static Real One => new(BigInteger.One, 0);

    public static Real Pi { get; } = new(FixedPoint.Pi, -FixedPoint.Bits);

    public BigInteger Mantissa { get; }

    public int Exponent { get; }

    public bool IsZero => Mantissa.IsZero;

    public int Sign => Mantissa.Sign;

    /// <summary>⌊log2 |x|⌋ + 1; a very small number for 0.</summary>
    public int Magnitude => IsZero ? int.MinValue / 4 : Exponent + (int)BigInteger.Abs(Mantissa).GetBitLength();

    public static implicit operator Real(int value) => new(value, 0);

    public static Real From(Rational value)
    {
        if (value.IsInteger) return new(value.Numerator, 0);
        int shift = Math.Max(0, Precision + 2 + (int)value.Denominator.GetBitLength() - (int)BigInteger.Abs(value.Numerator).GetBitLength());
        return new((value.Numerator << shift) / value.Denominator, -shift);
    }

    public static Real operator -(Real a) => new(-a.Mantissa, a.Exponent);

    public static Real operator +(Real a, Real b)
    {
        if (a.IsZero) return b;
        if (b.IsZero) return a;
        if (a.Magnitude - b.Magnitude > Precision + 4) return a;
        if (b.Magnitude - a.Magnitude > Precision + 4) return b;
        int exponent = Math.Min(a.Exponent, b.Exponent);
        return new((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent);
    }

    public static Real operator -(Real a, Real b) => a + -b;

    public static Real operator *(Real a, Real b) => new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    public static Real operator /(Real a, Real b)
    {
        int shift = Math.Max(0, Precision + 2 + (int)BigInteger.Abs(b.Mantissa).GetBitLength() - (int)BigInteger.Abs(a.Mantissa).GetBitLength());
        return new((a.Mantissa << shift) / b.Mantissa, a.Exponent - b.Exponent - shift);
    }

    public Real Scale(int bits) => IsZero ? this : new(Mantissa, Exponent + bits);

    public Real Abs() => Sign < 0 ? -this : this;

    public Real Sqrt()
    {
        if (IsZero) return this;
        int shift = Math.Max(0, (2 * Precision) + 4 - (int)Mantissa.GetBitLength());
        if (((Exponent - shift) & 1) != 0) shift++;
        return new(FixedPoint.IntegerSquareRoot(Mantissa << shift), (Exponent - shift) / 2);
    }

    /// <summary>The number as an integer multiple of 2^-<see cref="FixedPoint.Bits"/>, truncated.</summary>
    public BigInteger ToFixed()
    {
        int shift = Exponent + FixedPoint.Bits;
        return shift >= 0 ? Mantissa << shift : Mantissa >> -shift;
    }

    public static Real FromFixed(BigInteger value) => new(value, -FixedPoint.Bits);

    public double ToDouble()
    {
        if (IsZero) return 0;
        int excess = Math.Max(0, (int)BigInteger.Abs(Mantissa).GetBitLength() - 62);
        return Math.ScaleB((double)(Mantissa >> excess), Math.Clamp(Exponent + excess, -5000, 5000));
    }

    private static BigInteger Round(BigInteger mantissa, int excess)
    {
        BigInteger half = BigInteger.One << (excess - 1);
        return mantissa.Sign < 0 ? -((-mantissa + half) >> excess) : (mantissa + half) >> excess;
    }
}
