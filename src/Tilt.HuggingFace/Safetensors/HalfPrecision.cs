using System.Numerics;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>
/// Between float32 and the two 16-bit formats. Rounds to nearest, ties to even, denormals included; what is too large becomes
/// infinite; what is not a number stays so, quiet.
/// </summary>
internal static class HalfPrecision
{
    private const uint Infinity = 0x7F800000, LargestBelowFloat16Infinity = 0x477FFFFF, SmallestNormalFloat16 = 0x38800000,
        OneHalf = 0x3F000000;

    /// <summary>Bits of the nearest float16.</summary>
    public static ushort ToFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value), magnitude = bits & 0x7FFFFFFF, sign = (bits >> 16) & 0x8000;
        if (magnitude > Infinity) return (ushort)(sign | 0x7E00);
        if (magnitude > LargestBelowFloat16Infinity) return (ushort)(sign | 0x7C00);
        // Adding one half shifts the mantissa of a small number to where float16 denormals have it, and rounds.
        uint rounded = magnitude < SmallestNormalFloat16
            ? BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle(magnitude) + 0.5f) - OneHalf
            : (magnitude + 0xC8000FFF + ((magnitude >> 13) & 1)) >> 13;
        return (ushort)(sign | rounded);
    }

    /// <summary>Bits of the nearest float16, element by element.</summary>
    public static void ToFloat16(ReadOnlySpan<float> source, Span<ushort> target)
    {
        int i = 0, width = Vector<float>.Count;
        for (; i <= source.Length - 2 * width; i += 2 * width)
            Vector.Narrow(Float16Bits(new Vector<float>(source[i..])), Float16Bits(new Vector<float>(source[(i + width)..])))
                .CopyTo(target[i..]);
        for (; i < source.Length; i++) target[i] = ToFloat16(source[i]);
    }

    /// <summary>Bits of the nearest bfloat16.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // Cutting could turn a number that is none into an infinity: its quiet bit is set.
        return (ushort)((bits & 0x7FFFFFFF) > Infinity ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Bits of the nearest bfloat16, element by element.</summary>
    public static void ToBFloat16(ReadOnlySpan<float> source, Span<ushort> target)
    {
        int i = 0, width = Vector<float>.Count;
        for (; i <= source.Length - 2 * width; i += 2 * width)
            Vector.Narrow(BFloat16Bits(new Vector<float>(source[i..])), BFloat16Bits(new Vector<float>(source[(i + width)..])))
                .CopyTo(target[i..]);
        for (; i < source.Length; i++) target[i] = ToBFloat16(source[i]);
    }

    /// <summary>The values of bfloat16 bits.</summary>
    public static void FromBFloat16(ReadOnlySpan<ushort> source, Span<float> target)
    {
        int i = 0, width = Vector<ushort>.Count;
        for (; i <= source.Length - width; i += width)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            Vector.AsVectorSingle(low << 16).CopyTo(target[i..]);
            Vector.AsVectorSingle(high << 16).CopyTo(target[(i + width / 2)..]);
        }
        for (; i < source.Length; i++) target[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
    }

    /// <summary>The values of float16 bits.</summary>
    public static void FromFloat16(ReadOnlySpan<ushort> source, Span<float> target)
    {
        int i = 0, width = Vector<ushort>.Count;
        for (; i <= source.Length - width; i += width)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            FromFloat16(low).CopyTo(target[i..]);
            FromFloat16(high).CopyTo(target[(i + width / 2)..]);
        }
        for (; i < source.Length; i++) target[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
    }

    private static Vector<uint> Float16Bits(Vector<float> value)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(value), magnitude = bits & new Vector<uint>(0x7FFFFFFF),
            sign = (bits >> 16) & new Vector<uint>(0x8000);
        Vector<uint> normal = (magnitude + new Vector<uint>(0xC8000FFF) + ((magnitude >> 13) & Vector<uint>.One)) >> 13;
        Vector<uint> denormal =
            Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + new Vector<float>(0.5f)) - new Vector<uint>(OneHalf);
        Vector<uint> rounded =
            Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<uint>(SmallestNormalFloat16)), denormal, normal);
        rounded = Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new Vector<uint>(LargestBelowFloat16Infinity)),
            new Vector<uint>(0x7C00), rounded);
        return sign
            | Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new Vector<uint>(Infinity)), new Vector<uint>(0x7E00), rounded);
    }

    private static Vector<uint> BFloat16Bits(Vector<float> value)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(value);
        Vector<uint> rounded = (bits + new Vector<uint>(0x7FFF) + ((bits >> 16) & Vector<uint>.One)) >> 16,
            quiet = (bits >> 16) | new Vector<uint>(0x40);
        return Vector.ConditionalSelect(Vector.GreaterThan(bits & new Vector<uint>(0x7FFFFFFF), new Vector<uint>(Infinity)), quiet,
            rounded);
    }

    private static Vector<float> FromFloat16(Vector<uint> bits)
    {
        const uint Exponent = 0x0F800000, Rebias = (127 - 15) << 23;
        Vector<uint> sign = (bits & new Vector<uint>(0x8000)) << 16, shifted = (bits & new Vector<uint>(0x7FFF)) << 13,
            exponent = shifted & new Vector<uint>(Exponent);
        Vector<uint> normal = shifted + new Vector<uint>(Rebias);
        Vector<uint> special = normal + new Vector<uint>(Rebias);
        Vector<float> denormal =
            Vector.AsVectorSingle(normal + new Vector<uint>(1 << 23)) - Vector.AsVectorSingle(new Vector<uint>(SmallestNormalFloat16));
        Vector<uint> magnitude = Vector.ConditionalSelect(Vector.Equals(exponent, new Vector<uint>(Exponent)), special, normal);
        magnitude = Vector.ConditionalSelect(Vector.Equals(exponent, Vector<uint>.Zero), Vector.AsVectorUInt32(denormal), magnitude);
        return Vector.AsVectorSingle(sign | magnitude);
    }
}
