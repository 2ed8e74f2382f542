using Tilt.HuggingFace.Architecture;
using Tilt.Torch.TrainingKernels;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// One pass of a batch through a model, shard by shard, forward and (once) backward. Threads take fixed runs of shards and gather
/// gradients for themselves, which are added in order: the same number of threads gives the same bits.
/// </summary>
internal sealed unsafe class FusedPass
{
    private readonly Transformer _model;
    private readonly ModelConfiguration _shape;
    private readonly PackedBatch _batch;
    private readonly FusedShard[] _shards;
    private readonly TokenLogProbabilities.Options _options;
    private readonly bool _withGradient;
    private readonly int _lanes, _longestShard;
    private readonly float[] _cosines, _sines;
    private BufferArena? _memory;
    private BlockWeights[] _weights = [];
    private LogProbabilityKernel? _head;

    public FusedPass(Transformer model, PackedBatch batch, TokenLogProbabilities.Options options, bool withGradient)
    {
        (this._model, _shape, this._batch, this._options, this._withGradient) = (model, model.Configuration, batch, options, withGradient);
        _shards = FusedShard.Of(batch);
        _longestShard = _shards.Max(s => s.Tokens);
        _lanes = Math.Min(_shards.Length, model.Threads);
        (_cosines, _sines) = model.RotaryTables(batch.LongestLength);
    }

    /// <summary>Activations saved at once by a shard: of all blocks, or of one that all use in turn.</summary>
    private int Sets => _withGradient ? _shape.LayerCount : 1;

    /// <summary>Log-probabilities of the targets, <c>[outputs]</c> float32; entropies go where the options want them.</summary>
    public Tensor Forward()
    {
        BufferArena buffer = _model.Buffers.Rent(
            _shape.LayerCount * BlockWeights.Elements(_shape) + LogProbabilityKernel.Elements(_shape)
            + (nint)_shards.Sum(s => (long)s.Elements(_shape, Sets)) + _lanes * BlockScratch.Elements(_shape, _longestShard));
        _weights = Pack(buffer);
        _head = new LogProbabilityKernel(_shape, _model.OutputMatrix.Address(), buffer);
        foreach (FusedShard shard in _shards) shard.Take(_shape, Sets, buffer);
        BlockScratch[] scratches = Scratches(buffer);
        Tensor result = empty(_batch.OutputRows.Length);
        if (_options.WithEntropies) _options.Entropies = empty(_batch.OutputRows.Length);
        nint logProbabilities = (nint)result.Address(), entropies = _options.WithEntropies ? (nint)_options.Entropies!.Address() : 0;
        nint embedding = AddressOfParameter(ParameterLayout.Embedding), norm = AddressOfParameter(ParameterLayout.FinalNorm);
        Run((lane, shard) =>
        {
            Forward(shard, scratches[lane], (float*)embedding, (float*)norm);
            _head.Forward(
                shard.FinalNormed, Targets(shard), (float*)logProbabilities + shard.FirstOutput, shard.FinalNormalizers,
                entropies == 0 ? null : (float*)entropies + shard.FirstOutput, scratches[lane].Logits);
        });
        if (_withGradient) _memory = buffer;
        else _model.Buffers.Return(buffer);
        return result;
    }

    /// <summary>Gradients of all parameters in their order.</summary>
    /// <param name="dLogProbabilities">Gradient of the result, <c>[outputs]</c>.</param>
    /// <exception cref="InvalidOperationException">The result was differentiated before, or computed without gradient.</exception>
    public List<Tensor> Backward(Tensor dLogProbabilities)
    {
        BufferArena saved = _memory
            ?? throw new InvalidOperationException("This result was differentiated before; its activations are gone. Compute it again.");
        _memory = null;
        List<Tensor> result = [.. _model.Parameters.Select(p => zeros_like(p.Value))];
        nint[] sizes = [.. _model.Parameters.Select(p => (nint)p.Value.numel())];
        nint total = (nint)sizes.Sum(s => (long)BufferArena.Part(s));
        BufferArena buffer = _model.Buffers.Rent((_lanes - 1) * total + _lanes * BlockScratch.Elements(_shape, _longestShard));
        var addresses = new nint[_lanes][];
        addresses[0] = [.. result.Select(g => (nint)g.Address())];
        for (int lane = 1; lane < _lanes; lane++) addresses[lane] = [.. sizes.Select(size => (nint)Cleared(buffer, size))];
        ParameterGradients[] gradients = [.. addresses.Select(lane => new ParameterGradients(_model, lane))];
        BlockScratch[] scratches = Scratches(buffer);
        using Tensor upstream = dLogProbabilities.contiguous();
        nint upstreamAddress = (nint)upstream.Address(), norm = AddressOfParameter(ParameterLayout.FinalNorm);
        Run((lane, shard) => Backward(shard, scratches[lane], (float*)norm, (float*)upstreamAddress, gradients[lane]));
        for (int lane = 1; lane < _lanes; lane++)
            for (int i = 0; i < sizes.Length; i++)
                FusedBlock.Add((float*)addresses[lane][i], (float*)addresses[0][i], checked((int)sizes[i]));
        _model.Buffers.Return(buffer);
        _model.Buffers.Return(saved);
        return result;
    }

    private BlockWeights[] Pack(BufferArena buffer)
    {
        var packed = new BlockWeights[_shape.LayerCount];
        var memory = new nint[packed.Length];
        for (int layer = 0; layer < packed.Length; layer++) memory[layer] = (nint)buffer.Take(BlockWeights.Elements(_shape));
        BlockAddresses[] parameters =
            [.. Enumerable.Range(0, packed.Length).Select(layer => new BlockAddresses(_shape, layer, AddressOfParameter))];
        Parallel.For(0, packed.Length, new ParallelOptions { MaxDegreeOfParallelism = _lanes },
            layer => packed[layer] = BlockWeights.Pack(_shape, parameters[layer], (float*)memory[layer]));
        return packed;
    }

