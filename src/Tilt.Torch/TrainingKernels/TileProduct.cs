using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// Products of small matrices that lie in the first caches: eight rows of the result at a time stay in registers while one
/// column of A and one row of B after the other are read.
/// </summary>
internal static unsafe class TileProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>C = A·B, or C += A·B, for eight rows of A and C.</summary>
    /// <param name="a">A, <c>[8, depth]</c>, by strides: a transposed matrix is only another pair of strides.</param>
    /// <param name="rowStride">Elements between rows of A.</param>
    /// <param name="columnStride">Elements between columns of A.</param>
    /// <param name="b">B, <c>[depth, columns]</c>, rows <paramref name="bStride"/> elements apart.</param>
    /// <param name="bStride">Elements between rows of B.</param>
    /// <param name="c">C, <c>[8, columns]</c>, rows <paramref name="cStride"/> elements apart.</param>
    /// <param name="cStride">Elements between rows of C.</param>
    /// <param name="columns">Columns of B and C, a multiple of 16.</param>
    /// <param name="depth">Columns of A and rows of B.</param>
    /// <param name="accumulate">Adds to C instead of replacing it.</param>
    public static void Multiply(float* a, nint rowStride, nint columnStride, float* b, nint bStride, float* c, nint cStride, int columns,
        int depth, bool accumulate)
    {
        int column = 0;
        for (; column + 32 <= columns; column += 32)
            Wide(a, rowStride, columnStride, b + column, bStride, c + column, cStride, depth, accumulate);
        if (column < columns) Narrow(a, rowStride, columnStride, b + column, bStride, c + column, cStride, depth, accumulate);
    }

    /// <summary>One row of C = A·B for a panel of 32 columns, with the same chain of multiply-adds as a tile's rows.</summary>
    /// <param name="a">The row of A.</param>
    /// <param name="columnStride">Elements between its entries.</param>
    /// <param name="panel">B, <c>[depth, 32]</c>.</param>
    /// <param name="depth">Rows of B.</param>
    /// <param name="c">The row of C, 32 elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyRow(float* a, nint columnStride, float* panel, int depth, float* c)
    {
        Vector512<float> left = default, right = default;
        for (int i = 0; i < depth; i++, a += columnStride, panel += 32)
        {
            Vector512<float> x = Vector512.Create(*a);
            left = Vector512.FusedMultiplyAdd(x, Vector512.Load(panel), left);
            right = Vector512.FusedMultiplyAdd(x, Vector512.Load(panel + 16), right);
        }
        left.Store(c);
        right.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* a, nint rowStride, nint columnStride, float* b, nint bStride, float* c, nint cStride, int depth,
        bool accumulate)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride, a4 = a3 + rowStride, a5 = a4 + rowStride, a6 = a5 + rowStride,
            a7 = a6 + rowStride;
        nint at = 0;
        for (int i = 0; i < depth; i++)
        {
            Vector512<float> left = Vector512.Load(b), right = Vector512.Load(b + 16);
            Vector512<float> x = Vector512.Create(a[at]);
            s0 = Vector512.FusedMultiplyAdd(x, left, s0); t0 = Vector512.FusedMultiplyAdd(x, right, t0);
            x = Vector512.Create(a1[at]);
            s1 = Vector512.FusedMultiplyAdd(x, left, s1); t1 = Vector512.FusedMultiplyAdd(x, right, t1);
            x = Vector512.Create(a2[at]);
            s2 = Vector512.FusedMultiplyAdd(x, left, s2); t2 = Vector512.FusedMultiplyAdd(x, right, t2);
            x = Vector512.Create(a3[at]);
            s3 = Vector512.FusedMultiplyAdd(x, left, s3); t3 = Vector512.FusedMultiplyAdd(x, right, t3);
            x = Vector512.Create(a4[at]);
            s4 = Vector512.FusedMultiplyAdd(x, left, s4); t4 = Vector512.FusedMultiplyAdd(x, right, t4);
            x = Vector512.Create(a5[at]);
            s5 = Vector512.FusedMultiplyAdd(x, left, s5); t5 = Vector512.FusedMultiplyAdd(x, right, t5);
            x = Vector512.Create(a6[at]);
            s6 = Vector512.FusedMultiplyAdd(x, left, s6); t6 = Vector512.FusedMultiplyAdd(x, right, t6);
            x = Vector512.Create(a7[at]);
            s7 = Vector512.FusedMultiplyAdd(x, left, s7); t7 = Vector512.FusedMultiplyAdd(x, right, t7);
            at += columnStride;
            b += bStride;
        }
        Store(c, s0, t0, accumulate);
        Store(c += cStride, s1, t1, accumulate);
        Store(c += cStride, s2, t2, accumulate);
        Store(c += cStride, s3, t3, accumulate);
        Store(c += cStride, s4, t4, accumulate);
        Store(c += cStride, s5, t5, accumulate);
        Store(c += cStride, s6, t6, accumulate);
        Store(c += cStride, s7, t7, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* a, nint rowStride, nint columnStride, float* b, nint bStride, float* c, nint cStride, int depth,
        bool accumulate)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride, a4 = a3 + rowStride, a5 = a4 + rowStride, a6 = a5 + rowStride,
            a7 = a6 + rowStride;
        nint at = 0;
        for (int i = 0; i < depth; i++)
        {
            Vector512<float> row = Vector512.Load(b);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[at]), row, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[at]), row, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[at]), row, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[at]), row, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Create(a4[at]), row, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Create(a5[at]), row, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Create(a6[at]), row, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Create(a7[at]), row, s7);
            at += columnStride;
            b += bStride;
        }
        Store(c, s0, accumulate);
        Store(c += cStride, s1, accumulate);
        Store(c += cStride, s2, accumulate);
        Store(c += cStride, s3, accumulate);
        Store(c += cStride, s4, accumulate);
        Store(c += cStride, s5, accumulate);
        Store(c += cStride, s6, accumulate);
        Store(c += cStride, s7, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> left, Vector512<float> right, bool accumulate)
    {
        Store(c, left, accumulate);
        Store(c + 16, right, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> value, bool accumulate) =>
        (accumulate ? Vector512.Load(c) + value : value).Store(c);
}
