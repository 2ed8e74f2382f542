using System.Collections.Concurrent;
using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Arithmetic;

/// <summary>
/// Series in fixed point: a whole number x stands for x / 2^bits. Every step cuts off less than one unit, and no series here takes
/// 2^12 steps, so a result is off by less than 2^16 units even after the halvings of its argument are undone.
/// </summary>
internal static class FixedSeries
{
    private static readonly ConcurrentDictionary<int, (BigInteger Pi, BigInteger Ln2)> Constants = new();

    public static BigInteger Pi(int bits) => At(bits).Pi;

    public static BigInteger Ln2(int bits) => At(bits).Ln2;

    /// <summary>e^x for |x| below 1: Taylor's series of x / 2^8, squared eight times.</summary>
    public static BigInteger Exp(BigInteger x, int bits)
    {
        BigInteger one = BigInteger.One << bits, reduced = x >> 8, term = one, sum = one;
        for (int k = 1; !term.IsZero && term != -1; k++)
        {
            term = (term * reduced >> bits) / k;
            sum += term;
        }

        for (int i = 0; i < 8; i++) sum = sum * sum >> bits;
        return sum;
    }

    /// <summary>Sine and cosine of |x| below 1.</summary>
    public static (BigInteger Sin, BigInteger Cos) SinCos(BigInteger x, int bits)
    {
        BigInteger square = x * x >> bits, sin = x, term = x;
        for (int k = 2; BigInteger.Abs(term) > 1; k += 2)
        {
            term = -(term * square >> bits) / (k * (k + 1));
            sin += term;
        }

        BigInteger cos = BigInteger.One << bits;
        term = cos;
        for (int k = 1; BigInteger.Abs(term) > 1; k += 2)
        {
            term = -(term * square >> bits) / (k * (k + 1));
            cos += term;
        }

        return (sin, cos);
    }

    /// <summary>The inverse hyperbolic (sign +) or circular (sign −) tangent of |z| at most 1/2.</summary>
    public static BigInteger InverseTangent(BigInteger z, int bits, int sign)
    {
        BigInteger square = sign * (z * z >> bits), sum = z, term = z;
        for (int k = 3; BigInteger.Abs(term) > 1; k += 2)
        {
            term = term * square >> bits;
            sum += term / k;
        }

        return sum;
    }

    private static (BigInteger Pi, BigInteger Ln2) At(int bits) => Constants.GetOrAdd(bits, b =>
    {
        int guarded = b + 32;
        BigInteger one = BigInteger.One << guarded;
        // Machin's formula; ln 2 = 2 artanh(1/3).
        BigInteger pi = 4 * (4 * InverseTangent(one / 5, guarded, -1) - InverseTangent(one / 239, guarded, -1));
        return (pi >> 32, InverseTangent(one / 3, guarded, 1) >> 31);
    });
}
