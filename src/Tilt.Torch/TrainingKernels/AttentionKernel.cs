using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// Causal attention of each sequence within itself, over packed sequences of any lengths: no padding, no work above the diagonal
/// beyond tiles of eight queries, nothing quadratic in memory but one strip of queries.
/// </summary>
/// <remarks>
/// The forward pass keeps only each row's log-normaliser; the backward pass computes the weights again from it (Dao et al.,
/// FlashAttention, arXiv 2205.14135). With P the weights, D = Σ dO·O of a row: dV = Pᵀ·dO, dP = dO·Vᵀ, dS = P∘(dP − D),
/// dQ = dS·K/√d, dK = dSᵀ·Q/√d.
/// </remarks>
internal static unsafe class AttentionKernel
{
    /// <summary>
    /// Queries that the backward pass treats at once; their weights and gradients are what exists of the quadratic matrices.
    /// </summary>
    private const int Strip = 64;

    /// <summary>Heads of a joined query, key and value matrix <c>[tokens, (query + 2·key heads)·head size]</c>.</summary>
    public readonly record struct Shape(int Heads, int KeyHeads, int HeadSize)
    {
        /// <summary>Heads of a model.</summary>
        public static Shape Of(ModelConfiguration model) => new(model.HeadCount, model.KeyValueHeadCount, model.HeadSize);

        public int Width => (Heads + 2 * KeyHeads) * HeadSize;

        public int OutputWidth => Heads * HeadSize;

        public int Group => Heads / KeyHeads;

        /// <summary>Head size rounded up to whole vectors.</summary>
        public int Padded => (HeadSize + 15) & ~15;

        public float Scale => 1 / MathF.Sqrt(HeadSize);

        public int KeyColumn(int keyHead) => (Heads + keyHead) * HeadSize;

        public int ValueColumn(int keyHead) => (Heads + KeyHeads + keyHead) * HeadSize;
    }

    /// <summary>Mixes the values.</summary>
    /// <param name="qkv">Joined queries, keys and values, rotated.</param>
    /// <param name="shape">Heads.</param>
    /// <param name="starts">First token of each sequence and, last, the number of tokens.</param>
    /// <param name="output"><c>[tokens, heads·head size]</c>.</param>
    /// <param name="normalizers">Log-normaliser of each query's weights, <c>[heads, tokens]</c>.</param>
    public static void Forward(float* qkv, Shape shape, ReadOnlySpan<int> starts, float* output, float* normalizers)
    {
        int longest = Longest(starts), rows = RoundUp(longest), size = shape.Padded, total = starts[^1];
        using var buffer = new BufferArena((nint)3 * rows * size + TileProduct.Rows * (rows + size));
        float* keys = buffer.Take(rows * size), values = buffer.Take(rows * size), queries = buffer.Take(rows * size);
        float* weights = buffer.Take(TileProduct.Rows * rows), mixed = buffer.Take(TileProduct.Rows * size);
        for (int sequence = 0; sequence + 1 < starts.Length; sequence++)
        {
            int length = starts[sequence + 1] - starts[sequence], padded = RoundUp(length);
            float* tokens = qkv + (nint)starts[sequence] * shape.Width;
            for (int head = 0; head < shape.Heads; head++)
            {
                if (head % shape.Group == 0)
                {
                    CopyTransposed(tokens + shape.KeyColumn(head / shape.Group), shape.Width, length, shape.HeadSize, keys, padded);
                    Copy(tokens + shape.ValueColumn(head / shape.Group), shape.Width, length, shape.HeadSize, values, size, padded, 1);
                }
                Copy(tokens + head * shape.HeadSize, shape.Width, length, shape.HeadSize, queries, size, padded, shape.Scale);
                float* to = output + (nint)starts[sequence] * shape.OutputWidth + head * shape.HeadSize;
                float* logs = normalizers + (nint)head * total + starts[sequence];
                for (int first = 0; first < length; first += TileProduct.Rows)
                {
                    int seen = RoundUp(first + TileProduct.Rows), count = Math.Min(TileProduct.Rows, length - first);
                    TileProduct.Multiply(queries + first * size, size, 1, keys, padded, weights, padded, seen, shape.HeadSize,
                        accumulate: false);
                    for (int row = 0; row < count; row++) logs[first + row] = Softmax(weights + row * padded, first + row + 1, seen);
                    TileProduct.Multiply(weights, padded, 1, values, size, mixed, size, size, Math.Min(first + TileProduct.Rows, padded),
                        accumulate: false);
                    for (int row = 0; row < count; row++)
                        new ReadOnlySpan<float>(mixed + row * size, shape.HeadSize)
                            .CopyTo(new Span<float>(to + (nint)(first + row) * shape.OutputWidth, shape.HeadSize));
                }
            }
        }
    }

