using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Arithmetic;

/// <summary>Enclosures of elementary functions: fixed-point series with 48 guard bits, widened by far more than they can be off.</summary>
internal static class Elementary
{
    private const int Guard = 48, Doubt = 24;

    public static Enclosure Pi(int bits) => Around(FixedSeries.Pi(bits + Guard), bits + Guard, bits);

    /// <summary>e^x; null where it would be beyond 2^(±2^18).</summary>
    public static Enclosure? Exp(Enclosure x, int bits)
    {
        if (x.IsZero) return Enclosure.One;
        if (Math.Max(x.Low.Top, x.High.Top) > 17) return null;
        Enclosure low = ExpAt(x.Low, bits);
        return x.IsPoint ? low : new(low.Low, ExpAt(x.High, bits).High);
    }

    public static Enclosure? Ln(Enclosure x, int bits)
    {
        if (x.Low.Sign <= 0) return null;
        Enclosure low = LnAt(x.Low, bits);
        return x.IsPoint ? low : new(low.Low, LnAt(x.High, bits).High);
    }

    public static Enclosure? Sin(Enclosure x, int bits) => Circular(x, bits, false);

    public static Enclosure? Cos(Enclosure x, int bits) => Circular(x, bits, true);

    /// <summary>The angle whose tangent is x.</summary>
    public static Enclosure? Arctan(Enclosure x, int bits)
    {
        if (x.IsZero) return Enclosure.Zero;
        if (x.HoldsZero || x.Low.Top > 100_000 || x.High.Top < -bits) return null;
        if (x.High.Sign < 0) return Arctan(x.Negate(), bits)?.Negate();
        // Three halvings of the angle bring any tangent below 1/2.
        int work = bits + 16;
        Enclosure t = x;
        for (int i = 0; i < 3; i++)
            t = t.Divide(Enclosure.One.Add(Roots.Of(Enclosure.One.Add(t.Multiply(t, work), work), 2, work)!, work), work)!;
        Enclosure low = Series(t.Low), high = Series(t.High);
        return new(low.Low with { Exponent = low.Low.Exponent + 3 }, high.High with { Exponent = high.High.Exponent + 3 });

        Enclosure Series(Dyadic tangent) =>
            Around(FixedSeries.InverseTangent(tangent.Scaled(bits + Guard), bits + Guard, -1), bits + Guard, bits);
    }

    /// <summary>x^y for positive x.</summary>
    public static Enclosure? Power(Enclosure x, Enclosure y, int bits) =>
        Ln(x, bits + 24) is { } logarithm ? Exp(logarithm.Multiply(y, bits + 24), bits) : null;

    private static Enclosure ExpAt(Dyadic x, int bits)
    {
        int work = bits + Guard + Math.Max(0, x.Top);
        BigInteger scaled = x.Scaled(work), ln2 = FixedSeries.Ln2(work);
        BigInteger turns = BigInteger.Divide(scaled, ln2);
        Enclosure power = Around(FixedSeries.Exp(scaled - turns * ln2, work), work, bits);
        int shift = (int)turns;
        return new(power.Low with { Exponent = power.Low.Exponent + shift }, power.High with { Exponent = power.High.Exponent + shift });
    }

    private static Enclosure LnAt(Dyadic x, int bits)
    {
        if (x.CompareTo(Dyadic.Of(1)) == 0) return Enclosure.Zero;
        int top = x.Top, work = bits + Guard + 32;
        BigInteger mantissa = (x with { Exponent = x.Exponent - top }).Scaled(work), one = BigInteger.One << work;
        // Between 3/4 and 3/2, so that the logarithm of a number near one has no cancellation.
        if (mantissa < 3 * (one >> 2))
        {
            mantissa <<= 1;
            top--;
        }

        BigInteger z = ((mantissa - one) << work) / (mantissa + one);
        return Around(2 * FixedSeries.InverseTangent(z, work, 1) + top * FixedSeries.Ln2(work), work, bits);
    }

    // Neither sine nor cosine changes faster than its argument: the value at the middle, widened by half the width.
    private static Enclosure? Circular(Enclosure x, int bits, bool cosine)
    {
        if (x.IsZero) return cosine ? Enclosure.One : Enclosure.Zero;
        if (Math.Max(x.Low.Top, x.High.Top) > 4096) return null;
        int work = bits + Guard + Math.Max(0, Math.Max(x.Low.Top, x.High.Top));
        BigInteger low = x.Low.Scaled(work), radius = (x.High.Scaled(work) - low >> 1) + 2, middle = low + x.High.Scaled(work) >> 1;
        if (radius.GetBitLength() > work) return null;
        BigInteger quarter = FixedSeries.Pi(work) >> 1, turns = (middle + (quarter >> 1)) / quarter;
        if ((middle + (quarter >> 1)).Sign < 0) turns -= 1;
        (BigInteger sin, BigInteger cos) = FixedSeries.SinCos(middle - turns * quarter, work);
        BigInteger value = (((int)(turns & 3) + (cosine ? 1 : 0)) % 4) switch { 0 => sin, 1 => cos, 2 => -sin, _ => -cos };
        // The reduction multiplies the error of π by the number of turns.
        BigInteger doubt = radius + (BigInteger.Abs(turns) + 1 << 4) + (BigInteger.One << Doubt);
        return new(new Dyadic(value - doubt, -work).Round(bits, false), new Dyadic(value + doubt, -work).Round(bits, true));
    }

    private static Enclosure Around(BigInteger value, int scale, int bits)
    {
        BigInteger doubt = BigInteger.One << Doubt;
        return new(new Dyadic(value - doubt, -scale).Round(bits, false), new Dyadic(value + doubt, -scale).Round(bits, true));
    }
}
