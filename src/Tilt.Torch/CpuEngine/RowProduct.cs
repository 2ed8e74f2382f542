using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tilt.Inference.Vectors;

namespace Tilt.Torch.CpuEngine;

/// <summary>A product c = x·Wᵀ with a matrix in the layout of checkpoints.</summary>
/// <param name="Weights">W, <c>[outputs, inputs]</c>.</param>
/// <param name="Inputs">Numbers in a row of W and of x.</param>
/// <param name="X">Left factor, <c>[rows rounded up to a multiple of 4, inputs]</c>; rows beyond the last may hold anything.</param>
/// <param name="Rows">Rows of x.</param>
/// <param name="C">Result, <c>[rows, outputs]</c>.</param>
/// <param name="Stride">Floats from one row of c to the next.</param>
/// <param name="Bias">Added to every row, <c>[outputs]</c>, or null.</param>
/// <param name="Accumulate">Adds the product to c instead of replacing it.</param>
internal readonly unsafe record struct RowProductTask(nint Weights, int Inputs, nint X, int Rows, nint C, int Stride, nint Bias,
    bool Accumulate);

/// <summary>
/// Products of few rows with large matrices that stay where and as they are, typically in a mapped file. One row is a string of
/// dot products at the speed of memory; several rows are tiles of 4 outputs by 4 rows, a stretch of the inputs at a time so that
/// x stays in the first-level cache. What is read next is always being fetched.
/// </summary>
internal static unsafe class RowProduct<TWidth, TVector, TFormat>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TFormat : struct, INumberFormat<TVector>
{
    /// <summary>Outputs computed before the next ones; also how many are best given to a thread at a time, or a small multiple.</summary>
    public const int Chunk = 32;

    private const int RowsAtOnce = 32, Ahead = 8192;

    /// <summary>Floats of x that stay in the first-level cache beside the weights that pass through it.</summary>
    private const int ResidentFloats = 5632;

    /// <summary>Computes outputs <paramref name="first"/> … <paramref name="end"/> − 1.</summary>
    public static void Multiply(in RowProductTask task, int first, int end)
    {
        if (task.Rows == 1) MultiplyOne(task, first, end);
        else MultiplySeveral(task, first, end);
    }

    private static void MultiplyOne(in RowProductTask task, int first, int end)
    {
        nint rowBytes = (nint)task.Inputs * TFormat.Size;
        byte* row = (byte*)task.Weights + first * rowBytes;
        for (int output = first; output < end; output++, row += rowBytes) Finish(task, 0, output, Dot(row, (float*)task.X, task.Inputs));
    }

    [SkipLocalsInit]
    private static void MultiplySeveral(in RowProductTask task, int first, int end)
    {
        int tileOutputs = TWidth.HasWideTile ? 4 : 2, lanes = TWidth.Lanes, whole = task.Inputs - task.Inputs % (2 * lanes);
        nint rowBytes = (nint)task.Inputs * TFormat.Size;
        float* memory = stackalloc float[Chunk * RowsAtOnce * lanes + 16];
        float* sums = (float*)(((nint)memory + 63) & ~(nint)63);
        for (int begin = 0; begin < task.Rows; begin += RowsAtOnce)
        {
            int rows = Math.Min(RowsAtOnce, task.Rows - begin), stretch = Stretch(rows);
            float* x = (float*)task.X + (nint)begin * task.Inputs;
            for (int chunk = first, stop; chunk < end; chunk = stop)
            {
                stop = Math.Min(end, chunk + Chunk);
                int tiled = stop - (stop - chunk) % tileOutputs;
                for (int k = 0; k < whole; k += stretch)
                {
                    int count = Math.Min(stretch, whole - k);
                    float* tile = sums;
                    for (int output = chunk; output < tiled; output += tileOutputs)
                    {
                        byte* weights = (byte*)task.Weights + output * rowBytes + (nint)k * TFormat.Size;
                        byte* next = output + tileOutputs < tiled ? weights + tileOutputs * rowBytes
                            : (byte*)task.Weights + (k + stretch < whole
                                ? chunk * rowBytes + (nint)(k + stretch) * TFormat.Size
                                : stop * rowBytes);
                        for (int row = 0; row < rows; row += 4, tile += 4 * tileOutputs * lanes)
                        {
                            float* left = x + (nint)row * task.Inputs + k;
                            if (TWidth.HasWideTile)
                                Tile4(weights, rowBytes, left, task.Inputs, count, row == 0 ? next : null, tile, k == 0);
                            else Tile2(weights, rowBytes, left, task.Inputs, count, row == 0 ? next : null, tile, k == 0);
                        }
                    }
                }
                Collect(task, begin, rows, chunk, tiled, whole, sums);
                for (int output = tiled; output < stop; output++)
                    for (int row = 0; row < rows; row++)
                        Finish(task, begin + row, output,
                            Dot((byte*)task.Weights + output * rowBytes, x + (nint)row * task.Inputs, task.Inputs));
            }
        }
    }

