using System.Runtime.CompilerServices;

namespace Tilt.Inference.Vectors;

/// <summary>
/// Where the sums of a register tile start and what happens to them in the end. A tile is two vectors wide, 16 columns apart.
/// </summary>
internal unsafe interface ITileMode<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Columns of the result that a panel of 32 columns gives.</summary>
    static abstract int ResultColumns { get; }

    /// <summary>The value that a sum starts with.</summary>
    /// <param name="result">Place of the vector in the result.</param>
    /// <param name="bias">Place of the vector in the bias.</param>
    static abstract TVector Start(float* result, float* bias);

    /// <summary>Writes the two sums of a row.</summary>
    static abstract void Finish(float* result, TVector first, TVector second);
}

/// <summary>result = bias + product.</summary>
internal readonly unsafe struct StoreMode<TWidth, TVector> : ITileMode<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public static int ResultColumns => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Start(float* result, float* bias) => TWidth.Load(bias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(float* result, TVector first, TVector second)
    {
        TWidth.Store(result, first);
        TWidth.Store(result + 16, second);
    }
}

/// <summary>Goes on with sums that are in the result: what is added first and last does not depend on where the sum was cut.</summary>
internal readonly unsafe struct ContinueMode<TWidth, TVector> : ITileMode<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public static int ResultColumns => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Start(float* result, float* bias) => TWidth.Load(result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(float* result, TVector first, TVector second)
    {
        TWidth.Store(result, first);
        TWidth.Store(result + 16, second);
    }
}

/// <summary>result = result + (bias + product): the residual stream.</summary>
internal readonly unsafe struct ResidualMode<TWidth, TVector> : ITileMode<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public static int ResultColumns => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Start(float* result, float* bias) => TWidth.Load(bias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(float* result, TVector first, TVector second)
    {
        TWidth.Store(result, TWidth.Add(TWidth.Load(result), first));
        TWidth.Store(result + 16, TWidth.Add(TWidth.Load(result + 16), second));
    }
}

/// <summary>result = SiLU(gate) · up, where a panel holds 16 columns of the gate and the same 16 of the up projection.</summary>
internal readonly unsafe struct GatedMode<TWidth, TVector> : ITileMode<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public static int ResultColumns => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Start(float* result, float* bias) => TWidth.Load(bias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(float* result, TVector first, TVector second) =>
        TWidth.Store(result, TWidth.Multiply(Elementwise<TWidth, TVector>.Silu(first), second));
}
