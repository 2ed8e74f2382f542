using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Vectors;
using Tilt.Torch.Decoding;
using Tilt.Torch.Native;

namespace Tilt.Torch.CpuEngine;

/// <summary>One token to read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Row">Row of the cache it belongs to.</param>
/// <param name="Position">Its position there; those before it are in the cache or earlier in the same pass.</param>
internal readonly record struct TokenPlace(int Id, int Row, int Position);

/// <summary>
/// The blocks of a decoder on the CPU: activations in float32 and shared by all threads of an operation, weights where they are
/// stored, keys and values in the cache's type.
/// </summary>
internal sealed unsafe class CpuForwardPass<TWidth, TVector> : IDisposable
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Consecutive tokens that one thread attends with: they share the keys in its cache.</summary>
    private const int AttendedTogether = 8;

    private readonly CpuWeights _weights;
    private readonly ModelConfiguration _shape;
    private readonly CpuProducts<TWidth, TVector> _products;
    private readonly ActivationBuffer _hidden, _normed, _projectedQueries, _projectedKeys, _projectedValues, _queries, _mixed, _attended,
        _gate, _up;
    private RotaryTable _rotary;
    private TokenPlace[] _tokens = [];

    public CpuForwardPass(CpuWeights weights)
    {
        (this._weights, _shape) = (weights, weights.Configuration);
        _products = new(weights.Precision);
        _rotary = new RotaryTable(_shape, Math.Min(_shape.ContextLength, 256));
        int queryWidth = _shape.HeadCount * _shape.HeadSize, keyWidth = _shape.KeyValueHeadCount * _shape.HeadSize;
        (_hidden, _normed) = (new(_shape.HiddenSize), new(_shape.HiddenSize));
        (_projectedQueries, _projectedKeys, _projectedValues, _attended) = (new(queryWidth), new(keyWidth), new(keyWidth), new(queryWidth));
        (_queries, _mixed) = (new(_shape.HeadCount * HeadWidth), new(_shape.HeadCount * HeadWidth));
        (_gate, _up) = (new(_shape.IntermediateSize), new(_shape.IntermediateSize));
    }

    /// <summary>Numbers of a head in the cache: the head size in whole vectors of any width.</summary>
    public int HeadWidth => (_shape.HeadSize + 15) & ~15;

    /// <summary>Reads tokens, whose keys and values go into the cache; its lengths are the caller's business.</summary>
    /// <returns>Hidden states after the last block, <c>[tokens, hidden]</c>, good until the next call.</returns>
    public float* Run(KeyValueCache cache, TokenPlace[] places)
    {
        _tokens = places;
        int longest = 0;
        foreach (TokenPlace token in _tokens) longest = Math.Max(longest, token.Position + 1);
        if (_rotary.Positions < longest)
            _rotary = new RotaryTable(_shape, Math.Min(_shape.ContextLength, Math.Max(longest, 2 * _rotary.Positions)));
        // Behind the last query there is room for a tile to read beyond it.
        foreach (ActivationBuffer buffer in Buffers) buffer.Reserve(_tokens.Length + 4);
        Embed();
        for (int layer = 0; layer < _weights.Blocks.Count; layer++)
        {
            if (cache.IsBFloat16) Block<BFloat16Format<TWidth, TVector>>(layer, cache);
            else Block<Float32Format<TWidth, TVector>>(layer, cache);
        }
        return _hidden.Pointer;
    }

    /// <summary>The final norm of one row of hidden states.</summary>
    public void NormalizeOutput(float* source, float* target) =>
        Elementwise<TWidth, TVector>.Norm(source, _weights.FinalNorm.Pointer, target, _shape.HiddenSize, (float)_shape.NormEpsilon);

    /// <summary>Float32 logits of rows after the final norm.</summary>
    /// <param name="states"><c>[rows rounded up to a multiple of 4, hidden]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="target">The logits.</param>
    /// <param name="stride">Floats from one row of logits to the next.</param>
    public void Logits(float* states, int rows, float* target, int stride) =>
        CpuProducts<TWidth, TVector>.MultiplyExactly(states, rows, _weights.Head, target, stride);

    public void Dispose()
    {
        _products.Dispose();
        foreach (ActivationBuffer buffer in Buffers) buffer.Dispose();
    }

    private IEnumerable<ActivationBuffer> Buffers =>
        [_hidden, _normed, _projectedQueries, _projectedKeys, _projectedValues, _queries, _mixed, _attended, _gate, _up];

    private void Embed()
    {
        StoredMatrix embedding = _weights.Embedding;
        for (int i = 0; i < _tokens.Length; i++)
        {
            float* target = _hidden.Row(i);
            if (embedding.IsBFloat16)
                Widen<BFloat16Format<TWidth, TVector>>(embedding.Address + (nint)_tokens[i].Id * _shape.HiddenSize * 2, target);
            else Widen<Float32Format<TWidth, TVector>>(embedding.Address + (nint)_tokens[i].Id * _shape.HiddenSize * 4, target);
        }
    }

    private void Widen<TFormat>(byte* source, float* target) where TFormat : struct, INumberFormat<TVector>
    {
        for (int i = 0; i < _shape.HiddenSize; i++) target[i] = TFormat.Read(source + i * TFormat.Size);
    }

    private void Block<TFormat>(int layer, KeyValueCache cache) where TFormat : struct, INumberFormat<TVector>
    {
        CpuBlockWeights block = _weights.Blocks[layer];
        int count = _tokens.Length;
        Normalize(block.AttentionNorm);
        _products.Multiply(_normed, count,
            new(block.Query, _projectedQueries, block.QueryBias), new(block.Key, _projectedKeys, block.KeyBias),
            new(block.Value, _projectedValues, block.ValueBias));
        (nint keys, nint values) = cache.Addresses(layer);
        int capacity = cache.Capacity;
        PerToken(_shape.HeadCount * _shape.HeadSize, token => PlaceHeads<TFormat>(block, token, (byte*)keys, (byte*)values, capacity));
        Attend<TFormat>((byte*)keys, (byte*)values, capacity);
        _products.Multiply(_attended, count, new MatrixProductStep(block.Output, _hidden, Accumulate: true));
        Normalize(block.MlpNorm);
        _products.Multiply(_normed, count, new(block.Gate, _gate), new(block.Up, _up));
        PerToken(_shape.IntermediateSize, token => SwiGlu(_gate.Row(token), _up.Row(token)));
        _products.Multiply(_gate, count, new MatrixProductStep(block.Down, _hidden, Accumulate: true));
    }

    private void Normalize(AlignedBuffer weight) => PerToken(_shape.HiddenSize, token =>
        Elementwise<TWidth, TVector>.Norm(_hidden.Row(token), weight.Pointer, _normed.Row(token), _shape.HiddenSize,
            (float)_shape.NormEpsilon));

    /// <summary>Norms and rotates a token's queries and keys; keys and values go into the cache.</summary>
    private void PlaceHeads<TFormat>(CpuBlockWeights block, int token, byte* keys, byte* values, int capacity)
        where TFormat : struct, INumberFormat<TVector>
    {
        int size = _shape.HeadSize, width = HeadWidth;
        (_, int row, int position) = _tokens[token];
        float scale = 1 / MathF.Sqrt(size);
        for (int head = 0; head < _shape.HeadCount; head++)
        {
            float* query = _queries.Row(token) + head * width;
            PlaceHead(_projectedQueries.Row(token) + head * size, block.QueryNorm, position, scale, query);
        }
        float* key = stackalloc float[width];
        for (int head = 0; head < _shape.KeyValueHeadCount; head++)
        {
            nint at = (((nint)row * _shape.KeyValueHeadCount + head) * capacity + position) * width * TFormat.Size;
            PlaceHead(_projectedKeys.Row(token) + head * size, block.KeyNorm, position, 1, key);
            Store<TFormat>(key, keys + at);
            Store<TFormat>(_projectedValues.Row(token) + head * size, values + at);
        }
    }

    private void PlaceHead(float* source, AlignedBuffer? norm, int position, float scale, float* target)
    {
        int size = _shape.HeadSize;
        if (norm is null) new ReadOnlySpan<float>(source, size).CopyTo(new Span<float>(target, size));
        else Elementwise<TWidth, TVector>.Norm(source, norm.Pointer, target, size, (float)_shape.NormEpsilon);
        nint angles = (nint)position * _rotary.Half;
        Elementwise<TWidth, TVector>.Rotate(target, _rotary.Cosines + angles, _rotary.Sines + angles, _rotary.Half, scale);
    }

    private void Store<TFormat>(float* source, byte* target) where TFormat : struct, INumberFormat<TVector>
    {
        for (int i = 0; i < _shape.HeadSize; i++) TFormat.Write(target + i * TFormat.Size, source[i]);
        for (int i = _shape.HeadSize; i < HeadWidth; i++) TFormat.Write(target + i * TFormat.Size, 0);
    }

    private void Attend<TFormat>(byte* keys, byte* values, int capacity) where TFormat : struct, INumberFormat<TVector>
    {
        int keyHeads = _shape.KeyValueHeadCount, group = _shape.HeadCount / keyHeads, width = HeadWidth, size = _shape.HeadSize;
        int together = _tokens.Length > 8 * AttendedTogether ? AttendedTogether : 1, blocks = (_tokens.Length + together - 1) / together;
        ThreadTeam.Run(blocks * keyHeads, piece =>
        {
            // Later tokens of a prompt see more keys: the longest work first.
            int block = blocks - 1 - piece / keyHeads, head = piece % keyHeads;
            for (int token = block * together; token < Math.Min(_tokens.Length, (block + 1) * together); token++)
            {
                nint at = ((nint)_tokens[token].Row * keyHeads + head) * capacity * width * TFormat.Size;
                float* result = _mixed.Row(token) + head * group * width;
                CachedAttention<TWidth, TVector, TFormat>.Attend(
                    _queries.Row(token) + head * group * width, group, keys + at, values + at, _tokens[token].Position + 1, width, result);
                float* target = _attended.Row(token) + head * group * size;
                for (int i = 0; i < group; i++)
                    new ReadOnlySpan<float>(result + i * width, size).CopyTo(new Span<float>(target + i * size, size));
            }
        });
    }

    /// <summary>gate = silu(gate) · up (Shazeer, arXiv 2002.05202).</summary>
    private void SwiGlu(float* gate, float* up)
    {
        int lanes = TWidth.Lanes, i = 0;
        for (; i + lanes <= _shape.IntermediateSize; i += lanes)
            TWidth.Store(gate + i, TWidth.Multiply(Elementwise<TWidth, TVector>.Silu(TWidth.Load(gate + i)), TWidth.Load(up + i)));
        for (; i < _shape.IntermediateSize; i++) gate[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
    }

    /// <summary>Runs <paramref name="body"/> for every token, on several threads where there is enough to do.</summary>
    private void PerToken(int width, Action<int> body)
    {
        const int SmallWork = 16384;
        int each = Math.Max(1, SmallWork / width), count = _tokens.Length;
        ThreadTeam.Run((count + each - 1) / each, piece =>
        {
            for (int token = piece * each; token < Math.Min(count, (piece + 1) * each); token++) body(token);
        });
    }
}