    /// <summary>Inputs multiplied at a time. More than eight rows of x are read from the second-level cache anyway.</summary>
    private static int Stretch(int rows) => rows <= 8 ? ResidentFloats / ((rows + 3) & ~3) : 1024;

    /// <summary>Adds up the vectors of partial sums and what is beyond the last whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(in RowProductTask task, int begin, int rows, int first, int end, int whole, float* sums)
    {
        int tileOutputs = TWidth.HasWideTile ? 4 : 2, lanes = TWidth.Lanes;
        for (int output = first; output < end; output += tileOutputs)
        {
            for (int row = 0; row < rows; row += 4, sums += 4 * tileOutputs * lanes)
            {
                int count = Math.Min(4, rows - row);
                for (int i = 0; i < tileOutputs; i++)
                {
                    float* four = sums + i * 4 * lanes;
                    Vector128<float> whole4 = whole == 0
                        ? default
                        : TWidth.Sums(TWidth.Load(four), TWidth.Load(four + lanes), TWidth.Load(four + 2 * lanes),
                            TWidth.Load(four + 3 * lanes));
                    for (int j = 0; j < count; j++)
                    {
                        float sum = whole4.GetElement(j);
                        if (whole < task.Inputs) sum += Rest(task, begin + row + j, output + i, whole);
                        Finish(task, begin + row + j, output + i, sum);
                    }
                }
            }
        }
    }

