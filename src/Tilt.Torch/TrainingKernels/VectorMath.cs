using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Elementary functions of sixteen float32 numbers.</summary>
internal static class VectorMath
{
    /// <summary>
    /// eˣ with a relative error below 2⁻²²: x = n·ln 2 + r, a polynomial of degree 6 in r, n added to the exponent. Below −87 the
    /// result is 0 (never a denormal number, which would slow what follows), above 88 it is e⁸⁸.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> lowest = Vector512.Create(-87f), clamped = Vector512.Min(Vector512.Max(x, lowest), Vector512.Create(88f));
        // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits of the significand.
        Vector512<float> magic = Vector512.Create(12582912f);
        Vector512<float> shifted = Vector512.FusedMultiplyAdd(clamped, Vector512.Create(1.44269504f), magic), n = shifted - magic;
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145752f), clamped);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860677e-6f), r);
        Vector512<float> p = Vector512.Create(1f / 720);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f));
        Vector512<float> result = (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, lowest), Vector512<float>.Zero, result);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));
}
