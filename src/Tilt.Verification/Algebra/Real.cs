using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>
/// A binary floating-point number mantissa · 2^exponent. Results have the larger <see cref="Precision"/> of their operands.
/// </summary>
internal readonly struct Real
{
    /// <summary>Bits of a mantissa where nothing asks for more.</summary>
    public const int StandardPrecision = 256;

    public Real(BigInteger mantissa, int exponent, int precision = StandardPrecision)
    {
        int excess = (int)mantissa.GetBitLength() - precision;
        if (excess > 0)
        {
            mantissa = Round(mantissa, excess);
            exponent += excess;
        }
        (Mantissa, Exponent) = mantissa.IsZero ? (mantissa, 0) : (mantissa, exponent);
        Precision = precision;
    }

    public static Real Zero => default;

    public static Real One => new(BigInteger.One, 0);

    public BigInteger Mantissa { get; }

    public int Exponent { get; }

    /// <summary>Bits of the mantissa.</summary>
    public int Precision { get; }

    public bool IsZero => Mantissa.IsZero;

    public int Sign => Mantissa.Sign;

    /// <summary>⌊log2 |x|⌋ + 1; a very small number for 0.</summary>
    public int Magnitude => IsZero ? int.MinValue / 4 : Exponent + (int)BigInteger.Abs(Mantissa).GetBitLength();

    public static implicit operator Real(int value) => new(value, 0);

    /// <summary>π to a precision.</summary>
    public static Real Pi(int precision)
    {
        FixedPoint arithmetic = FixedPoint.For(precision);
        return new(arithmetic.Pi, -arithmetic.Bits, precision);
    }

    public static Real From(Rational value, int precision)
    {
        if (value.IsInteger) return new(value.Numerator, 0, precision);
        int shift =
            Math.Max(0, precision + 2 + (int)value.Denominator.GetBitLength() - (int)BigInteger.Abs(value.Numerator).GetBitLength());
        return new((value.Numerator << shift) / value.Denominator, -shift, precision);
    }

    public static Real operator -(Real a) => new(-a.Mantissa, a.Exponent, a.Precision);

    public static Real operator +(Real a, Real b)
    {
        if (a.IsZero) return b;
        if (b.IsZero) return a;
        int precision = Math.Max(a.Precision, b.Precision);
        if (a.Magnitude - b.Magnitude > precision + 4) return new(a.Mantissa, a.Exponent, precision);
        if (b.Magnitude - a.Magnitude > precision + 4) return new(b.Mantissa, b.Exponent, precision);
        int exponent = Math.Min(a.Exponent, b.Exponent);
        return new((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent, precision);
    }

    public static Real operator -(Real a, Real b) => a + -b;

    public static Real operator *(Real a, Real b) =>
        new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent, Math.Max(a.Precision, b.Precision));

    public static Real operator /(Real a, Real b)
    {
        int precision = Math.Max(a.Precision, b.Precision);
        int shift =
            Math.Max(0, precision + 2 + (int)BigInteger.Abs(b.Mantissa).GetBitLength() - (int)BigInteger.Abs(a.Mantissa).GetBitLength());
        return new((a.Mantissa << shift) / b.Mantissa, a.Exponent - b.Exponent - shift, precision);
    }

    public Real Scale(int bits) => IsZero ? this : new(Mantissa, Exponent + bits, Precision);

    public Real Abs() => Sign < 0 ? -this : this;

    public Real Sqrt()
    {
        if (IsZero) return this;
        int shift = Math.Max(0, (2 * Precision) + 4 - (int)Mantissa.GetBitLength());
        if (((Exponent - shift) & 1) != 0) shift++;
        return new(FixedPoint.IntegerSquareRoot(Mantissa << shift), (Exponent - shift) / 2, Precision);
    }

    /// <summary>The number as an integer multiple of 2^-<see cref="FixedPoint.Bits"/>, truncated.</summary>
    public BigInteger ToFixed(FixedPoint arithmetic)
    {
        int shift = Exponent + arithmetic.Bits;
        return shift >= 0 ? Mantissa << shift : Mantissa >> -shift;
    }

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
