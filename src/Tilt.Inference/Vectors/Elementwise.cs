using System.Runtime.CompilerServices;

namespace Tilt.Inference.Vectors;

/// <summary>Exponentials, SiLU, root-mean-square norm and rotary embedding of rows of floats.</summary>
internal static unsafe class Elementwise<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Below this, <see cref="Exp"/> is exactly 0 (e⁻⁸⁷ is the end of the normal float32 range).</summary>
    public const float LowestExponent = -87f;

    /// <summary>eˣ for x ≤ 88, within 2 units in the last place; 0 below <see cref="LowestExponent"/>.</summary>
    /// <remarks>2ⁿ·eʳ with n = round(x / ln 2) and |r| ≤ ½ ln 2, eʳ by its Taylor polynomial of degree 7.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector lowest = TWidth.Broadcast(LowestExponent);
        // In this order NaN stays NaN.
        TVector bounded = TWidth.Max(lowest, x);
        TVector rounder = TWidth.Broadcast(12582912f);
        TVector shifted = TWidth.MultiplyAdd(bounded, TWidth.Broadcast(1.44269504f), rounder);
        TVector n = TWidth.Subtract(shifted, rounder);
        // ln 2 in two parts, the first with few enough bits that n times it is exact.
        TVector r = TWidth.MultiplyAdd(n, TWidth.Broadcast(-0.693359375f), bounded);
        r = TWidth.MultiplyAdd(n, TWidth.Broadcast(2.12194440e-4f), r);
        TVector p = TWidth.Broadcast(1f / 5040f);
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(1f / 720f));
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(1f / 120f));
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(1f / 24f));
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(1f / 6f));
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(0.5f));
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(1f));
        p = TWidth.MultiplyAdd(p, r, TWidth.Broadcast(1f));
        return TWidth.ZeroWhereBelow(TWidth.ScaleByPower(p, shifted), x, lowest);
    }

    /// <summary>x / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Silu(TVector x)
    {
        TVector negative = TWidth.Min(TWidth.Subtract(TWidth.Broadcast(0f), x), TWidth.Broadcast(87f));
        return TWidth.Divide(x, TWidth.Add(TWidth.Broadcast(1f), Exp(negative)));
    }

    /// <summary>target = source / √(mean(source²) + ε) · weight, over <paramref name="count"/> floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Norm(float* source, float* weight, float* target, int count, float epsilon)
    {
        int lanes = TWidth.Lanes, whole = count & -lanes;
        TVector squares = TWidth.Broadcast(0f);
        for (int i = 0; i < whole; i += lanes)
        {
            TVector x = TWidth.Load(source + i);
            squares = TWidth.MultiplyAdd(x, x, squares);
        }
        float sum = TWidth.Sum(squares);
        for (int i = whole; i < count; i++) sum += source[i] * source[i];
        float scale = 1f / MathF.Sqrt(sum / count + epsilon);
        TVector scales = TWidth.Broadcast(scale);
        for (int i = 0; i < whole; i += lanes)
            TWidth.Store(target + i, TWidth.Multiply(TWidth.Multiply(TWidth.Load(source + i), scales), TWidth.Load(weight + i)));
        for (int i = whole; i < count; i++) target[i] = source[i] * scale * weight[i];
    }

    /// <summary>
    /// Rotates the pairs (x[j], x[j + half]) by the angles of a position, in place, and multiplies by <paramref name="scale"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* x, float* cosines, float* sines, int half, float scale)
    {
        int lanes = TWidth.Lanes, whole = half & -lanes;
        TVector scales = TWidth.Broadcast(scale);
        for (int j = 0; j < whole; j += lanes)
        {
            TVector cosine = TWidth.Multiply(TWidth.Load(cosines + j), scales), sine = TWidth.Multiply(TWidth.Load(sines + j), scales);
            TVector first = TWidth.Load(x + j), second = TWidth.Load(x + half + j);
            TWidth.Store(x + j, TWidth.Subtract(TWidth.Multiply(first, cosine), TWidth.Multiply(second, sine)));
            TWidth.Store(x + half + j, TWidth.MultiplyAdd(second, cosine, TWidth.Multiply(first, sine)));
        }
        for (int j = whole; j < half; j++)
        {
            float cosine = cosines[j] * scale, sine = sines[j] * scale, first = x[j], second = x[half + j];
            x[j] = first * cosine - second * sine;
            x[half + j] = second * cosine + first * sine;
        }
    }

    /// <summary>Multiplies <paramref name="count"/> floats (a multiple of 16) by a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(float* x, int count, float factor)
    {
        TVector factors = TWidth.Broadcast(factor);
        for (int i = 0; i < count; i += TWidth.Lanes) TWidth.Store(x + i, TWidth.Multiply(TWidth.Load(x + i), factors));
    }
}
