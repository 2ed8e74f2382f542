using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Arithmetic;

/// <summary>
/// An interval that surely holds a value; every operation rounds outwards. Null stands for "undefined or not known to be defined".
/// </summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
internal sealed record Enclosure(Dyadic Low, Dyadic High)
{
    public static Enclosure Zero { get; } = Of(BigInteger.Zero);

    public static Enclosure One { get; } = Of(BigInteger.One);

    public bool IsPoint => Low.CompareTo(High) == 0;

    public bool HoldsZero => Low.Sign <= 0 && High.Sign >= 0;

    public bool IsZero => Low.Sign == 0 && High.Sign == 0;

    public static Enclosure Of(BigInteger value) => new(Dyadic.Of(value), Dyadic.Of(value));

    public static Enclosure Of(Dyadic value) => new(value, value);

    /// <summary>Whether the two surely hold different values.</summary>
    public bool IsApartFrom(Enclosure other) => Low > other.High || other.Low > High;

    /// <summary>The whole number that this is, where that is certain.</summary>
    public BigInteger? Whole() => IsPoint && Low.Floor() is var floor && Dyadic.Of(floor).CompareTo(Low) == 0 ? floor : null;

    /// <summary>A small whole number that this is, where that is certain.</summary>
    public int? SmallWhole(int limit) => Low.Top < 31 && Whole() is { } whole && BigInteger.Abs(whole) <= limit ? (int)whole : null;

    public Enclosure Negate() => new(-High, -Low);

    public Enclosure Add(Enclosure other, int bits) =>
        new(Dyadic.Add(Low, other.Low, bits, false), Dyadic.Add(High, other.High, bits, true));

    public Enclosure Subtract(Enclosure other, int bits) => Add(other.Negate(), bits);

    public Enclosure Multiply(Enclosure other, int bits)
    {
        if (Low.Sign >= 0 && other.Low.Sign >= 0)
            return new(Dyadic.Multiply(Low, other.Low, bits, false), Dyadic.Multiply(High, other.High, bits, true));
        return Hull(bits, Dyadic.Multiply, (Low, other.Low), (Low, other.High), (High, other.Low), (High, other.High));
    }

    public Enclosure? Divide(Enclosure other, int bits)
    {
        if (other.HoldsZero) return null;
        return Hull(bits, Dyadic.Divide, (Low, other.Low), (Low, other.High), (High, other.Low), (High, other.High));
    }

    public Enclosure Absolute() => Low.Sign >= 0 ? this : High.Sign <= 0 ? Negate() : new(default, -Low > High ? -Low : High);

    /// <summary>A whole power.</summary>
    public Enclosure? Power(int exponent, int bits)
    {
        if (exponent < 0) return Power(-exponent, bits + 16) is { } power ? One.Divide(power, bits) : null;
        // 0^0 is a convention, and not everybody's.
        if (exponent == 0) return HoldsZero ? null : One;
        if (exponent % 2 == 0 && Low.Sign < 0) return Absolute().Power(exponent, bits);
        if (Math.Max(Math.Abs((long)Low.Top), Math.Abs((long)High.Top)) * exponent > 1_000_000) return null;
        return new(Raise(Low, exponent, bits, false), Raise(High, exponent, bits, true));
    }

    private static Dyadic Raise(Dyadic value, int exponent, int bits, bool up)
    {
        if (value.Sign < 0) return -Raise(-value, exponent, bits, !up);
        Dyadic result = Dyadic.Of(1);
        for (int bit = 31 - BitOperations.LeadingZeroCount((uint)exponent); bit >= 0; bit--)
        {
            result = Dyadic.Multiply(result, result, bits, up);
            if ((exponent >> bit & 1) != 0) result = Dyadic.Multiply(result, value, bits, up);
        }

        return result;
    }

    private static Enclosure Hull(int bits, Func<Dyadic, Dyadic, int, bool, Dyadic> operation,
        params ReadOnlySpan<(Dyadic First, Dyadic Second)> corners)
    {
        Dyadic low = operation(corners[0].First, corners[0].Second, bits, false),
            high = operation(corners[0].First, corners[0].Second, bits, true);
        foreach ((Dyadic first, Dyadic second) in corners[1..])
        {
            Dyadic below = operation(first, second, bits, false), above = operation(first, second, bits, true);
            if (below < low) low = below;
            if (above > high) high = above;
        }

        return new(low, high);
    }
}
