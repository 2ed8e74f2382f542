using System.Runtime.InteropServices;
using MathNet.Numerics.Distributions;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.RandomModels;

/// <summary>
/// Normal random numbers rounded to bfloat16, as a pure function of stream and position: each is one of 65,536 equally likely
/// quantiles, so that a table and 16 random bits replace logarithms.
/// </summary>
internal sealed class RandomBFloat16
{
    private const int Quantiles = 1 << 16, NumbersPerDraw = 4;

    private static readonly Lazy<float[]> StandardQuantiles = new(() =>
    {
        var values = new float[Quantiles];
        for (int i = 0; i < Quantiles; i++) values[i] = (float)Normal.InvCDF(0, 1, (i + 0.5) / Quantiles);
        return values;
    });

    private readonly ushort[] _table = new ushort[Quantiles];

    public RandomBFloat16(double mean, double deviation)
    {
        float[] standard = StandardQuantiles.Value;
        for (int i = 0; i < Quantiles; i++) _table[i] = Round((float)(mean + deviation * standard[i]));
    }

    /// <summary>Fills numbers <paramref name="first"/>, first + 1, … of a stream.</summary>
    /// <param name="bytes">Little-endian bfloat16, two bytes a number.</param>
    /// <param name="stream">The random stream.</param>
    /// <param name="first">A multiple of 4.</param>
    public void Fill(Span<byte> bytes, RandomStream stream, long first)
    {
        Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(bytes);
        ReadOnlySpan<ushort> quantiles = _table;
        uint draw = checked((uint)(first / NumbersPerDraw));
        int whole = values.Length & ~(NumbersPerDraw - 1);
        for (int i = 0; i < whole; i += NumbersPerDraw)
        {
            ulong bits = stream.Bits(draw++);
            values[i] = quantiles[(ushort)bits];
            values[i + 1] = quantiles[(ushort)(bits >> 16)];
            values[i + 2] = quantiles[(ushort)(bits >> 32)];
            values[i + 3] = quantiles[(ushort)(bits >> 48)];
        }
        if (whole == values.Length) return;
        ulong last = stream.Bits(draw);
        for (int i = whole; i < values.Length; i++, last >>= 16) values[i] = quantiles[(ushort)last];
    }

    /// <summary>To the nearest bfloat16, ties to even.</summary>
    private static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
