using System.Runtime.CompilerServices;
using Tilt.Inference.Vectors;

namespace Tilt.Torch.CpuEngine;

/// <summary>
/// Attention of the queries of one position that share a key head, over that head's cached keys and values: a block of positions
/// at a time with a running maximum (Milakov and Gimelshein, arXiv 1805.02867; Dao et al., arXiv 2205.14135), so that nothing
/// grows with the length and keys are never repeated for their queries.
/// </summary>
internal static unsafe class CachedAttention<TWidth, TVector, TFormat>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TFormat : struct, INumberFormat<TVector>
{
    /// <summary>Positions whose scores exist at once.</summary>
    private const int Block = 128;

    /// <summary>Attends <paramref name="count"/> queries.</summary>
    /// <param name="queries">Scaled queries, <c>[queries rounded up to a multiple of 4, width]</c>.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="keys">Cached keys, <c>[positions, width]</c>.</param>
    /// <param name="values">Cached values, like the keys.</param>
    /// <param name="positions">Number of keys seen, at least 1.</param>
    /// <param name="width">Head size padded to a multiple of 16 with zeros.</param>
    /// <param name="result">The mixed values, <c>[queries, width]</c>.</param>
    [SkipLocalsInit]
    public static void Attend(float* queries, int count, byte* keys, byte* values, int positions, int width, float* result)
    {
        float* scores = stackalloc float[count * Block];
        float* largest = stackalloc float[count], totals = stackalloc float[count];
        for (int i = 0; i < count; i++) (largest[i], totals[i]) = (float.NegativeInfinity, 0);
        new Span<float>(result, count * width).Clear();
        nint rowBytes = (nint)width * TFormat.Size;
        for (int first = 0; first < positions; first += Block)
        {
            int length = Math.Min(Block, positions - first);
            // Keys are to queries what weights are to activations.
            RowProduct<TWidth, TVector, TFormat>.Multiply(
                new RowProductTask((nint)(keys + first * rowBytes), width, (nint)queries, count, (nint)scores, Block, 0, false), 0, length);
            for (int i = 0; i < count; i++)
            {
                float* row = scores + i * Block;
                float top = MathF.Max(largest[i], Largest(row, length)), kept = MathF.Exp(largest[i] - top);
                if (kept != 1) Scale(result + i * width, width, kept);
                totals[i] = totals[i] * kept + Exponentiate(row, length, top);
                largest[i] = top;
            }
            int query = 0;
            for (; query + 4 <= count; query += 4)
                Weigh4(scores + query * Block, values + first * rowBytes, length, width, result + query * width);
            for (; query < count; query++) Weigh1(scores + query * Block, values + first * rowBytes, length, width, result + query * width);
        }
        for (int i = 0; i < count; i++) Scale(result + i * width, width, 1 / totals[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh4(float* weights, byte* values, int length, int width, float* result)
    {
        int lanes = TWidth.Lanes, i = 0;
        for (; TWidth.HasWideTile && i + 2 * lanes <= width; i += 2 * lanes)
        {
            float* p = result + i, q = p + lanes;
            TVector a = TWidth.Load(p), b = TWidth.Load(p + width), c = TWidth.Load(p + 2 * width), d = TWidth.Load(p + 3 * width);
            TVector e = TWidth.Load(q), f = TWidth.Load(q + width), g = TWidth.Load(q + 2 * width), h = TWidth.Load(q + 3 * width);
            byte* value = values + i * TFormat.Size;
            for (int t = 0; t < length; t++, value += (nint)width * TFormat.Size)
            {
                TVector v = TFormat.Load(value), u = TFormat.Load(value + lanes * TFormat.Size), w = TWidth.Broadcast(weights[t]);
                (a, e) = (TWidth.MultiplyAdd(w, v, a), TWidth.MultiplyAdd(w, u, e));
                w = TWidth.Broadcast(weights[Block + t]);
                (b, f) = (TWidth.MultiplyAdd(w, v, b), TWidth.MultiplyAdd(w, u, f));
                w = TWidth.Broadcast(weights[2 * Block + t]);
                (c, g) = (TWidth.MultiplyAdd(w, v, c), TWidth.MultiplyAdd(w, u, g));
                w = TWidth.Broadcast(weights[3 * Block + t]);
                (d, h) = (TWidth.MultiplyAdd(w, v, d), TWidth.MultiplyAdd(w, u, h));
            }
            Store(p, width, a, b, c, d);
            Store(q, width, e, f, g, h);
        }
        for (; i < width; i += lanes)
        {
            float* to = result + i;
            TVector a = TWidth.Load(to), b = TWidth.Load(to + width), c = TWidth.Load(to + 2 * width), d = TWidth.Load(to + 3 * width);
            byte* value = values + i * TFormat.Size;
            for (int t = 0; t < length; t++, value += (nint)width * TFormat.Size)
            {
                TVector v = TFormat.Load(value);
                a = TWidth.MultiplyAdd(TWidth.Broadcast(weights[t]), v, a);
                b = TWidth.MultiplyAdd(TWidth.Broadcast(weights[Block + t]), v, b);
                c = TWidth.MultiplyAdd(TWidth.Broadcast(weights[2 * Block + t]), v, c);
                d = TWidth.MultiplyAdd(TWidth.Broadcast(weights[3 * Block + t]), v, d);
            }
            Store(to, width, a, b, c, d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, int width, TVector a, TVector b, TVector c, TVector d)
    {
        TWidth.Store(to, a);
        TWidth.Store(to + width, b);
        TWidth.Store(to + 2 * width, c);
        TWidth.Store(to + 3 * width, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh1(float* weights, byte* values, int length, int width, float* result)
    {
        for (int i = 0; i < width; i += TWidth.Lanes)
        {
            TVector sum = TWidth.Load(result + i);
            byte* value = values + i * TFormat.Size;
            for (int t = 0; t < length; t++, value += (nint)width * TFormat.Size)
                sum = TWidth.MultiplyAdd(TWidth.Broadcast(weights[t]), TFormat.Load(value), sum);
            TWidth.Store(result + i, sum);
        }
    }

    private static float Largest(float* scores, int length)
    {
        float largest = scores[0];
        for (int t = 1; t < length; t++) largest = MathF.Max(largest, scores[t]);
        return largest;
    }

    /// <summary>Scores become exponentials of their distance to <paramref name="top"/>; returns their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentiate(float* scores, int length, float top)
    {
        int padded = (length + TWidth.Lanes - 1) & -TWidth.Lanes;
        for (int t = length; t < padded; t++) scores[t] = float.NegativeInfinity;
        TVector shift = TWidth.Broadcast(top), sum = TWidth.Broadcast(0f);
        for (int t = 0; t < padded; t += TWidth.Lanes)
        {
            TVector weight = Elementwise<TWidth, TVector>.Exp(TWidth.Subtract(TWidth.Load(scores + t), shift));
            sum = TWidth.Add(sum, weight);
            TWidth.Store(scores + t, weight);
        }
        return TWidth.Sum(sum);
    }

    private static void Scale(float* row, int width, float factor)
    {
        TVector factors = TWidth.Broadcast(factor);
        for (int i = 0; i < width; i += TWidth.Lanes) TWidth.Store(row + i, TWidth.Multiply(TWidth.Load(row + i), factors));
    }
}
