using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.DeviceEngine;

/// <summary>
/// The forward pass of generation in libtorch's operations, for any device: reads tokens behind what the cache holds. Query heads
/// that share key heads fold into the query's time dimension, so that keys are never repeated.
/// </summary>
internal sealed class TorchDecoder : IDecoder
{
    /// <summary>What of models it computes.</summary>
    public const BlockFeatures Features =
        BlockFeatures.AttentionBias | BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary;

    /// <summary>Positions whose logits exist at once when scoring.</summary>
    private const int ScoredAtOnce = 32;

    private readonly TorchWeights _weights;
    private readonly ModelConfiguration _shape;
    private Tensor? _cosines, _sines;

    /// <param name="weights">The weights; owned.</param>
    public TorchDecoder(TorchWeights weights) => (this._weights, _shape) = (weights, weights.Configuration);

    public ModelConfiguration Configuration => _shape;

    public IDecoder WithoutAdapter() => new TorchDecoder(_weights.WithoutAdapters());

    public KeyValueCache NewCache(int slots, int capacity) =>
        new(_shape, _weights.Precision, _weights.Device, slots, capacity, _shape.HeadSize, zeroed: true);

    public INextTokenDistributions Prefill(KeyValueCache cache, IReadOnlyList<int[]> prompts)
    {
        using var scope = NewDisposeScope();
        int longest = prompts.Max(p => p.Length);
        // Behind the end of a shorter prompt any token will do: its keys are overwritten or masked before they are read.
        var ids = new long[prompts.Count * longest];
        for (int i = 0; i < prompts.Count; i++)
            for (int t = 0; t < prompts[i].Length; t++) ids[i * longest + t] = prompts[i][t];
        cache.Reset(prompts.Count);
        cache.Reserve(longest);
        Tensor states = OutputStates(cache, ids, longest, [.. prompts.Select((p, i) => (long)(i * longest + p.Length - 1))]);
        cache.SetLengths([.. prompts.Select(p => p.Length)]);
        return new TorchDistributions(Logits(states));
    }

