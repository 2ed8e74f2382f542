using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Arithmetic;

/// <summary>A number m · 2^e.</summary>
/// <param name="Mantissa">m.</param>
/// <param name="Exponent">e.</param>
internal readonly record struct Dyadic(BigInteger Mantissa, int Exponent)
{
    /// <summary>Position of the leading bit: |x| is below 2^Top.</summary>
    public int Top => (int)BigInteger.Abs(Mantissa).GetBitLength() + Exponent;

    public int Sign => Mantissa.Sign;

    public static Dyadic Of(BigInteger value) => new(value, 0);

    /// <summary>The nearest of the given precision below (or above) this.</summary>
    public Dyadic Round(int bits, bool up)
    {
        int excess = (int)BigInteger.Abs(Mantissa).GetBitLength() - bits;
        if (excess <= 0) return this;
        BigInteger floor = Mantissa >> excess;
        if (up && floor << excess != Mantissa) floor += 1;
        return new(floor, Exponent + excess);
    }

    public static Dyadic Add(Dyadic a, Dyadic b, int bits, bool up)
    {
        if (a.Sign == 0) return b.Round(bits, up);
        if (b.Sign == 0) return a.Round(bits, up);
        if (a.Top < b.Top) (a, b) = (b, a);
        // A far smaller addend is replaced by a bound of it, so that the sum needs no million bits.
        if (a.Top - b.Top > 3 * bits) b = up == b.Sign > 0 ? new(b.Sign, a.Top - 3 * bits) : default;
        if (b.Sign == 0) return a.Round(bits, up);
        int exponent = Math.Min(a.Exponent, b.Exponent);
        return new Dyadic((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent).Round(bits, up);
    }

    public static Dyadic Multiply(Dyadic a, Dyadic b, int bits, bool up) =>
        new Dyadic(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent).Round(bits, up);

    /// <summary>The quotient; exact where it is short enough.</summary>
    public static Dyadic Divide(Dyadic a, Dyadic b, int bits, bool up)
    {
        int shift = Math.Max(0, bits + 2 + (int)(BigInteger.Abs(b.Mantissa).GetBitLength() - BigInteger.Abs(a.Mantissa).GetBitLength()));
        (BigInteger numerator, BigInteger denominator) =
            b.Sign < 0 ? (-a.Mantissa << shift, -b.Mantissa) : (a.Mantissa << shift, b.Mantissa);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        if (rest.Sign < 0) quotient -= 1;
        if (up && !rest.IsZero) quotient += 1;
        return new Dyadic(quotient, a.Exponent - b.Exponent - shift).Round(bits, up);
    }

    /// <summary>The largest whole number that is not above this.</summary>
    public BigInteger Floor() => Exponent >= 0 ? Mantissa << Exponent : Mantissa >> -Exponent;

    /// <summary>This times 2^<paramref name="bits"/>, cut to a whole number.</summary>
    public BigInteger Scaled(int bits) => Exponent + bits >= 0 ? Mantissa << (Exponent + bits) : Mantissa >> -(Exponent + bits);

    public int CompareTo(Dyadic other)
    {
        if (Sign != other.Sign) return Sign.CompareTo(other.Sign);
        if (Sign == 0) return 0;
        if (Top != other.Top) return Top < other.Top ? -Sign : Sign;
        int exponent = Math.Min(Exponent, other.Exponent);
        return (Mantissa << (Exponent - exponent)).CompareTo(other.Mantissa << (other.Exponent - exponent));
    }

    public static Dyadic operator -(Dyadic value) => new(-value.Mantissa, value.Exponent);

    public static bool operator <(Dyadic a, Dyadic b) => a.CompareTo(b) < 0;

    public static bool operator >(Dyadic a, Dyadic b) => a.CompareTo(b) > 0;

    public static bool operator <=(Dyadic a, Dyadic b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Dyadic a, Dyadic b) => a.CompareTo(b) >= 0;
}