    /// <summary>Gradient of the joined queries, keys and values.</summary>
    /// <param name="qkv">As in the forward pass.</param>
    /// <param name="shape">Heads.</param>
    /// <param name="starts">As in the forward pass.</param>
    /// <param name="output">Result of the forward pass.</param>
    /// <param name="normalizers">Log-normalisers of the forward pass.</param>
    /// <param name="dOutput">Gradient of the output.</param>
    /// <param name="dQkv">Gradient of <paramref name="qkv"/>, all of it replaced.</param>
    public static void Backward(float* qkv, Shape shape, ReadOnlySpan<int> starts, float* output, float* normalizers, float* dOutput,
        float* dQkv)
    {
        int rows = RoundUp(Longest(starts)), total = starts[^1];
        using var work = new BackwardBuffers(rows, shape.Padded);
        for (int sequence = 0; sequence + 1 < starts.Length; sequence++)
        {
            int begin = starts[sequence], length = starts[sequence + 1] - begin;
            float* tokens = qkv + (nint)begin * shape.Width, gradients = dQkv + (nint)begin * shape.Width;
            for (int keyHead = 0; keyHead < shape.KeyHeads; keyHead++)
            {
                work.LoadKeysAndValues(tokens, shape, keyHead, length);
                for (int head = keyHead * shape.Group; head < (keyHead + 1) * shape.Group; head++)
                {
                    nint column = (nint)begin * shape.OutputWidth + head * shape.HeadSize;
                    work.LoadQueries(tokens, shape, head, length, output + column, dOutput + column);
                    for (int first = 0; first < length; first += Strip)
                        BackwardStrip(work, shape, first, length, normalizers + (nint)head * total + begin);
                    Store(work.DQueries, shape, length, gradients + head * shape.HeadSize, shape.Scale);
                }
                Store(work.DKeys, shape, length, gradients + shape.KeyColumn(keyHead), 1);
                Store(work.DValues, shape, length, gradients + shape.ValueColumn(keyHead), 1);
            }
        }
    }

