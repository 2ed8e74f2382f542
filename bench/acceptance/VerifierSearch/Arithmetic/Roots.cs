using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Arithmetic;

/// <summary>Roots with enclosures; a root that is short is exact.</summary>
internal static class Roots
{
    /// <summary>The real root; odd roots of negative numbers are negative.</summary>
    public static Enclosure? Of(Enclosure value, int index, int bits)
    {
        if (value.Low.Sign >= 0) return new(Down(value.Low, index, bits), Up(value.High, index, bits));
        return index % 2 == 1 && value.High.Sign <= 0 ? Of(value.Negate(), index, bits)?.Negate() : null;
    }

    private static Dyadic Down(Dyadic value, int index, int bits) => Root(value, index, bits, out _);

    private static Dyadic Up(Dyadic value, int index, int bits)
    {
        Dyadic root = Root(value, index, bits, out bool exact);
        return exact ? root : root with { Mantissa = root.Mantissa + 1 };
    }

    private static Dyadic Root(Dyadic value, int index, int bits, out bool exact)
    {
        exact = true;
        if (value.Sign == 0) return default;
        int shift = Math.Max(0, index * (bits + 2) - (int)value.Mantissa.GetBitLength());
        shift += (int)(((value.Exponent - (long)shift) % index + index) % index);
        BigInteger radicand = value.Mantissa << shift, root = Floor(radicand, index);
        exact = BigInteger.Pow(root, index) == radicand;
        return new(root, (value.Exponent - shift) / index);
    }

    /// <summary>The floor of a root of a whole number, by Newton's method from above.</summary>
    public static BigInteger Floor(BigInteger value, int index)
    {
        if (value.Sign <= 0) return BigInteger.Zero;
        int bits = (int)((value.GetBitLength() + index - 1) / index);
        BigInteger root = Start(value, index, bits);
        while (true)
        {
            BigInteger next = ((index - 1) * root + value / BigInteger.Pow(root, index - 1)) / index;
            if (next >= root) return root;
            root = next;
        }
    }

    // Twice the root of the leading bits in double precision, or a power of two: both are above the root.
    private static BigInteger Start(BigInteger value, int index, int bits)
    {
        int drop = Math.Max(0, (int)value.GetBitLength() - 52);
        drop += (index - drop % index) % index;
        double leading = Math.Pow((double)(value >> drop) + 1, 1.0 / index);
        return bits < 40 ? BigInteger.One << (bits + 1) : new BigInteger(leading * 1.000001 * (1L << 20)) << Math.Max(0, drop / index - 20);
    }
}
