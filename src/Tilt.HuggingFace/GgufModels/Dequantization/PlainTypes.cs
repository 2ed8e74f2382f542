using System.Runtime.InteropServices;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.GgufModels.Dequantization;

/// <summary>Element types without blocks: every number by itself, little-endian.</summary>
internal static class PlainTypes
{
    public static void Float32(ReadOnlySpan<byte> stored, Span<float> values) => stored.CopyTo(MemoryMarshal.AsBytes(values));

    public static void Float16(ReadOnlySpan<byte> stored, Span<float> values) =>
        HalfPrecision.FromFloat16(MemoryMarshal.Cast<byte, ushort>(stored), values);

    public static void BFloat16(ReadOnlySpan<byte> stored, Span<float> values) =>
        HalfPrecision.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(stored), values);
}