    private static void BackwardStrip(BackwardBuffers work, Shape shape, int first, int length, float* logs)
    {
        int size = shape.Padded, padded = RoundUp(length), last = Math.Min(first + Strip, RoundUp(length));
        for (int row = first; row < last; row += TileProduct.Rows)
        {
            // Weights and their gradients, a tile of queries at a time; what lies above the diagonal becomes zero.
            int seen = RoundUp(row + TileProduct.Rows);
            float* weights = work.Weights + (nint)(row - first) * padded, dWeights = work.DWeights + (nint)(row - first) * padded;
            TileProduct.Multiply(work.Queries + row * size, size, 1, work.TransposedKeys, padded, weights, padded, seen, shape.HeadSize,
                accumulate: false);
            TileProduct.Multiply(work.DOutput + row * size, size, 1, work.TransposedValues, padded, dWeights, padded, seen, shape.HeadSize,
                accumulate: false);
            for (int i = 0; i < TileProduct.Rows; i++)
                ScoreGradient(weights + (nint)i * padded, dWeights + (nint)i * padded, row + i < length ? row + i + 1 : 0, seen,
                    row + i < length ? logs[row + i] : 0, work.Products[row + i]);
            TileProduct.Multiply(dWeights, padded, 1, work.Keys, size, work.DQueries + row * size, size, size,
                Math.Min(row + TileProduct.Rows, padded), accumulate: false);
        }
        for (int key = 0; key < last; key += TileProduct.Rows)
        {
            // Queries before the first key of the tile give it no weight.
            int from = Math.Max(first, key) - first, depth = last - first - from;
            nint at = (nint)from * padded + key;
            TileProduct.Multiply(work.Weights + at, 1, padded, work.DOutput + (first + from) * size, size, work.DValues + key * size, size,
                size, depth, accumulate: true);
            TileProduct.Multiply(work.DWeights + at, 1, padded, work.Queries + (first + from) * size, size, work.DKeys + key * size, size,
                size, depth, accumulate: true);
        }
    }

    /// <summary>
    /// Turns the first <paramref name="count"/> scores into weights, the rest up to <paramref name="seen"/> into zeros; returns the
    /// log-normaliser.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Softmax(float* scores, int count, int seen)
    {
        for (int i = count; i < seen; i++) scores[i] = float.NegativeInfinity;
        Vector512<float> highest = Vector512.Load(scores);
        for (int i = 16; i < seen; i += 16) highest = Vector512.Max(highest, Vector512.Load(scores + i));
        float maximum = float.NegativeInfinity;
        for (int i = 0; i < 16; i++) maximum = MathF.Max(maximum, highest[i]);
        Vector512<float> shift = Vector512.Create(maximum), sums = default;
        for (int i = 0; i < seen; i += 16)
        {
            Vector512<float> weight = VectorMath.Exp(Vector512.Load(scores + i) - shift);
            sums += weight;
            weight.Store(scores + i);
        }
        float sum = Vector512.Sum(sums);
        Vector512<float> inverse = Vector512.Create(1 / sum);
        for (int i = 0; i < seen; i += 16) (Vector512.Load(scores + i) * inverse).Store(scores + i);
        return maximum + MathF.Log(sum);
    }

    /// <summary>Scores become weights e^(s − log-normaliser), weight gradients become score gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreGradient(float* scores, float* gradients, int count, int seen, float normalizer, float product)
    {
        for (int i = count; i < seen; i++) (scores[i], gradients[i]) = (float.NegativeInfinity, 0);
        Vector512<float> shift = Vector512.Create(normalizer), subtract = Vector512.Create(product);
        for (int i = 0; i < seen; i += 16)
        {
            Vector512<float> weight = VectorMath.Exp(Vector512.Load(scores + i) - shift);
            weight.Store(scores + i);
            (weight * (Vector512.Load(gradients + i) - subtract)).Store(gradients + i);
        }
    }

    private static void Store(float* from, Shape shape, int length, float* to, float scale)
    {
        for (int row = 0; row < length; row++)
            Scale(from + row * shape.Padded, to + (nint)row * shape.Width, shape.HeadSize, scale);
    }

