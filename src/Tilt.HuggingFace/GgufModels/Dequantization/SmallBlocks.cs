using System.Buffers.Binary;

namespace Tilt.HuggingFace.GgufModels.Dequantization;

/// <summary>
/// Blocks of 32 weights with one scale, and perhaps one offset, as float16. Every product is exact in float32 and every sum rounds
/// once, so that the values are those of llama.cpp (<c>dequantize_row_*</c> in ggml-quants.c) bit for bit.
/// </summary>
internal static class SmallBlocks
{
    /// <summary>Weights in a block.</summary>
    public const int Length = 32;

    private const int Half = Length / 2;

    /// <summary>d·(q − 8): 16 bytes of two weights each behind the scale.</summary>
    public static void Q4_0(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[18..], values = values[Length..])
        {
            float scale = Scale(stored);
            ReadOnlySpan<byte> quants = stored.Slice(2, Half);
            for (int i = 0; i < Half; i++)
            {
                values[i] = ((quants[i] & 15) - 8) * scale;
                values[i + Half] = ((quants[i] >> 4) - 8) * scale;
            }
        }
    }

    /// <summary>d·q + m.</summary>
    public static void Q4_1(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[20..], values = values[Length..])
        {
            float scale = Scale(stored), offset = Scale(stored[2..]);
            ReadOnlySpan<byte> quants = stored.Slice(4, Half);
            for (int i = 0; i < Half; i++)
            {
                values[i] = (quants[i] & 15) * scale + offset;
                values[i + Half] = (quants[i] >> 4) * scale + offset;
            }
        }
    }

    /// <summary>d·(q − 16): the fifth bits of all weights are four bytes of their own.</summary>
    public static void Q5_0(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[22..], values = values[Length..])
        {
            float scale = Scale(stored);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(stored[2..]);
            ReadOnlySpan<byte> quants = stored.Slice(6, Half);
            for (int i = 0; i < Half; i++)
            {
                values[i] = (Low(quants[i], high, i) - 16) * scale;
                values[i + Half] = (High(quants[i], high, i) - 16) * scale;
            }
        }
    }

    /// <summary>d·q + m with five bits.</summary>
    public static void Q5_1(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[24..], values = values[Length..])
        {
            float scale = Scale(stored), offset = Scale(stored[2..]);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(stored[4..]);
            ReadOnlySpan<byte> quants = stored.Slice(8, Half);
            for (int i = 0; i < Half; i++)
            {
                values[i] = Low(quants[i], high, i) * scale + offset;
                values[i + Half] = High(quants[i], high, i) * scale + offset;
            }
        }
    }

    /// <summary>d·q, q a signed byte.</summary>
    public static void Q8_0(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[34..], values = values[Length..])
        {
            float scale = Scale(stored);
            ReadOnlySpan<byte> quants = stored.Slice(2, Length);
            for (int i = 0; i < Length; i++) values[i] = (sbyte)quants[i] * scale;
        }
    }

    private static float Scale(ReadOnlySpan<byte> stored) => (float)BinaryPrimitives.ReadHalfLittleEndian(stored);

    private static int Low(byte quants, uint high, int i) => (quants & 15) | (int)(((high >> i) & 1) << 4);

    private static int High(byte quants, uint high, int i) => (quants >> 4) | (int)(((high >> (i + Half)) & 1) << 4);
}