    private void Forward(FusedShard shard, BlockScratch scratch, float* embedding, float* norm)
    {
        fixed (float* cosine = _cosines, sine = _sines)
        {
            var block = new FusedBlock(_shape, cosine, sine, scratch);
            int width = _shape.HiddenSize;
            float* hidden = shard.Blocks[0].Hidden;
            for (int token = 0; token < shard.Tokens; token++)
                Row(embedding, _batch.Ids[shard.FirstToken + token]).CopyTo(new Span<float>(hidden + (nint)token * width, width));
            for (int layer = 0; layer < _shape.LayerCount; layer++)
            {
                BlockActivations saved = shard.Blocks[layer % Sets];
                // The last block's output has no block to be the input of.
                hidden = _withGradient && layer + 1 < _shape.LayerCount ? shard.Blocks[layer + 1].Hidden : _withGradient ? scratch.DHidden
                    : saved.Hidden;
                block.Forward(_weights[layer], shard.Starts, saved, hidden);
            }
            for (int i = 0; i < shard.OutputCount; i++)
                Row(hidden, _batch.OutputRows[shard.FirstOutput + i] - shard.FirstToken)
                    .CopyTo(new Span<float>(shard.FinalRows + (nint)i * width, width));
            block.Norm(shard.FinalRows, norm, shard.FinalNormed, shard.FinalScales, shard.OutputCount);
        }
    }

    private void Backward(FusedShard shard, BlockScratch scratch, float* norm, float* dLogProbabilities, ParameterGradients gradients)
    {
        fixed (float* cosine = _cosines, sine = _sines)
        {
            var block = new FusedBlock(_shape, cosine, sine, scratch);
            int width = _shape.HiddenSize;
            float* dHidden = scratch.DHidden, dNormed = scratch.Normed, dRows = scratch.DNormed;
            _head!.Backward(
                shard.FinalNormed, Targets(shard), shard.FinalNormalizers, dLogProbabilities + shard.FirstOutput, dNormed, gradients.Output,
                scratch.Logits, scratch.Outer);
            block.NormBackward(shard.FinalRows, norm, shard.FinalScales, dNormed, dRows, gradients.FinalNorm, shard.OutputCount,
                accumulate: false);
            new Span<float>(dHidden, checked(shard.Tokens * width)).Clear();
            for (int i = 0; i < shard.OutputCount; i++)
                FusedBlock.Add(dRows + (nint)i * width,
                    dHidden + (nint)(_batch.OutputRows[shard.FirstOutput + i] - shard.FirstToken) * width, width);
            for (int layer = _shape.LayerCount - 1; layer >= 0; layer--)
                block.Backward(_weights[layer], shard.Starts, shard.Blocks[layer], dHidden, gradients.Blocks[layer]);
            for (int token = 0; token < shard.Tokens; token++)
                FusedBlock.Add(dHidden + (nint)token * width, gradients.Embedding + (nint)_batch.Ids[shard.FirstToken + token] * width,
                    width);
        }
    }

    /// <summary>Runs every shard, each lane's in order on one thread.</summary>
    private void Run(Action<int, FusedShard> body)
    {
        if (_lanes == 1)
        {
            foreach (FusedShard shard in _shards) body(0, shard);
            return;
        }
        Parallel.For(0, _lanes, new ParallelOptions { MaxDegreeOfParallelism = _lanes }, lane =>
        {
            int first = (int)((long)_shards.Length * lane / _lanes), last = (int)((long)_shards.Length * (lane + 1) / _lanes);
            for (int i = first; i < last; i++) body(lane, _shards[i]);
        });
    }

    private BlockScratch[] Scratches(BufferArena buffer) =>
        [.. Enumerable.Range(0, _lanes).Select(_ => new BlockScratch(_shape, _longestShard, buffer))];

    private nint AddressOfParameter(string name) => (nint)_model[name].Address();

    private ReadOnlySpan<float> Row(float* rows, long index) => new(rows + (nint)index * _shape.HiddenSize, _shape.HiddenSize);

    private ReadOnlySpan<long> Targets(FusedShard shard) => _batch.Targets.AsSpan(shard.FirstOutput, shard.OutputCount);

    private static float* Cleared(BufferArena buffer, nint size)
    {
        float* part = buffer.Take(size);
        new Span<float>(part, checked((int)size)).Clear();
        return part;
    }
}

/// <summary>Where one thread gathers the gradients of all parameters.</summary>
internal sealed unsafe class ParameterGradients
{
    /// <param name="model">The model.</param>
    /// <param name="addresses">Of each parameter's gradient, in their order.</param>
    public ParameterGradients(Transformer model, nint[] addresses)
    {
        Dictionary<string, nint> byName = model.Parameters.Select((p, i) => (p.Name, Address: addresses[i]))
            .ToDictionary(p => p.Name, p => p.Address, StringComparer.Ordinal);
        Embedding = (float*)byName[ParameterLayout.Embedding];
        FinalNorm = (float*)byName[ParameterLayout.FinalNorm];
        Output = model.Configuration.TiedEmbeddings ? Embedding : (float*)byName[ParameterLayout.Output];
        Blocks = [.. Enumerable.Range(0, model.Configuration.LayerCount)
            .Select(layer => new BlockAddresses(model.Configuration, layer, name => byName[name]))];
    }

    public float* Embedding { get; }

    public float* FinalNorm { get; }

    /// <summary>Of the output matrix; the embedding's where they are tied.</summary>
    public float* Output { get; }

    public BlockAddresses[] Blocks { get; }
}
