using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>A run of consecutive positions of one sequence in a batch.</summary>
/// <param name="Sequence">Its cache, already extended by <paramref name="Count"/>.</param>
/// <param name="Start">Position of the first token.</param>
/// <param name="Count">Number of tokens.</param>
/// <param name="OutputFrom">Index of the first token whose output is wanted; <paramref name="Count"/> for none.</param>
internal readonly record struct Segment(CachedSequence Sequence, int Start, int Count, int OutputFrom);

/// <summary>
/// The transformer on a batch of segments, with its working memory: one for each thread that computes. Batches mix prompts
/// being read and responses being continued.
/// </summary>
internal abstract unsafe class ForwardPass
{
    /// <summary>Makes the forward pass for a vector width.</summary>
    public static ForwardPass Create(ModelConfiguration configuration, FusedWeights weights, VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new ForwardPass<Width512, System.Runtime.Intrinsics.Vector512<float>>(configuration, weights),
        VectorWidth.Bits256 => new ForwardPass<Width256, System.Runtime.Intrinsics.Vector256<float>>(configuration, weights),
        VectorWidth.Bits128 => new ForwardPass<Width128, System.Runtime.Intrinsics.Vector128<float>>(configuration, weights),
        VectorWidth.Scalar => new ForwardPass<WidthScalar, float>(configuration, weights),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "Not a vector width."),
    };

    /// <summary>Computes a batch: writes keys and values, and leaves one normalised hidden row for each output wanted, in order.</summary>
    /// <returns>The number of outputs.</returns>
    public abstract int Run(ReadOnlySpan<Segment> segments, ReadOnlySpan<int> tokens, KeyValuePool pool, RotaryTable rotary);

    /// <summary>
    /// Logits of <paramref name="rows"/> outputs of the last batch from <paramref name="first"/> on, <c>[rows, padded vocabulary]</c>.
    /// </summary>
    public abstract void Logits(int first, int rows, float* target);

    /// <summary>Draws a token from a row of logits; see <see cref="TokenDistribution{TWidth, TVector}.Draw"/>.</summary>
    public abstract TokenDraw Draw(float* logits, float temperature, double uniform, bool withEntropy);

    /// <summary>Scores a token under a row of logits.</summary>
    public abstract TokenDraw Score(float* logits, int token, bool withEntropy);

    /// <summary>Log of the sum of the exponentials of a row of logits.</summary>
    public abstract double LogNormalizer(float* logits);

    /// <summary>Log-probabilities of all tokens under a row of logits.</summary>
    public abstract void LogProbabilities(float* logits, Span<float> target);
}