    private static float Rest(in RowProductTask task, int row, int output, int whole)
    {
        byte* weights = (byte*)task.Weights + (nint)output * task.Inputs * TFormat.Size;
        float* x = (float*)task.X + (nint)row * task.Inputs;
        float sum = 0;
        for (int k = whole; k < task.Inputs; k++) sum += x[k] * TFormat.Read(weights + (nint)k * TFormat.Size);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(in RowProductTask task, int row, int output, float value)
    {
        float* c = (float*)task.C + (nint)row * task.Stride + output;
        if (task.Bias != 0) value += ((float*)task.Bias)[output];
        *c = task.Accumulate ? *c + value : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(byte* weights, float* x, int count)
    {
        int lanes = TWidth.Lanes, step = 8 * lanes, size = TFormat.Size, k = 0;
        TVector zero = TWidth.Broadcast(0f);
        TVector a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
        for (; k + step <= count; k += step, x += step, weights += step * size)
        {
            Prefetch.Lines(weights + Ahead, step * size);
            a = TWidth.MultiplyAdd(TFormat.Load(weights), TWidth.Load(x), a);
            b = TWidth.MultiplyAdd(TFormat.Load(weights + lanes * size), TWidth.Load(x + lanes), b);
            c = TWidth.MultiplyAdd(TFormat.Load(weights + 2 * lanes * size), TWidth.Load(x + 2 * lanes), c);
            d = TWidth.MultiplyAdd(TFormat.Load(weights + 3 * lanes * size), TWidth.Load(x + 3 * lanes), d);
            e = TWidth.MultiplyAdd(TFormat.Load(weights + 4 * lanes * size), TWidth.Load(x + 4 * lanes), e);
            f = TWidth.MultiplyAdd(TFormat.Load(weights + 5 * lanes * size), TWidth.Load(x + 5 * lanes), f);
            g = TWidth.MultiplyAdd(TFormat.Load(weights + 6 * lanes * size), TWidth.Load(x + 6 * lanes), g);
            h = TWidth.MultiplyAdd(TFormat.Load(weights + 7 * lanes * size), TWidth.Load(x + 7 * lanes), h);
        }
        for (; k + lanes <= count; k += lanes, x += lanes, weights += lanes * size)
            a = TWidth.MultiplyAdd(TFormat.Load(weights), TWidth.Load(x), a);
        a = TWidth.Add(TWidth.Add(TWidth.Add(a, b), TWidth.Add(c, d)), TWidth.Add(TWidth.Add(e, f), TWidth.Add(g, h)));
        float sum = TWidth.Sum(a);
        for (; k < count; k++, x++, weights += size) sum += *x * TFormat.Read(weights);
        return sum;
    }

    /// <summary>Partial sums of 4 outputs by 4 rows over <paramref name="count"/> inputs, a multiple of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(byte* w, nint rowBytes, float* x, nint inputs, int count, byte* next, float* sums, bool start)
    {
        int n = TWidth.Lanes, size = TFormat.Size;
        byte* w1 = w + rowBytes, w2 = w1 + rowBytes, w3 = w2 + rowBytes;
        float* x1 = x + inputs, x2 = x1 + inputs, x3 = x2 + inputs;
        TVector zero = TWidth.Broadcast(0f);
        TVector c00 = zero, c01 = zero, c02 = zero, c03 = zero, c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        TVector c20 = zero, c21 = zero, c22 = zero, c23 = zero, c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        if (!start)
        {
            (c00, c01, c02, c03) = (TWidth.Load(sums), TWidth.Load(sums + n), TWidth.Load(sums + 2 * n), TWidth.Load(sums + 3 * n));
            (c10, c11, c12, c13) = (TWidth.Load(sums + 4 * n), TWidth.Load(sums + 5 * n), TWidth.Load(sums + 6 * n),
                TWidth.Load(sums + 7 * n));
            (c20, c21, c22, c23) = (TWidth.Load(sums + 8 * n), TWidth.Load(sums + 9 * n), TWidth.Load(sums + 10 * n),
                TWidth.Load(sums + 11 * n));
            (c30, c31, c32, c33) = (TWidth.Load(sums + 12 * n), TWidth.Load(sums + 13 * n), TWidth.Load(sums + 14 * n),
                TWidth.Load(sums + 15 * n));
        }
        for (nint k = 0; k < count; k += 2 * n)
        {
            if (next != null)
            {
                byte* at = next + k * size;
                Prefetch.Lines(at, 2 * n * size);
                Prefetch.Lines(at + rowBytes, 2 * n * size);
                Prefetch.Lines(at + 2 * rowBytes, 2 * n * size);
                Prefetch.Lines(at + 3 * rowBytes, 2 * n * size);
            }
            TVector a = TFormat.Load(w + k * size), b = TFormat.Load(w1 + k * size), c = TFormat.Load(w2 + k * size),
                d = TFormat.Load(w3 + k * size), y = TWidth.Load(x + k);
            (c00, c10, c20, c30) = (TWidth.MultiplyAdd(a, y, c00), TWidth.MultiplyAdd(b, y, c10), TWidth.MultiplyAdd(c, y, c20),
                TWidth.MultiplyAdd(d, y, c30));
            y = TWidth.Load(x1 + k);
            (c01, c11, c21, c31) = (TWidth.MultiplyAdd(a, y, c01), TWidth.MultiplyAdd(b, y, c11), TWidth.MultiplyAdd(c, y, c21),
                TWidth.MultiplyAdd(d, y, c31));
            y = TWidth.Load(x2 + k);
            (c02, c12, c22, c32) = (TWidth.MultiplyAdd(a, y, c02), TWidth.MultiplyAdd(b, y, c12), TWidth.MultiplyAdd(c, y, c22),
                TWidth.MultiplyAdd(d, y, c32));
            y = TWidth.Load(x3 + k);
            (c03, c13, c23, c33) = (TWidth.MultiplyAdd(a, y, c03), TWidth.MultiplyAdd(b, y, c13), TWidth.MultiplyAdd(c, y, c23),
                TWidth.MultiplyAdd(d, y, c33));
            nint l = k + n;
            (a, b, c, d, y) = (TFormat.Load(w + l * size), TFormat.Load(w1 + l * size), TFormat.Load(w2 + l * size),
                TFormat.Load(w3 + l * size), TWidth.Load(x + l));
            (c00, c10, c20, c30) = (TWidth.MultiplyAdd(a, y, c00), TWidth.MultiplyAdd(b, y, c10), TWidth.MultiplyAdd(c, y, c20),
                TWidth.MultiplyAdd(d, y, c30));
            y = TWidth.Load(x1 + l);
            (c01, c11, c21, c31) = (TWidth.MultiplyAdd(a, y, c01), TWidth.MultiplyAdd(b, y, c11), TWidth.MultiplyAdd(c, y, c21),
                TWidth.MultiplyAdd(d, y, c31));
            y = TWidth.Load(x2 + l);
            (c02, c12, c22, c32) = (TWidth.MultiplyAdd(a, y, c02), TWidth.MultiplyAdd(b, y, c12), TWidth.MultiplyAdd(c, y, c22),
                TWidth.MultiplyAdd(d, y, c32));
            y = TWidth.Load(x3 + l);
            (c03, c13, c23, c33) = (TWidth.MultiplyAdd(a, y, c03), TWidth.MultiplyAdd(b, y, c13), TWidth.MultiplyAdd(c, y, c23),
                TWidth.MultiplyAdd(d, y, c33));
        }
        Store(sums, c00, c01, c02, c03);
        Store(sums + 4 * n, c10, c11, c12, c13);
        Store(sums + 8 * n, c20, c21, c22, c23);
        Store(sums + 12 * n, c30, c31, c32, c33);
    }

    /// <summary>As <see cref="Tile4"/> for 2 outputs by 4 rows: what 16 registers hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2(byte* w, nint rowBytes, float* x, nint inputs, int count, byte* next, float* sums, bool start)
    {
        int n = TWidth.Lanes, size = TFormat.Size;
        byte* w1 = w + rowBytes;
        float* x1 = x + inputs, x2 = x1 + inputs, x3 = x2 + inputs;
        TVector zero = TWidth.Broadcast(0f);
        TVector c00 = zero, c01 = zero, c02 = zero, c03 = zero, c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        if (!start)
        {
            (c00, c01, c02, c03) = (TWidth.Load(sums), TWidth.Load(sums + n), TWidth.Load(sums + 2 * n), TWidth.Load(sums + 3 * n));
            (c10, c11, c12, c13) = (TWidth.Load(sums + 4 * n), TWidth.Load(sums + 5 * n), TWidth.Load(sums + 6 * n),
                TWidth.Load(sums + 7 * n));
        }
        for (nint k = 0; k < count; k += n)
        {
            if (next != null)
            {
                Prefetch.Lines(next + k * size, n * size);
                Prefetch.Lines(next + rowBytes + k * size, n * size);
            }
            TVector a = TFormat.Load(w + k * size), b = TFormat.Load(w1 + k * size), y = TWidth.Load(x + k);
            (c00, c10) = (TWidth.MultiplyAdd(a, y, c00), TWidth.MultiplyAdd(b, y, c10));
            y = TWidth.Load(x1 + k);
            (c01, c11) = (TWidth.MultiplyAdd(a, y, c01), TWidth.MultiplyAdd(b, y, c11));
            y = TWidth.Load(x2 + k);
            (c02, c12) = (TWidth.MultiplyAdd(a, y, c02), TWidth.MultiplyAdd(b, y, c12));
            y = TWidth.Load(x3 + k);
            (c03, c13) = (TWidth.MultiplyAdd(a, y, c03), TWidth.MultiplyAdd(b, y, c13));
        }
        Store(sums, c00, c01, c02, c03);
        Store(sums + 4 * n, c10, c11, c12, c13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* sums, TVector a, TVector b, TVector c, TVector d)
    {
        int n = TWidth.Lanes;
        TWidth.Store(sums, a);
        TWidth.Store(sums + n, b);
        TWidth.Store(sums + 2 * n, c);
        TWidth.Store(sums + 3 * n, d);
    }
}
