using System.Buffers.Binary;

namespace Tilt.HuggingFace.GgufModels.Dequantization;

/// <summary>
/// Blocks of 256 weights (K-quants) whose parts have scales of a few bits each, under scales of the whole block as float16. Bit for
/// bit the values of llama.cpp (<c>dequantize_row_q*_K</c> in ggml-quants.c): products are exact in float32, sums round once.
/// </summary>
internal static class SuperBlocks
{
    /// <summary>Weights in a block.</summary>
    public const int Length = 256;

    /// <summary>Eight parts of 32 weights: d·s·q − dmin·m.</summary>
    public static void Q4_K(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[144..], values = values[Length..])
        {
            float scale = Scale(stored), least = Scale(stored[2..]);
            ReadOnlySpan<byte> scales = stored.Slice(4, 12), quants = stored.Slice(16, 128);
            for (int part = 0; part < 8; part++)
            {
                (float factor, float offset) = PartScales(scales, part, scale, least);
                ReadOnlySpan<byte> bytes = quants.Slice(part / 2 * 32, 32);
                Span<float> target = values.Slice(part * 32, 32);
                int shift = part % 2 * 4;
                for (int i = 0; i < 32; i++) target[i] = factor * ((bytes[i] >> shift) & 15) - offset;
            }
        }
    }

    /// <summary>As <see cref="Q4_K"/>; bit p of the high bytes is the fifth bit of part p.</summary>
    public static void Q5_K(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[176..], values = values[Length..])
        {
            float scale = Scale(stored), least = Scale(stored[2..]);
            ReadOnlySpan<byte> scales = stored.Slice(4, 12), high = stored.Slice(16, 32), quants = stored.Slice(48, 128);
            for (int part = 0; part < 8; part++)
            {
                (float factor, float offset) = PartScales(scales, part, scale, least);
                ReadOnlySpan<byte> bytes = quants.Slice(part / 2 * 32, 32);
                Span<float> target = values.Slice(part * 32, 32);
                int shift = part % 2 * 4;
                for (int i = 0; i < 32; i++) target[i] = factor * (((bytes[i] >> shift) & 15) + (((high[i] >> part) & 1) << 4)) - offset;
            }
        }
    }

    /// <summary>Sixteen parts of 16 weights with signed scales: d·s·(q − 32).</summary>
    public static void Q6_K(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; stored = stored[210..], values = values[Length..])
        {
            float scale = Scale(stored[208..]);
            for (int half = 0; half < 2; half++)
            {
                ReadOnlySpan<byte> low = stored.Slice(half * 64, 64), high = stored.Slice(128 + half * 32, 32),
                    scales = stored.Slice(192 + half * 8, 8);
                Span<float> target = values.Slice(half * 128, 128);
                for (int quarter = 0; quarter < 4; quarter++)
                {
                    ReadOnlySpan<byte> bytes = low.Slice(quarter % 2 * 32, 32);
                    int shift = quarter / 2 * 4;
                    for (int i = 0; i < 32; i++)
                    {
                        int quant = (((bytes[i] >> shift) & 15) | (((high[i] >> (2 * quarter)) & 3) << 4)) - 32;
                        target[quarter * 32 + i] = scale * (sbyte)scales[2 * quarter + i / 16] * quant;
                    }
                }
            }
        }
    }

    /// <summary>Scale and offset of a part: six bits each, packed into twelve bytes.</summary>
    private static (float Factor, float Offset) PartScales(ReadOnlySpan<byte> packed, int part, float scale, float least)
    {
        (int factor, int offset) = part < 4
            ? (packed[part] & 63, packed[part + 4] & 63)
            : ((packed[part + 4] & 15) | ((packed[part - 4] >> 6) << 4), (packed[part + 4] >> 4) | ((packed[part] >> 6) << 4));
        return (scale * factor, least * offset);
    }

    private static float Scale(ReadOnlySpan<byte> stored) => (float)BinaryPrimitives.ReadHalfLittleEndian(stored);
}
