using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Export;

/// <summary>
/// Rows of float32 weights as the bytes of a <see cref="WeightType"/>. The 16-bit types round to nearest, ties to even; Q8_0 is
/// that of llama.cpp's reference quantiser (<c>quantize_row_q8_0_ref</c> in ggml-quants.c), byte for byte.
/// </summary>
internal static class WeightEncoding
{
    /// <summary>Weights in a block of Q8_0.</summary>
    public const int BlockLength = 32;

    private const int BlockBytes = sizeof(ushort) + BlockLength;

    /// <summary>The largest float32 that rounds to a finite bfloat16, and to a finite float16.</summary>
    private static readonly float LargestBFloat16 = BitConverter.UInt32BitsToSingle(0x7F7F7FFF),
        LargestFloat16 = BitConverter.UInt32BitsToSingle(0x477FEFFF);

    /// <summary>Bytes of a row; for Q8_0 the length is a multiple of <see cref="BlockLength"/>.</summary>
    public static long RowBytes(WeightType type, long length) => type switch
    {
        WeightType.Float32 => length * sizeof(float),
        WeightType.Q8_0 => length / BlockLength * BlockBytes,
        _ => length * sizeof(ushort),
    };

    /// <summary>Whether weights of at most this magnitude stay finite.</summary>
    public static bool Holds(WeightType type, float magnitude) => type switch
    {
        WeightType.Float32 => float.IsFinite(magnitude),
        WeightType.BFloat16 => magnitude <= LargestBFloat16,
        WeightType.Float16 => magnitude <= LargestFloat16,
        _ => magnitude / 127 <= LargestFloat16,
    };

    /// <summary>The largest magnitude of a row, or not a number if one of its elements is none.</summary>
    public static float LargestMagnitude(ReadOnlySpan<float> row)
    {
        int i = 0;
        // As integers, magnitudes are ordered like numbers, and what is not a number comes last.
        var largest = Vector<int>.Zero;
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(row);
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            largest = Vector.Max(largest, new Vector<int>(bits[i..]) & new Vector<int>(int.MaxValue));
        int result = 0;
        for (int k = 0; k < Vector<int>.Count; k++) result = Math.Max(result, largest[k]);
        for (; i < bits.Length; i++) result = Math.Max(result, bits[i] & int.MaxValue);
        return BitConverter.Int32BitsToSingle(result);
    }

    /// <summary>Writes the row's bytes, little-endian; every element is finite.</summary>
    public static void Encode(WeightType type, ReadOnlySpan<float> row, Span<byte> bytes)
    {
        switch (type)
        {
            case WeightType.Float32: row.CopyTo(MemoryMarshal.Cast<byte, float>(bytes)); break;
            case WeightType.BFloat16: HalfPrecision.ToBFloat16(row, MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            case WeightType.Float16: HalfPrecision.ToFloat16(row, MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            default:
                for (int block = 0; block < row.Length / BlockLength; block++)
                    EncodeBlock(row.Slice(block * BlockLength, BlockLength), bytes.Slice(block * BlockBytes, BlockBytes));
                break;
        }
    }

    private static void EncodeBlock(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        float scale = LargestMagnitude(values) / 127, inverse = 1 / scale;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, HalfPrecision.ToFloat16(scale));
        // No scale, or one so small that its inverse overflows: as a float16 it is 0, and zeros are what is stored.
        if (!float.IsFinite(inverse)) inverse = 0;
        Vector256<short> low = Vector256.Narrow(Round(values, 0, inverse), Round(values, 8, inverse));
        Vector256<short> high = Vector256.Narrow(Round(values, 16, inverse), Round(values, 24, inverse));
        Vector256.Narrow(low, high).AsByte().CopyTo(bytes[sizeof(ushort)..]);
    }

    /// <summary>The integers nearest to eight scaled values, halves away from zero.</summary>
    private static Vector256<int> Round(ReadOnlySpan<float> values, int first, float inverse)
    {
        Vector256<float> scaled = Vector256.Create(values[first..]) * inverse;
        // The float32 below one half: adding it carries exactly from one half on, and cutting then rounds away from zero.
        Vector256<float> half = Vector256.Create(0.49999997f) | (scaled & Vector256.Create(-0f));
        return Vector256.ConvertToInt32(Vector256.Truncate(scaled + half));
    }
}
