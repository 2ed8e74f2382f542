using System.Runtime.CompilerServices;
using Tilt.Inference.Vectors;

namespace Tilt.Torch.CpuEngine;

/// <summary>How numbers lie in memory: kernels read them as floats and round when they write.</summary>
/// <typeparam name="TVector">The machine's vector type.</typeparam>
internal unsafe interface INumberFormat<TVector> where TVector : struct
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads as many numbers as a vector holds.</summary>
    static abstract TVector Load(byte* source);

    /// <summary>Reads one number.</summary>
    static abstract float Read(byte* source);

    /// <summary>Writes one number, rounded to the nearest, ties to even.</summary>
    static abstract void Write(byte* target, float value);
}

/// <summary>IEEE single precision.</summary>
internal readonly unsafe struct Float32Format<TWidth, TVector> : INumberFormat<TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(byte* source) => TWidth.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Read(byte* source) => Unsafe.ReadUnaligned<float>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* target, float value) => Unsafe.WriteUnaligned(target, value);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Format<TWidth, TVector> : INumberFormat<TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(byte* source) => TWidth.LoadBFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Read(byte* source) => BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(source) << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* target, float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding up the significand of a NaN could make it infinite.
        uint rounded = float.IsNaN(value) ? bits | 0x400000 : bits + 0x7FFF + ((bits >> 16) & 1);
        Unsafe.WriteUnaligned(target, (ushort)(rounded >> 16));
    }
}
