using System.Runtime.CompilerServices;

namespace Tilt.Inference.Vectors;

/// <summary>
/// Matrix products from register tiles of up to 8 rows by 32 columns. Every entry of a product is one chain of fused
/// multiply-adds in ascending order of the inner index, whatever the tile, so that a row's result depends neither on the rows
/// beside it nor on their number.
/// </summary>
internal static unsafe class MatrixProduct<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>c = a · matrix for <paramref name="rows"/> rows, finished as <typeparamref name="TMode"/> says.</summary>
    /// <param name="a">Left factor, <c>[rows, depth]</c>.</param>
    /// <param name="lda">Floats from one row of <paramref name="a"/> to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="matrix">Right factor.</param>
    /// <param name="c">Result, <c>[rows, columns]</c> with whole panels.</param>
    /// <param name="ldc">Floats from one row of <paramref name="c"/> to the next.</param>
    public static void Multiply<TMode>(float* a, int lda, int rows, PackedMatrix matrix, float* c, int ldc)
        where TMode : struct, ITileMode<TWidth, TVector>
    {
        const int width = PackedMatrix.PanelColumns;
        for (int panel = 0; panel < matrix.PanelCount; panel++)
        {
            float* b = matrix.Panels + (long)panel * matrix.Depth * width;
            Panel<TMode>(a, lda, rows, b, width, matrix.Depth, c + panel * TMode.ResultColumns, ldc, matrix.Bias + panel * width);
        }
    }

    /// <summary>The product with one panel <c>[depth, 32]</c> whose rows are <paramref name="ldb"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel<TMode>(float* a, int lda, int rows, float* b, int ldb, int depth, float* c, int ldc, float* bias)
        where TMode : struct, ITileMode<TWidth, TVector>
    {
        for (int column = 0; column < 16; column += TWidth.Lanes)
        {
            int row = 0;
            if (TWidth.HasWideTile)
                for (; row + 8 <= rows; row += 8)
                    Tile8<TMode>(a + row * (long)lda, lda, b + column, ldb, depth, c + row * (long)ldc + column, ldc, bias + column);
            for (; row + 4 <= rows; row += 4)
                Tile4<TMode>(a + row * (long)lda, lda, b + column, ldb, depth, c + row * (long)ldc + column, ldc, bias + column);
            if (row + 2 <= rows)
            {
                Tile2<TMode>(a + row * (long)lda, lda, b + column, ldb, depth, c + row * (long)ldc + column, ldc, bias + column);
                row += 2;
            }
            if (row < rows)
                Tile1<TMode>(a + row * (long)lda, b + column, ldb, depth, c + row * (long)ldc + column, bias + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8<TMode>(float* a, int lda, float* b, int ldb, int depth, float* c, int ldc, float* bias)
        where TMode : struct, ITileMode<TWidth, TVector>
    {
        TVector p0 = TMode.Start(c, bias), q0 = TMode.Start(c + 16, bias + 16);
        TVector p1 = TMode.Start(c + ldc, bias), q1 = TMode.Start(c + ldc + 16, bias + 16);
        TVector p2 = TMode.Start(c + 2 * (long)ldc, bias), q2 = TMode.Start(c + 2 * (long)ldc + 16, bias + 16);
        TVector p3 = TMode.Start(c + 3 * (long)ldc, bias), q3 = TMode.Start(c + 3 * (long)ldc + 16, bias + 16);
        TVector p4 = TMode.Start(c + 4 * (long)ldc, bias), q4 = TMode.Start(c + 4 * (long)ldc + 16, bias + 16);
        TVector p5 = TMode.Start(c + 5 * (long)ldc, bias), q5 = TMode.Start(c + 5 * (long)ldc + 16, bias + 16);
        TVector p6 = TMode.Start(c + 6 * (long)ldc, bias), q6 = TMode.Start(c + 6 * (long)ldc + 16, bias + 16);
        TVector p7 = TMode.Start(c + 7 * (long)ldc, bias), q7 = TMode.Start(c + 7 * (long)ldc + 16, bias + 16);
        float* a4 = a + 4 * (long)lda;
        long l1 = lda, l2 = 2 * l1, l3 = 3 * l1;
        // The panel after this one: weights come from beyond the core's own caches.
        float* ahead = b + (long)depth * ldb;
        for (int k = 0; k < depth; k++)
        {
            TVector b0 = TWidth.Load(b), b1 = TWidth.Load(b + 16);
            b += ldb;
            Prefetch.ToL2(ahead);
            Prefetch.ToL2(ahead + 16);
            ahead += ldb;
            TVector x0 = TWidth.Broadcast(a[0]);
            p0 = TWidth.MultiplyAdd(x0, b0, p0);
            q0 = TWidth.MultiplyAdd(x0, b1, q0);
            TVector x1 = TWidth.Broadcast(a[l1]);
            p1 = TWidth.MultiplyAdd(x1, b0, p1);
            q1 = TWidth.MultiplyAdd(x1, b1, q1);
            TVector x2 = TWidth.Broadcast(a[l2]);
            p2 = TWidth.MultiplyAdd(x2, b0, p2);
            q2 = TWidth.MultiplyAdd(x2, b1, q2);
            TVector x3 = TWidth.Broadcast(a[l3]);
            p3 = TWidth.MultiplyAdd(x3, b0, p3);
            q3 = TWidth.MultiplyAdd(x3, b1, q3);
            TVector x4 = TWidth.Broadcast(a4[0]);
            p4 = TWidth.MultiplyAdd(x4, b0, p4);
            q4 = TWidth.MultiplyAdd(x4, b1, q4);
            TVector x5 = TWidth.Broadcast(a4[l1]);
            p5 = TWidth.MultiplyAdd(x5, b0, p5);
            q5 = TWidth.MultiplyAdd(x5, b1, q5);
            TVector x6 = TWidth.Broadcast(a4[l2]);
            p6 = TWidth.MultiplyAdd(x6, b0, p6);
            q6 = TWidth.MultiplyAdd(x6, b1, q6);
            TVector x7 = TWidth.Broadcast(a4[l3]);
            p7 = TWidth.MultiplyAdd(x7, b0, p7);
            q7 = TWidth.MultiplyAdd(x7, b1, q7);
            a++;
            a4++;
        }
        TMode.Finish(c, p0, q0);
        TMode.Finish(c + ldc, p1, q1);
        TMode.Finish(c + 2 * (long)ldc, p2, q2);
        TMode.Finish(c + 3 * (long)ldc, p3, q3);
        TMode.Finish(c + 4 * (long)ldc, p4, q4);
        TMode.Finish(c + 5 * (long)ldc, p5, q5);
        TMode.Finish(c + 6 * (long)ldc, p6, q6);
        TMode.Finish(c + 7 * (long)ldc, p7, q7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4<TMode>(float* a, int lda, float* b, int ldb, int depth, float* c, int ldc, float* bias)
        where TMode : struct, ITileMode<TWidth, TVector>
    {
        TVector p0 = TMode.Start(c, bias), q0 = TMode.Start(c + 16, bias + 16);
        TVector p1 = TMode.Start(c + ldc, bias), q1 = TMode.Start(c + ldc + 16, bias + 16);
        TVector p2 = TMode.Start(c + 2 * (long)ldc, bias), q2 = TMode.Start(c + 2 * (long)ldc + 16, bias + 16);
        TVector p3 = TMode.Start(c + 3 * (long)ldc, bias), q3 = TMode.Start(c + 3 * (long)ldc + 16, bias + 16);
        float* a1 = a + lda;
        float* a2 = a + 2 * (long)lda;
        float* a3 = a + 3 * (long)lda;
        for (int k = 0; k < depth; k++)
        {
            TVector b0 = TWidth.Load(b), b1 = TWidth.Load(b + 16);
            b += ldb;
            TVector x0 = TWidth.Broadcast(a[k]);
            p0 = TWidth.MultiplyAdd(x0, b0, p0);
            q0 = TWidth.MultiplyAdd(x0, b1, q0);
            TVector x1 = TWidth.Broadcast(a1[k]);
            p1 = TWidth.MultiplyAdd(x1, b0, p1);
            q1 = TWidth.MultiplyAdd(x1, b1, q1);
            TVector x2 = TWidth.Broadcast(a2[k]);
            p2 = TWidth.MultiplyAdd(x2, b0, p2);
            q2 = TWidth.MultiplyAdd(x2, b1, q2);
            TVector x3 = TWidth.Broadcast(a3[k]);
            p3 = TWidth.MultiplyAdd(x3, b0, p3);
            q3 = TWidth.MultiplyAdd(x3, b1, q3);
        }
        TMode.Finish(c, p0, q0);
        TMode.Finish(c + ldc, p1, q1);
        TMode.Finish(c + 2 * (long)ldc, p2, q2);
        TMode.Finish(c + 3 * (long)ldc, p3, q3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2<TMode>(float* a, int lda, float* b, int ldb, int depth, float* c, int ldc, float* bias)
        where TMode : struct, ITileMode<TWidth, TVector>
    {
        TVector p0 = TMode.Start(c, bias), q0 = TMode.Start(c + 16, bias + 16);
        TVector p1 = TMode.Start(c + ldc, bias), q1 = TMode.Start(c + ldc + 16, bias + 16);
        float* a1 = a + lda;
        for (int k = 0; k < depth; k++)
        {
            TVector b0 = TWidth.Load(b), b1 = TWidth.Load(b + 16);
            b += ldb;
            TVector x0 = TWidth.Broadcast(a[k]);
            p0 = TWidth.MultiplyAdd(x0, b0, p0);
            q0 = TWidth.MultiplyAdd(x0, b1, q0);
            TVector x1 = TWidth.Broadcast(a1[k]);
            p1 = TWidth.MultiplyAdd(x1, b0, p1);
            q1 = TWidth.MultiplyAdd(x1, b1, q1);
        }
        TMode.Finish(c, p0, q0);
        TMode.Finish(c + ldc, p1, q1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1<TMode>(float* a, float* b, int ldb, int depth, float* c, float* bias)
        where TMode : struct, ITileMode<TWidth, TVector>
    {
        TVector p0 = TMode.Start(c, bias), q0 = TMode.Start(c + 16, bias + 16);
        for (int k = 0; k < depth; k++)
        {
            TVector b0 = TWidth.Load(b), b1 = TWidth.Load(b + 16);
            b += ldb;
            TVector x0 = TWidth.Broadcast(a[k]);
            p0 = TWidth.MultiplyAdd(x0, b0, p0);
            q0 = TWidth.MultiplyAdd(x0, b1, q0);
        }
        TMode.Finish(c, p0, q0);
    }
}