/// <inheritdoc/>
internal sealed unsafe class ForwardPass<TWidth, TVector> : ForwardPass
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    private readonly ModelConfiguration _configuration;
    private readonly FusedWeights _weights;
    private readonly AttentionShape _shape;
    private readonly TokenDistribution<TWidth, TVector> _distribution;
    private readonly AlignedBuffer _zeros = new(PackedMatrix.PanelColumns);
    private readonly int _hiddenStride;
    private readonly int _intermediateStride;
    private readonly float _scale;
    private int _capacity;
    private int[] _positions = [];
    private nint[] _pages = [];
    private AlignedBuffer _hidden, _normed, _queries, _keyValues, _attended, _intermediate, _scores;
    private int _scoreStride;

    /// <summary>Makes an empty working memory.</summary>
    public ForwardPass(ModelConfiguration configuration, FusedWeights weights)
    {
        _configuration = configuration;
        _weights = weights;
        _shape = weights.Shape;
        _distribution = new TokenDistribution<TWidth, TVector>(configuration.VocabularySize);
        _hiddenStride = PackedMatrix.Padded(configuration.HiddenSize);
        _intermediateStride = (configuration.IntermediateSize + 15) / 16 * 16;
        _scale = (float)(1 / Math.Sqrt(configuration.HeadSize));
        _hidden = _normed = _queries = _keyValues = _attended = _intermediate = _scores = new AlignedBuffer(0);
    }

    /// <inheritdoc/>
    public override int Run(ReadOnlySpan<Segment> segments, ReadOnlySpan<int> tokens, KeyValuePool pool, RotaryTable rotary)
    {
        int rows = tokens.Length;
        Reserve(segments, rows);
        Embed(segments, tokens);
        for (int layer = 0; layer < _weights.Layers.Length; layer++)
        {
            FusedLayer weights = _weights.Layers[layer];
            bool last = layer == _weights.Layers.Length - 1;
            Normalize(weights.AttentionNorm, _normed, rows);
            MatrixProduct<TWidth, TVector>.Multiply<StoreMode<TWidth, TVector>>(
                _normed.Pointer, _hiddenStride, rows, weights.KeyValue, _keyValues.Pointer, 2 * _shape.ValueColumns);
            WriteCache(layer, segments, pool, rotary);
            // Positions whose output nobody wants need no more than their keys and values from the last layer.
            if (last) rows = KeepOutputs(segments);
            if (rows == 0) return 0;
            MatrixProduct<TWidth, TVector>.Multiply<StoreMode<TWidth, TVector>>(
                _normed.Pointer, _hiddenStride, rows, weights.Query, _queries.Pointer, _shape.QueryColumns);
            RotateQueries(weights, rows, rotary);
            Attend(layer, segments, pool, last);
            MatrixProduct<TWidth, TVector>.Multiply<ResidualMode<TWidth, TVector>>(
                _attended.Pointer, _shape.QueryColumns, rows, weights.Output, _hidden.Pointer, _hiddenStride);
            Normalize(weights.FeedForwardNorm, _normed, rows);
            MatrixProduct<TWidth, TVector>.Multiply<GatedMode<TWidth, TVector>>(
                _normed.Pointer, _hiddenStride, rows, weights.GateUp, _intermediate.Pointer, _intermediateStride);
            MatrixProduct<TWidth, TVector>.Multiply<ResidualMode<TWidth, TVector>>(
                _intermediate.Pointer, _intermediateStride, rows, weights.Down, _hidden.Pointer, _hiddenStride);
        }
        Normalize(_weights.FinalNorm, _normed, rows);
        return rows;
    }

    /// <inheritdoc/>
    public override void Logits(int first, int rows, float* target) =>
        MatrixProduct<TWidth, TVector>.Multiply<StoreMode<TWidth, TVector>>(
            _normed.Pointer + first * (long)_hiddenStride, _hiddenStride, rows, _weights.Head, target, _weights.Head.Columns);

    /// <inheritdoc/>
    public override TokenDraw Draw(float* logits, float temperature, double uniform, bool withEntropy) =>
        _distribution.Draw(logits, temperature, uniform, withEntropy);

    /// <inheritdoc/>
    public override TokenDraw Score(float* logits, int token, bool withEntropy) => _distribution.Score(logits, token, withEntropy);

    /// <inheritdoc/>
    public override double LogNormalizer(float* logits) => _distribution.LogNormalizer(logits);

    /// <inheritdoc/>
    public override void LogProbabilities(float* logits, Span<float> target) => _distribution.LogProbabilities(logits, target);

    private void Reserve(ReadOnlySpan<Segment> segments, int rows)
    {
        if (rows > _capacity)
        {
            _capacity = Math.Max(rows, 2 * _capacity);
            _positions = new int[_capacity];
            _hidden = new AlignedBuffer((long)_capacity * _hiddenStride);
            _normed = new AlignedBuffer((long)_capacity * _hiddenStride);
            _queries = new AlignedBuffer((long)_capacity * _shape.QueryColumns);
            _keyValues = new AlignedBuffer((long)_capacity * 2 * _shape.ValueColumns);
            _attended = new AlignedBuffer((long)_capacity * _shape.QueryColumns);
            _intermediate = new AlignedBuffer((long)_capacity * _intermediateStride);
        }
        int longest = 0;
        foreach (ref readonly Segment segment in segments) longest = Math.Max(longest, segment.Start + segment.Count);
        int pages = (longest + KeyValuePool.PagePositions - 1) / KeyValuePool.PagePositions;
        if (pages <= _pages.Length) return;
        pages = Math.Max(pages, 2 * _pages.Length);
        _pages = GC.AllocateArray<nint>(pages, pinned: true);
        // An odd number of cache lines, so that the rows of a tile do not fall into the same cache sets.
        _scoreStride = pages * KeyValuePool.PagePositions + 16;
        _scores = new AlignedBuffer((long)_scoreStride * Math.Max(Attention<TWidth, TVector>.TileRows, _shape.Heads));
    }

    private void Embed(ReadOnlySpan<Segment> segments, ReadOnlySpan<int> tokens)
    {
        int row = 0, hidden = _configuration.HiddenSize;
        foreach (ref readonly Segment segment in segments)
            for (int i = 0; i < segment.Count; i++, row++)
            {
                _positions[row] = segment.Start + i;
                float* target = _hidden.Pointer + row * (long)_hiddenStride;
                new ReadOnlySpan<float>(_weights.Embedding.Pointer + tokens[row] * (long)hidden, hidden)
                    .CopyTo(new Span<float>(target, hidden));
            }
    }

    private void Normalize(AlignedBuffer weight, AlignedBuffer target, int rows)
    {
        for (int row = 0; row < rows; row++)
            Elementwise<TWidth, TVector>.Norm(
                _hidden.Pointer + row * (long)_hiddenStride, weight.Pointer, target.Pointer + row * (long)_hiddenStride,
                _configuration.HiddenSize, (float)_configuration.NormEpsilon);
    }

    private void WriteCache(int layer, ReadOnlySpan<Segment> segments, KeyValuePool pool, RotaryTable rotary)
    {
        const int positions = KeyValuePool.PagePositions;
        FusedLayer weights = _weights.Layers[layer];
        float* source = _keyValues.Pointer;
        foreach (ref readonly Segment segment in segments)
        {
            ReadOnlySpan<int> pages = segment.Sequence.Pages;
            for (int position = segment.Start; position < segment.Start + segment.Count; position++)
            {
                float* page = pool.Address(pages[position / positions]) + (long)layer * _shape.LayerFloats;
                int slot = position % positions;
                WriteKeys(weights, source, page + slot, position, rotary);
                int floats = _shape.ValueColumns;
                new ReadOnlySpan<float>(source + floats, floats)
                    .CopyTo(new Span<float>(page + _shape.KeyFloats + slot * (long)floats, floats));
                source += 2 * floats;
            }
        }
    }

    private void WriteKeys(FusedLayer weights, float* keys, float* target, int position, RotaryTable rotary)
    {
        const int positions = KeyValuePool.PagePositions;
        for (int head = 0; head < _shape.KeyValueHeads; head++)
        {
            float* key = keys + head * _shape.PaddedHead;
            if (_configuration.HeadNorms)
                Elementwise<TWidth, TVector>.Norm(key, weights.KeyNorm.Pointer, key, _shape.HeadSize, (float)_configuration.NormEpsilon);
            Rotate(key, position, rotary, 1f);
            float* column = target + (long)head * _shape.HeadSize * positions;
            for (int d = 0; d < _shape.HeadSize; d++) column[d * positions] = key[d];
        }
    }

    private void RotateQueries(FusedLayer weights, int rows, RotaryTable rotary)
    {
        for (int row = 0; row < rows; row++)
            for (int head = 0; head < _shape.Heads; head++)
            {
                float* query = _queries.Pointer + row * (long)_shape.QueryColumns + head * _shape.PaddedHead;
                if (_configuration.HeadNorms)
                    Elementwise<TWidth, TVector>.Norm(query, weights.QueryNorm.Pointer, query, _shape.HeadSize,
                        (float)_configuration.NormEpsilon);
                Rotate(query, _positions[row], rotary, _scale);
            }
    }

    private static void Rotate(float* x, int position, RotaryTable rotary, float scale) =>
        Elementwise<TWidth, TVector>.Rotate(
            x, rotary.Cosines + position * (long)rotary.Half, rotary.Sines + position * (long)rotary.Half, rotary.Half, scale);

    /// <summary>Moves the rows whose output is wanted to the front.</summary>
    private int KeepOutputs(ReadOnlySpan<Segment> segments)
    {
        int row = 0, kept = 0, floats = _hiddenStride;
        foreach (ref readonly Segment segment in segments)
            for (int i = 0; i < segment.Count; i++, row++)
            {
                if (i < segment.OutputFrom) continue;
                if (kept < row)
                {
                    _positions[kept] = _positions[row];
                    new ReadOnlySpan<float>(_hidden.Pointer + row * (long)floats, floats)
                        .CopyTo(new Span<float>(_hidden.Pointer + kept * (long)floats, floats));
                    new ReadOnlySpan<float>(_normed.Pointer + row * (long)floats, floats)
                        .CopyTo(new Span<float>(_normed.Pointer + kept * (long)floats, floats));
                }
                kept++;
            }
        return kept;
    }

    private void Attend(int layer, ReadOnlySpan<Segment> segments, KeyValuePool pool, bool outputsOnly)
    {
        int row = 0;
        fixed (nint* addresses = _pages)
            foreach (ref readonly Segment segment in segments)
            {
                ReadOnlySpan<int> pages = segment.Sequence.Pages;
                int used = (segment.Start + segment.Count + KeyValuePool.PagePositions - 1) / KeyValuePool.PagePositions;
                for (int i = 0; i < used; i++) addresses[i] = (nint)(pool.Address(pages[i]) + (long)layer * _shape.LayerFloats);
                for (int i = outputsOnly ? segment.OutputFrom : 0; i < segment.Count;)
                {
                    int rows = Math.Min(Attention<TWidth, TVector>.TileRows, segment.Count - i);
                    Attention<TWidth, TVector>.Attend(
                        _shape, _queries.Pointer + row * (long)_shape.QueryColumns, rows, segment.Start + i, addresses,
                        _scores.Pointer, _scoreStride, _attended.Pointer + row * (long)_shape.QueryColumns, _zeros.Pointer);
                    i += rows;
                    row += rows;
                }
            }
    }
}
