using System.Runtime.Intrinsics;
using Tilt.Inference.Vectors;

namespace Tilt.Benchmarks;

/// <summary>The engine's own matrix product: what the processor gives at best, as the floor that sampling is compared with.</summary>
internal static unsafe class ProductBenchmark
{
    /// <summary>
    /// Times products of 16, 32 and 192 rows by the layer matrices of the tiny model, with few and with many different matrices.
    /// </summary>
    public static void Run()
    {
        foreach ((int rows, int matrices) in new[] { (16, 1), (16, 16), (32, 16), (192, 1), (192, 16) })
            foreach ((int depth, int columns) in new[] { (128, 32), (128, 384), (128, 704), (352, 128) })
                Measure(rows, depth, columns, matrices);
    }

    private static void Measure(int rows, int depth, int columns, int count)
    {
        PackedMatrix[] matrices = [.. Enumerable.Range(0, count).Select(_ => new PackedMatrix(depth, columns))];
        foreach (PackedMatrix matrix in matrices) new Span<float>(matrix.Panels, depth * matrix.Columns).Fill(0.5f);
        AlignedBuffer a = new(rows * depth), c = new(rows * PackedMatrix.Padded(columns));
        a.Span.Fill(0.25f);
        double flops = 2.0 * rows * depth * columns, best = 0;
        int calls = Math.Max(1, (int)(2e8 / flops / count));
        for (int repeat = 0; repeat < 8; repeat++)
        {
            double start = Environment.CpuUsage.TotalTime.TotalSeconds;
            for (int call = 0; call < calls; call++)
                foreach (PackedMatrix matrix in matrices)
                    MatrixProduct<Width512, Vector512<float>>.Multiply<StoreMode<Width512, Vector512<float>>>(
                        a.Pointer, depth, rows, matrix, c.Pointer, matrix.Columns);
            best = Math.Max(best, flops * calls * count / (Environment.CpuUsage.TotalTime.TotalSeconds - start) / 1e9);
        }
        Console.WriteLine($"{rows} x {depth} x {columns}, {count} matrices: {best:F0} GFLOP/s");
        GC.KeepAlive(a);
        GC.KeepAlive(c);
    }
}
