using System.Runtime.CompilerServices;
using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>
/// Causal attention over a paged key/value cache. A query's arithmetic is the same alone and in a tile of queries: dot products
/// in ascending order of the head's dimensions, weighted sums in ascending order of the positions.
/// </summary>
internal static unsafe class Attention<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Queries that are attended together.</summary>
    public const int TileRows = 16;

    /// <summary>
    /// Attends <paramref name="rows"/> queries at consecutive positions from <paramref name="start"/> on.
    /// </summary>
    /// <param name="shape">Heads and strides.</param>
    /// <param name="queries">Scaled queries, <c>[rows, heads × padded head]</c>.</param>
    /// <param name="rows">Number of queries, at most <see cref="TileRows"/>.</param>
    /// <param name="start">Position of the first query; its keys are 0 … start.</param>
    /// <param name="pages">Address of the layer's part of every page.</param>
    /// <param name="scores">Scratch, <c>[max(rows, heads), scoreStride]</c>.</param>
    /// <param name="scoreStride">At least the keys rounded up to whole pages.</param>
    /// <param name="result">The attended values, laid out as the queries.</param>
    /// <param name="zeros">32 zeros.</param>
    public static void Attend(
        in AttentionShape shape, float* queries, int rows, int start, nint* pages, float* scores, int scoreStride, float* result,
        float* zeros)
    {
        if (rows == 1) AttendOne(shape, queries, start + 1, pages, scores, scoreStride, result);
        else AttendTile(shape, queries, rows, start, pages, scores, scoreStride, result, zeros);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AttendTile(
        in AttentionShape shape, float* queries, int rows, int start, nint* pages, float* scores, int scoreStride, float* result,
        float* zeros)
    {
        int keys = start + rows, width = shape.QueryColumns;
        int pageCount = (keys + KeyValuePool.PagePositions - 1) / KeyValuePool.PagePositions;
        float* inverses = stackalloc float[TileRows];
        for (int head = 0; head < shape.Heads; head++)
        {
            float* query = queries + head * shape.PaddedHead;
            float* attended = result + head * shape.PaddedHead;
            int keyHead = head / shape.Group;
            for (int page = 0; page < pageCount; page++)
            {
                float* panel = (float*)pages[page] + (long)keyHead * shape.HeadSize * KeyValuePool.PagePositions;
                MatrixProduct<TWidth, TVector>.Panel<StoreMode<TWidth, TVector>>(
                    query, width, rows, panel, KeyValuePool.PagePositions, shape.HeadSize,
                    scores + page * KeyValuePool.PagePositions, scoreStride, zeros);
            }
            for (int row = 0; row < rows; row++)
            {
                inverses[row] = 1f / Softmax(scores + row * (long)scoreStride, start + row + 1);
                float* line = scores + row * (long)scoreStride;
                for (int t = start + row + 1; t < keys; t++) line[t] = 0f;
                new Span<float>(attended + row * (long)width, shape.PaddedHead).Clear();
            }
            for (int page = 0; page < pageCount; page++)
            {
                int depth = Math.Min(KeyValuePool.PagePositions, keys - page * KeyValuePool.PagePositions);
                float* values = (float*)pages[page] + shape.KeyFloats + keyHead * shape.PaddedHead;
                for (int column = 0; column < shape.PaddedHead; column += PackedMatrix.PanelColumns)
                    MatrixProduct<TWidth, TVector>.Panel<ContinueMode<TWidth, TVector>>(
                        scores + page * KeyValuePool.PagePositions, scoreStride, rows, values + column, shape.ValueColumns, depth,
                        attended + column, width, zeros);
            }
            for (int row = 0; row < rows; row++)
                Elementwise<TWidth, TVector>.Scale(attended + row * (long)width, shape.PaddedHead, inverses[row]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AttendOne(
        in AttentionShape shape, float* query, int keys, nint* pages, float* scores, int scoreStride, float* result)
    {
        const int positions = KeyValuePool.PagePositions;
        int pageCount = (keys + positions - 1) / positions, heads = shape.Heads, headSize = shape.HeadSize, padded = shape.PaddedHead;
        int panelFloats = headSize * positions;
        for (int page = 0; page < pageCount; page++)
        {
            float* panels = (float*)pages[page];
            float* target = scores + page * positions;
            // Half of the last page is enough where it holds no more keys.
            bool half = keys - page * positions <= positions / 2;
            int head = 0;
            for (; head + 4 <= heads; head += 4)
                Dot4(
                    query + head * padded, padded, headSize, half,
                    panels + head / shape.Group * panelFloats, panels + (head + 1) / shape.Group * panelFloats,
                    panels + (head + 2) / shape.Group * panelFloats, panels + (head + 3) / shape.Group * panelFloats,
                    target + head * (long)scoreStride, scoreStride);
            for (; head < heads; head++)
                Dot(query + head * padded, headSize, panels + head / shape.Group * panelFloats, target + head * (long)scoreStride);
        }
        float* inverses = stackalloc float[heads];
        for (int head = 0; head < heads; head++) inverses[head] = 1f / Softmax(scores + head * (long)scoreStride, keys);
        for (int column = 0; column < padded; column += PackedMatrix.PanelColumns)
        {
            int head = 0;
            for (; head + 4 <= heads; head += 4)
                Weigh4(
                    scores + head * (long)scoreStride, scoreStride, keys, pages, shape.KeyFloats + column, shape.ValueColumns,
                    head / shape.Group * padded, (head + 1) / shape.Group * padded, (head + 2) / shape.Group * padded,
                    (head + 3) / shape.Group * padded,
                    result + head * padded + column, padded, inverses + head);
            for (; head < heads; head++)
                Weigh(
                    scores + head * (long)scoreStride, keys, pages, shape.KeyFloats + column + head / shape.Group * padded,
                    shape.ValueColumns,
                    result + head * padded + column, inverses[head]);
        }
    }

    /// <summary>Turns <paramref name="count"/> scores into exponentials of their distance to the largest; returns their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Softmax(float* scores, int count)
    {
        int lanes = TWidth.Lanes, padded = (count + lanes - 1) & -lanes;
        for (int t = count; t < padded; t++) scores[t] = float.NegativeInfinity;
        TVector largest = TWidth.Load(scores);
        for (int t = lanes; t < padded; t += lanes) largest = TWidth.Max(largest, TWidth.Load(scores + t));
        TVector top = TWidth.Broadcast(TWidth.Largest(largest)), sum = TWidth.Broadcast(0f);
        for (int t = 0; t < padded; t += lanes)
        {
            TVector weight = Elementwise<TWidth, TVector>.Exp(TWidth.Subtract(TWidth.Load(scores + t), top));
            sum = TWidth.Add(sum, weight);
            TWidth.Store(scores + t, weight);
        }
        return TWidth.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4(float* query, int stride, int depth, bool half, float* k0, float* k1, float* k2, float* k3, float* target,
        int targetStride)
    {
        for (int column = 0; column < 16; column += TWidth.Lanes)
        {
            TVector zero = TWidth.Broadcast(0f);
            TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero, q0 = zero, q1 = zero, q2 = zero, q3 = zero;
            long offset = column;
            float* x = query;
            float* y = query + 2 * stride;
            float* t = target + column;
            if (half)
            {
                for (int d = 0; d < depth; d++)
                {
                    p0 = TWidth.MultiplyAdd(TWidth.Broadcast(x[0]), TWidth.Load(k0 + offset), p0);
                    p1 = TWidth.MultiplyAdd(TWidth.Broadcast(x[stride]), TWidth.Load(k1 + offset), p1);
                    p2 = TWidth.MultiplyAdd(TWidth.Broadcast(y[0]), TWidth.Load(k2 + offset), p2);
                    p3 = TWidth.MultiplyAdd(TWidth.Broadcast(y[stride]), TWidth.Load(k3 + offset), p3);
                    offset += KeyValuePool.PagePositions;
                    x++;
                    y++;
                }
                TWidth.Store(t, p0);
                TWidth.Store(t + targetStride, p1);
                TWidth.Store(t + 2 * (long)targetStride, p2);
                TWidth.Store(t + 3 * (long)targetStride, p3);
                continue;
            }
            for (int d = 0; d < depth; d++)
            {
                TVector x0 = TWidth.Broadcast(x[0]), x1 = TWidth.Broadcast(x[stride]), x2 = TWidth.Broadcast(y[0]),
                    x3 = TWidth.Broadcast(y[stride]);
                p0 = TWidth.MultiplyAdd(x0, TWidth.Load(k0 + offset), p0);
                q0 = TWidth.MultiplyAdd(x0, TWidth.Load(k0 + offset + 16), q0);
                p1 = TWidth.MultiplyAdd(x1, TWidth.Load(k1 + offset), p1);
                q1 = TWidth.MultiplyAdd(x1, TWidth.Load(k1 + offset + 16), q1);
                p2 = TWidth.MultiplyAdd(x2, TWidth.Load(k2 + offset), p2);
                q2 = TWidth.MultiplyAdd(x2, TWidth.Load(k2 + offset + 16), q2);
                p3 = TWidth.MultiplyAdd(x3, TWidth.Load(k3 + offset), p3);
                q3 = TWidth.MultiplyAdd(x3, TWidth.Load(k3 + offset + 16), q3);
                offset += KeyValuePool.PagePositions;
                x++;
                y++;
            }
            TWidth.Store(t, p0);
            TWidth.Store(t + 16, q0);
            TWidth.Store(t + targetStride, p1);
            TWidth.Store(t + targetStride + 16, q1);
            TWidth.Store(t + 2 * (long)targetStride, p2);
            TWidth.Store(t + 2 * (long)targetStride + 16, q2);
            TWidth.Store(t + 3 * (long)targetStride, p3);
            TWidth.Store(t + 3 * (long)targetStride + 16, q3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot(float* query, int depth, float* panel, float* target)
    {
        for (int column = 0; column < 16; column += TWidth.Lanes)
        {
            TVector p = TWidth.Broadcast(0f), q = p;
            float* key = panel + column;
            for (int d = 0; d < depth; d++)
            {
                TVector x = TWidth.Broadcast(query[d]);
                p = TWidth.MultiplyAdd(x, TWidth.Load(key), p);
                q = TWidth.MultiplyAdd(x, TWidth.Load(key + 16), q);
                key += KeyValuePool.PagePositions;
            }
            TWidth.Store(target + column, p);
            TWidth.Store(target + column + 16, q);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh4(
        float* weights, int weightStride, int keys, nint* pages, int offset, int valueStride,
        int o0, int o1, int o2, int o3, float* result, int resultStride, float* inverses)
    {
        for (int column = 0; column < 16; column += TWidth.Lanes)
        {
            TVector zero = TWidth.Broadcast(0f);
            TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero, q0 = zero, q1 = zero, q2 = zero, q3 = zero;
            float* w = weights;
            float* v = weights + 2 * (long)weightStride;
            for (int first = 0; first < keys; first += KeyValuePool.PagePositions)
            {
                float* value = (float*)pages[first / KeyValuePool.PagePositions] + offset + column;
                int count = Math.Min(KeyValuePool.PagePositions, keys - first);
                for (int t = 0; t < count; t++)
                {
                    TVector x0 = TWidth.Broadcast(w[0]), x1 = TWidth.Broadcast(w[weightStride]), x2 = TWidth.Broadcast(v[0]),
                        x3 = TWidth.Broadcast(v[weightStride]);
                    p0 = TWidth.MultiplyAdd(x0, TWidth.Load(value + o0), p0);
                    q0 = TWidth.MultiplyAdd(x0, TWidth.Load(value + o0 + 16), q0);
                    p1 = TWidth.MultiplyAdd(x1, TWidth.Load(value + o1), p1);
                    q1 = TWidth.MultiplyAdd(x1, TWidth.Load(value + o1 + 16), q1);
                    p2 = TWidth.MultiplyAdd(x2, TWidth.Load(value + o2), p2);
                    q2 = TWidth.MultiplyAdd(x2, TWidth.Load(value + o2 + 16), q2);
                    p3 = TWidth.MultiplyAdd(x3, TWidth.Load(value + o3), p3);
                    q3 = TWidth.MultiplyAdd(x3, TWidth.Load(value + o3 + 16), q3);
                    value += valueStride;
                    w++;
                    v++;
                }
            }
            StoreScaled(result + column, p0, q0, inverses[0]);
            StoreScaled(result + column + resultStride, p1, q1, inverses[1]);
            StoreScaled(result + column + 2 * resultStride, p2, q2, inverses[2]);
            StoreScaled(result + column + 3 * resultStride, p3, q3, inverses[3]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(float* weights, int keys, nint* pages, int offset, int valueStride, float* result, float inverse)
    {
        for (int column = 0; column < 16; column += TWidth.Lanes)
        {
            TVector p = TWidth.Broadcast(0f), q = p;
            float* w = weights;
            for (int first = 0; first < keys; first += KeyValuePool.PagePositions)
            {
                float* value = (float*)pages[first / KeyValuePool.PagePositions] + offset + column;
                int count = Math.Min(KeyValuePool.PagePositions, keys - first);
                for (int t = 0; t < count; t++)
                {
                    TVector x = TWidth.Broadcast(*w++);
                    p = TWidth.MultiplyAdd(x, TWidth.Load(value), p);
                    q = TWidth.MultiplyAdd(x, TWidth.Load(value + 16), q);
                    value += valueStride;
                }
            }
            StoreScaled(result + column, p, q, inverse);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreScaled(float* target, TVector first, TVector second, float factor)
    {
        TVector factors = TWidth.Broadcast(factor);
        TWidth.Store(target, TWidth.Multiply(first, factors));
        TWidth.Store(target + 16, TWidth.Multiply(second, factors));
    }
}