    public INextTokenDistributions Step(KeyValueCache cache, ReadOnlySpan<int> tokens)
    {
        using var scope = NewDisposeScope();
        var ids = new long[tokens.Length];
        int longest = 0;
        for (int i = 0; i < ids.Length; i++) (ids[i], longest) = (tokens[i], Math.Max(longest, cache.Lengths[i] + 1));
        cache.Reserve(longest);
        Tensor states = OutputStates(cache, ids, 1, null);
        cache.Advance();
        return new TorchDistributions(Logits(states));
    }

    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences) => [.. sequences.Select(Score)];

    public void Dispose()
    {
        ForgetRotary();
        _weights.Dispose();
    }

    private TokenScores Score(TokenSequence sequence)
    {
        using var scope = NewDisposeScope();
        (int[] prompt, int[] response) = (sequence.PromptIds, sequence.ResponseIds);
        if (response.Length == 0) return new TokenScores([], []);
        // The last response token is predicted but never read.
        long[] ids = [.. prompt.Select(id => (long)id), .. response.Take(response.Length - 1).Select(id => (long)id)];
        using KeyValueCache cache = NewCache(1, ids.Length);
        cache.Reset(1);
        Tensor states =
            OutputStates(cache, ids, ids.Length, [.. Enumerable.Range(prompt.Length - 1, response.Length).Select(row => (long)row)]);
        var scores = new TokenScores(new float[response.Length], new float[response.Length]);
        for (int begin = 0; begin < response.Length; begin += ScoredAtOnce)
        {
            using var chunk = NewDisposeScope();
            int count = Math.Min(ScoredAtOnce, response.Length - begin);
            using var distributions = new TorchDistributions(Logits(states.narrow(0, begin, count)));
            distributions.LogProbabilities(response.AsSpan(begin, count), scores.LogProbabilities.AsSpan(begin, count));
            distributions.Entropies(scores.Entropies.AsSpan(begin, count));
        }
        return scores;
    }

    /// <summary>States after the final norm, <c>[outputs, hidden]</c> float32.</summary>
    private Tensor OutputStates(KeyValueCache cache, long[] ids, int time, long[]? outputRows)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor hidden = _weights.Embedding.index_select(0, tensor(ids, device: _weights.Device)).to(ScalarType.Float32);
        var pass = new Pass(cache, time, _weights.Device);
        ReserveRotary(pass.KeyCount);
        Tensor cosine = _cosines!.index_select(0, pass.TokenPositions), sine = _sines!.index_select(0, pass.TokenPositions);
        for (int layer = 0; layer < _weights.Blocks.Count; layer++) hidden = Block(pass, layer, hidden, cosine, sine);
        if (outputRows is not null) hidden = hidden.index_select(0, tensor(outputRows, device: _weights.Device));
        return Decoder.RmsNorm(hidden, _weights.FinalNorm, _shape.NormEpsilon).MoveToOuterDisposeScope();
    }

    private void ReserveRotary(int length)
    {
        if (_cosines?.shape[0] >= length) return;
        ForgetRotary();
        length = (int)Math.Min(2L * length, _shape.ContextLength);
        (float[] cosineTable, float[] sineTable) = RotaryEmbedding.Tables(_shape, length);
        using var scope = NewDisposeScope();
        // Over whole heads: the first half of a head has −sin·(second half), the second sin·(first half).
        Tensor cosine = tensor(cosineTable, device: _weights.Device).view(length, 1, -1),
            sine = tensor(sineTable, device: _weights.Device).view(length, 1, -1);
        _cosines = cat([cosine, cosine], -1).DetachFromDisposeScope();
        _sines = cat([sine.neg(), sine], -1).DetachFromDisposeScope();
    }

    private void ForgetRotary()
    {
        _cosines?.Dispose();
        _sines?.Dispose();
    }

    private Tensor Block(Pass pass, int layer, Tensor hidden, Tensor cosine, Tensor sine)
    {
        using var scope = NewDisposeScope();
        TorchBlockWeights block = _weights.Blocks[layer];
        Tensor joined = Product(Decoder.RmsNorm(hidden, block.AttentionNorm, _shape.NormEpsilon), block.QueryKeyValue);
        // A sum with float32 numbers is float32.
        Tensor heads = (block.QueryKeyValueBias is { } bias ? joined.Plus(bias) : joined.to(ScalarType.Float32))
            .view(hidden.shape[0], -1, _shape.HeadSize);
        Tensor value = heads.narrow(1, _shape.HeadCount + _shape.KeyValueHeadCount, _shape.KeyValueHeadCount);
        // Queries and keys together: what is left of a token's time on a GPU is the number of operations.
        Tensor rotated = heads.narrow(1, 0, _shape.HeadCount + _shape.KeyValueHeadCount);
        if (block.QueryKeyNorm is { } norm) rotated = Decoder.RmsNorm(rotated, norm, _shape.NormEpsilon);
        rotated = Rotate(rotated, cosine, sine);
        Tensor mixed = Attend(pass, layer, rotated.narrow(1, 0, _shape.HeadCount),
            rotated.narrow(1, _shape.HeadCount, _shape.KeyValueHeadCount), value);
        hidden = hidden.Plus(Product(mixed, block.Output));
        Tensor gateUp = Product(Decoder.RmsNorm(hidden, block.MlpNorm, _shape.NormEpsilon), block.GateUp).to(ScalarType.Float32);
        Tensor gate = gateUp.narrow(1, 0, _shape.IntermediateSize), up = gateUp.narrow(1, _shape.IntermediateSize, _shape.IntermediateSize);
        return hidden.PlusInPlace(Product(Decoder.SwiGlu(gate, up), block.Down)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Pass pass, int layer, Tensor query, Tensor key, Tensor value)
    {
        int rows = pass.Cache.RowCount, keyHeads = _shape.KeyValueHeadCount, group = _shape.HeadCount / keyHeads, time = pass.Time;
        ScalarType type = Linear.TypeOf(_weights.Precision);
        pass.Cache.Store(layer, key.unflatten(0, rows, time), value.unflatten(0, rows, time), pass.Rows, pass.Positions);
        Tensor keys = pass.Cache.Keys(layer, pass.KeyCount), values = pass.Cache.Values(layer, pass.KeyCount);
        Tensor folded = query.Times(1 / Math.Sqrt(_shape.HeadSize)).to(type).view(rows, time, keyHeads, group, -1).permute(0, 2, 3, 1, 4)
            .reshape(rows, keyHeads, group * time, -1);
        Tensor scores = folded.matmul(keys.transpose(2, 3));
        // Scores of bfloat16 become float32 in the sum, or in the softmax.
        if (pass.Mask is not null) scores = scores.view(rows, keyHeads, group, time, -1).Plus(pass.Mask);
        Tensor mixed = scores.softmax(-1, ScalarType.Float32).to(type).view(rows, keyHeads, group * time, -1).matmul(values);
        return mixed.view(rows, keyHeads, group, time, -1).permute(0, 3, 1, 2, 4).reshape(rows * time, -1);
    }

    /// <summary>Like <see cref="Decoder.Rotate"/>, of tables over whole heads.</summary>
    private static Tensor Rotate(Tensor x, Tensor cosine, Tensor sine) => x.mul(cosine).PlusInPlace(x.roll(x.shape[^1] / 2, -1).mul_(sine));

    /// <summary>x·Wᵀ in the type of W, or with what adapters add, in float32.</summary>
    private static Tensor Product(Tensor input, JoinedLinear layer)
    {
        Tensor product = Product(input, layer.Matrix);
        if (layer.Adapters.Count > 0) product = product.to(ScalarType.Float32);
        foreach ((long first, Tensor a, Tensor b) in layer.Adapters)
            product.narrow(1, first, b.shape[0]).addmm_(nn.functional.linear(input.to(ScalarType.Float32), a), b.t());
        return product;
    }

    private static Tensor Product(Tensor input, Tensor weight) => nn.functional.linear(input.to(weight.dtype), weight);

    private Tensor Logits(Tensor states) => Product(states, _weights.Head).to(ScalarType.Float32);

    /// <summary>What all blocks of one forward pass share.</summary>
    private sealed class Pass
    {
        public Pass(KeyValueCache cache, int time, Device device)
        {
            (Cache, Time) = (cache, time);
            int rows = cache.RowCount;
            var positions = new long[rows];
            for (int i = 0; i < rows; i++) positions[i] = cache.Lengths[i];
            KeyCount = (int)positions.Max() + time;
            Rows = TensorArithmetic.Counting(rows, device);
            Positions = tensor(positions, device: device);
            TokenPositions = Positions.unsqueeze(1).Plus(TensorArithmetic.Counting(time, device)).view(-1);
            if (time == 1 && positions.Min() == positions.Max()) return;
            // A query at position p of its row sees keys 0 … p.
            Tensor hidden = TensorArithmetic.Counting(KeyCount, device).gt(TokenPositions.view(rows, time, 1));
            Mask = zeros([rows, 1, 1, time, KeyCount], device: device)
                .FillInPlace(hidden.view(rows, 1, 1, time, KeyCount), double.NegativeInfinity);
        }

        public KeyValueCache Cache { get; }

        public int Time { get; }

        /// <summary>Positions of the longest row after this pass.</summary>
        public int KeyCount { get; }

        public Tensor Rows { get; }

        public Tensor Positions { get; }

        /// <summary>Position of every token read, <c>[rows × time]</c>.</summary>
        public Tensor TokenPositions { get; }

        /// <summary>0 where a key may be seen, −∞ elsewhere, <c>[rows, 1, 1, time, keys]</c>; null when all may.</summary>
        public Tensor? Mask { get; }
    }
}
