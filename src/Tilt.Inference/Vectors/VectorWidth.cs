using System.Runtime.Intrinsics;

namespace Tilt.Inference.Vectors;

/// <summary>How wide the vectors are that the fused engine computes with.</summary>
internal enum VectorWidth
{
    /// <summary>One float at a time.</summary>
    Scalar = 32,

    /// <summary>4 floats: SSE, NEON.</summary>
    Bits128 = 128,

    /// <summary>8 floats: AVX2.</summary>
    Bits256 = 256,

    /// <summary>16 floats: AVX-512.</summary>
    Bits512 = 512,
}

/// <summary>
/// Arithmetic on vectors of <see cref="Lanes"/> floats. Kernels are written once against it and compiled once for every width.
/// </summary>
/// <typeparam name="TVector">The machine's vector type.</typeparam>
internal unsafe interface IVectorWidth<TVector> where TVector : struct
{
    /// <summary>Floats in a vector; divides 16.</summary>
    static abstract int Lanes { get; }

    /// <summary>Whether there are registers for a tile of eight rows by two vectors.</summary>
    static abstract bool HasWideTile { get; }

    /// <summary>Reads a vector.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Reads <see cref="Lanes"/> bfloat16 numbers, the upper halves of floats.</summary>
    static abstract TVector LoadBFloat16(ushort* source);

    /// <summary>Writes a vector.</summary>
    static abstract void Store(float* destination, TVector value);

    /// <summary>A vector of equal floats.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a − b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a · b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a / b.</summary>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The larger of each pair; <paramref name="b"/> where it is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>The smaller of each pair.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary><paramref name="value"/> where <paramref name="tested"/> is at least <paramref name="bound"/>, else 0.</summary>
    static abstract TVector ZeroWhereBelow(TVector value, TVector tested, TVector bound);

    /// <summary>
    /// <paramref name="value"/> · 2ⁿ, where n is in the low bits of the significand of <paramref name="shifted"/> (a float to
    /// which 1.5 · 2²³ was added).
    /// </summary>
    static abstract TVector ScaleByPower(TVector value, TVector shifted);

    /// <summary>Sum of the lanes.</summary>
    static abstract float Sum(TVector value);

    /// <summary>Sums of the lanes of four vectors.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);

    /// <summary>Largest lane.</summary>
    static abstract float Largest(TVector value);
}
