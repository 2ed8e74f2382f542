using System.Globalization;
using System.Numerics;

namespace Tilt.Verification.Numbers;

/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
internal readonly struct Rational : IEquatable<Rational>
{
    private readonly BigInteger _denominatorMinusOne;

    public Rational(BigInteger value) => (Numerator, _denominatorMinusOne) = (value, BigInteger.Zero);

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.Sign < 0) (numerator, denominator) = (-numerator, -denominator);
        if (!denominator.IsOne)
        {
            BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
            if (!divisor.IsOne) (numerator, denominator) = (numerator / divisor, denominator / divisor);
        }
        (Numerator, _denominatorMinusOne) = (numerator, denominator - 1);
    }

    public static Rational Zero => default;

    public static Rational One => new(BigInteger.One);

    public BigInteger Numerator { get; }

    public BigInteger Denominator => _denominatorMinusOne + 1;

    public bool IsInteger => _denominatorMinusOne.IsZero;

    public bool IsZero => Numerator.IsZero;

    public bool IsOne => Numerator.IsOne && IsInteger;

    public int Sign => Numerator.Sign;

    public long BitLength => Numerator.GetBitLength() + _denominatorMinusOne.GetBitLength();

    public static implicit operator Rational(int value) => new(value);

    public static Rational operator +(Rational a, Rational b) => a.IsInteger && b.IsInteger
        ? new(a.Numerator + b.Numerator)
        : new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator -(Rational a) => new(-a.Numerator, a._denominatorMinusOne, true);

    public static Rational operator *(Rational a, Rational b) => a.IsInteger && b.IsInteger
        ? new(a.Numerator * b.Numerator)
        : new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    private Rational(BigInteger numerator, BigInteger denominatorMinusOne, bool reduced)
    {
        _ = reduced;
        (Numerator, _denominatorMinusOne) = (numerator, denominatorMinusOne);
    }

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>The largest whole number that is not above this one.</summary>
    public Rational Floor()
    {
        BigInteger floor = BigInteger.DivRem(Numerator, Denominator, out BigInteger rest);
        return new(rest.Sign < 0 ? floor - 1 : floor);
    }

    public bool TryGetInt(out int value)
    {
        value = 0;
        if (!IsInteger || Numerator.GetBitLength() > 30) return false;
        value = (int)Numerator;
        return true;
    }

    public bool Equals(Rational other) =>
        Numerator.Equals(other.Numerator) && _denominatorMinusOne.Equals(other._denominatorMinusOne);

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Numerator, _denominatorMinusOne);

    public override string ToString() => IsInteger
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