    /// <summary>Copies rows into a buffer padded with zeros.</summary>
    private static void Copy(float* from, nint stride, int length, int width, float* to, int toStride, int padded, float scale)
    {
        if (width != toStride || length != padded) new Span<float>(to, padded * toStride).Clear();
        for (int row = 0; row < length; row++) Scale(from + row * stride, to + row * toStride, width, scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* from, float* to, int width, float scale)
    {
        int whole = width & ~15;
        for (int i = 0; i < whole; i += 16) (Vector512.Load(from + i) * scale).Store(to + i);
        for (int i = whole; i < width; i++) to[i] = from[i] * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(float* x, float* y, int width)
    {
        int whole = width & ~15;
        Vector512<float> products = default;
        for (int i = 0; i < whole; i += 16) products = Vector512.FusedMultiplyAdd(Vector512.Load(x + i), Vector512.Load(y + i), products);
        float sum = Vector512.Sum(products);
        for (int i = whole; i < width; i++) sum += x[i] * y[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyTransposed(float* from, nint stride, int length, int width, float* to, int padded)
    {
        for (int i = 0; i < width; i++)
        {
            for (int row = 0; row < length; row++) to[i * padded + row] = from[row * stride + i];
            for (int row = length; row < padded; row++) to[i * padded + row] = 0;
        }
    }

    private static int RoundUp(int length) => (length + 15) & ~15;

    private static int Longest(ReadOnlySpan<int> starts)
    {
        int longest = 0;
        for (int i = 0; i + 1 < starts.Length; i++) longest = Math.Max(longest, starts[i + 1] - starts[i]);
        return longest;
    }

    /// <summary>One head's matrices, padded: rows are tokens (<c>[tokens, head size]</c>) unless transposed.</summary>
    private sealed class BackwardBuffers : IDisposable
    {
        private readonly BufferArena _buffer;
        private readonly int _size;

        public BackwardBuffers(int rows, int size)
        {
            this._size = size;
            nint matrix = (nint)rows * size;
            _buffer = new BufferArena(8 * matrix + 2 * (nint)Strip * rows + rows);
            TransposedKeys = _buffer.Take(matrix);
            TransposedValues = _buffer.Take(matrix);
            Keys = _buffer.Take(matrix);
            Queries = _buffer.Take(matrix);
            DOutput = _buffer.Take(matrix);
            DQueries = _buffer.Take(matrix);
            DKeys = _buffer.Take(matrix);
            DValues = _buffer.Take(matrix);
            Weights = _buffer.Take((nint)Strip * rows);
            DWeights = _buffer.Take((nint)Strip * rows);
            Products = _buffer.Take(rows);
        }

        public float* TransposedKeys { get; }

        public float* TransposedValues { get; }

        public float* Keys { get; }

        /// <summary>Queries divided by √d.</summary>
        public float* Queries { get; }

        public float* DOutput { get; }

        public float* DQueries { get; }

        public float* DKeys { get; }

        public float* DValues { get; }

        /// <summary>Weights of a strip of queries.</summary>
        public float* Weights { get; }

        public float* DWeights { get; }

        /// <summary>D = Σ dO·O of each query.</summary>
        public float* Products { get; }

        public void LoadKeysAndValues(float* tokens, Shape shape, int keyHead, int length)
        {
            int padded = RoundUp(length);
            CopyTransposed(tokens + shape.KeyColumn(keyHead), shape.Width, length, shape.HeadSize, TransposedKeys, padded);
            CopyTransposed(tokens + shape.ValueColumn(keyHead), shape.Width, length, shape.HeadSize, TransposedValues, padded);
            Copy(tokens + shape.KeyColumn(keyHead), shape.Width, length, shape.HeadSize, Keys, _size, padded, 1);
            new Span<float>(DKeys, padded * _size).Clear();
            new Span<float>(DValues, padded * _size).Clear();
        }

        public void LoadQueries(float* tokens, Shape shape, int head, int length, float* output, float* dOutput)
        {
            int padded = RoundUp(length);
            Copy(tokens + head * shape.HeadSize, shape.Width, length, shape.HeadSize, Queries, _size, padded, shape.Scale);
            Copy(dOutput, shape.OutputWidth, length, shape.HeadSize, DOutput, _size, padded, 1);
            for (int row = 0; row < padded; row++)
                Products[row] = row < length
                    ? Dot(output + (nint)row * shape.OutputWidth, dOutput + (nint)row * shape.OutputWidth, shape.HeadSize)
                    : 0;
        }

        public void Dispose() => _buffer.Dispose();
    }
}
