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
    private readonly Transformer model;
    private readonly ModelConfiguration shape;
    private readonly PackedBatch batch;
    private readonly FusedShard[] shards;
    private readonly TokenLogProbabilities.Options options;
    private readonly bool withGradient;
    private readonly int lanes, longestShard;
    private readonly float[] cosines, sines;
    private BufferArena? memory;
    private BlockWeights[] weights = [];
    private LogProbabilityKernel? head;

    public FusedPass(Transformer model, PackedBatch batch, TokenLogProbabilities.Options options, bool withGradient)
    {
        (this.model, shape, this.batch, this.options, this.withGradient) = (model, model.Configuration, batch, options, withGradient);
        shards = FusedShard.Of(batch);
        longestShard = shards.Max(s => s.Tokens);
        lanes = Math.Min(shards.Length, model.Threads);
        (cosines, sines) = model.RotaryTables(batch.LongestLength);
    }

    /// <summary>Activations saved at once by a shard: of all blocks, or of one that all use in turn.</summary>
    private int Sets => withGradient ? shape.LayerCount : 1;

    /// <summary>Log-probabilities of the targets, <c>[outputs]</c> float32; entropies go where the options want them.</summary>
    public Tensor Forward()
    {
        BufferArena buffer = model.Buffers.Rent(
            shape.LayerCount * BlockWeights.Elements(shape) + LogProbabilityKernel.Elements(shape)
            + (nint)shards.Sum(s => (long)s.Elements(shape, Sets)) + lanes * BlockScratch.Elements(shape, longestShard));
        weights = Pack(buffer);
        head = new LogProbabilityKernel(shape, model.OutputMatrix.Address(), buffer);
        foreach (FusedShard shard in shards) shard.Take(shape, Sets, buffer);
        BlockScratch[] scratches = Scratches(buffer);
        Tensor result = empty(batch.OutputRows.Length);
        if (options.WithEntropies) options.Entropies = empty(batch.OutputRows.Length);
        nint logProbabilities = (nint)result.Address(), entropies = options.WithEntropies ? (nint)options.Entropies!.Address() : 0;
        nint embedding = AddressOfParameter(ParameterLayout.Embedding), norm = AddressOfParameter(ParameterLayout.FinalNorm);
        Run((lane, shard) =>
        {
            Forward(shard, scratches[lane], (float*)embedding, (float*)norm);
            head.Forward(
                shard.FinalNormed, Targets(shard), (float*)logProbabilities + shard.FirstOutput, shard.FinalNormalizers,
                entropies == 0 ? null : (float*)entropies + shard.FirstOutput, scratches[lane].Logits);
        });
        if (withGradient) memory = buffer;
        else model.Buffers.Return(buffer);
        return result;
    }

    /// <summary>Gradients of all parameters in their order.</summary>
    /// <param name="dLogProbabilities">Gradient of the result, <c>[outputs]</c>.</param>
    /// <exception cref="InvalidOperationException">The result was differentiated before, or computed without gradient.</exception>
    public List<Tensor> Backward(Tensor dLogProbabilities)
    {
        BufferArena saved = memory ?? throw new InvalidOperationException("This result was differentiated before; its activations are gone. Compute it again.");
        memory = null;
        List<Tensor> result = [.. model.Parameters.Select(p => zeros_like(p.Value))];
        nint[] sizes = [.. model.Parameters.Select(p => (nint)p.Value.numel())];
        nint total = (nint)sizes.Sum(s => (long)BufferArena.Part(s));
        BufferArena buffer = model.Buffers.Rent((lanes - 1) * total + lanes * BlockScratch.Elements(shape, longestShard));
        var addresses = new nint[lanes][];
        addresses[0] = [.. result.Select(g => (nint)g.Address())];
        for (int lane = 1; lane < lanes; lane++) addresses[lane] = [.. sizes.Select(size => (nint)Cleared(buffer, size))];
        ParameterGradients[] gradients = [.. addresses.Select(lane => new ParameterGradients(model, lane))];
        BlockScratch[] scratches = Scratches(buffer);
        using Tensor upstream = dLogProbabilities.contiguous();
        nint upstreamAddress = (nint)upstream.Address(), norm = AddressOfParameter(ParameterLayout.FinalNorm);
        Run((lane, shard) => Backward(shard, scratches[lane], (float*)norm, (float*)upstreamAddress, gradients[lane]));
        for (int lane = 1; lane < lanes; lane++)
            for (int i = 0; i < sizes.Length; i++)
                FusedBlock.Add((float*)addresses[lane][i], (float*)addresses[0][i], checked((int)sizes[i]));
        model.Buffers.Return(buffer);
        model.Buffers.Return(saved);
        return result;
    }

    private BlockWeights[] Pack(BufferArena buffer)
    {
        var packed = new BlockWeights[shape.LayerCount];
        var memory = new nint[packed.Length];
        for (int layer = 0; layer < packed.Length; layer++) memory[layer] = (nint)buffer.Take(BlockWeights.Elements(shape));
        BlockAddresses[] parameters = [.. Enumerable.Range(0, packed.Length).Select(layer => new BlockAddresses(shape, layer, AddressOfParameter))];
        Parallel.For(0, packed.Length, new ParallelOptions { MaxDegreeOfParallelism = lanes }, layer => packed[layer] = BlockWeights.Pack(shape, parameters[layer], (float*)memory[layer]));
        return packed;
    }

    private void Forward(FusedShard shard, BlockScratch scratch, float* embedding, float* norm)
    {
        fixed (float* cosine = cosines, sine = sines)
        {
            var block = new FusedBlock(shape, cosine, sine, scratch);
            int width = shape.HiddenSize;
            float* hidden = shard.Blocks[0].Hidden;
            for (int token = 0; token < shard.Tokens; token++)
                Row(embedding, batch.Ids[shard.FirstToken + token]).CopyTo(new Span<float>(hidden + (nint)token * width, width));
            for (int layer = 0; layer < shape.LayerCount; layer++)
            {
                BlockActivations saved = shard.Blocks[layer % Sets];
                // The last block's output has no block to be the input of.
                hidden = withGradient && layer + 1 < shape.LayerCount ? shard.Blocks[layer + 1].Hidden : withGradient ? scratch.DHidden : saved.Hidden;
                block.Forward(weights[layer], shard.Starts, saved, hidden);
            }
            for (int i = 0; i < shard.OutputCount; i++)
                Row(hidden, batch.OutputRows[shard.FirstOutput + i] - shard.FirstToken).CopyTo(new Span<float>(shard.FinalRows + (nint)i * width, width));
            block.Norm(shard.FinalRows, norm, shard.FinalNormed, shard.FinalScales, shard.OutputCount);
        }
    }

    private void Backward(FusedShard shard, BlockScratch scratch, float* norm, float* dLogProbabilities, ParameterGradients gradients)
    {
        fixed (float* cosine = cosines, sine = sines)
        {
            var block = new FusedBlock(shape, cosine, sine, scratch);
            int width = shape.HiddenSize;
            float* dHidden = scratch.DHidden, dNormed = scratch.Normed, dRows = scratch.DNormed;
            head!.Backward(
                shard.FinalNormed, Targets(shard), shard.FinalNormalizers, dLogProbabilities + shard.FirstOutput, dNormed, gradients.Output, scratch.Logits, scratch.Outer);
            block.NormBackward(shard.FinalRows, norm, shard.FinalScales, dNormed, dRows, gradients.FinalNorm, shard.OutputCount, accumulate: false);
            new Span<float>(dHidden, checked(shard.Tokens * width)).Clear();
            for (int i = 0; i < shard.OutputCount; i++)
                FusedBlock.Add(dRows + (nint)i * width, dHidden + (nint)(batch.OutputRows[shard.FirstOutput + i] - shard.FirstToken) * width, width);
            for (int layer = shape.LayerCount - 1; layer >= 0; layer--)
                block.Backward(weights[layer], shard.Starts, shard.Blocks[layer], dHidden, gradients.Blocks[layer]);
            for (int token = 0; token < shard.Tokens; token++)
                FusedBlock.Add(dHidden + (nint)token * width, gradients.Embedding + (nint)batch.Ids[shard.FirstToken + token] * width, width);
        }
    }

    /// <summary>Runs every shard, each lane's in order on one thread.</summary>
    private void Run(Action<int, FusedShard> body)
    {
        if (lanes == 1)
        {
            foreach (FusedShard shard in shards) body(0, shard);
            return;
        }
        Parallel.For(0, lanes, new ParallelOptions { MaxDegreeOfParallelism = lanes }, lane =>
        {
            int first = (int)((long)shards.Length * lane / lanes), last = (int)((long)shards.Length * (lane + 1) / lanes);
            for (int i = first; i < last; i++) body(lane, shards[i]);
        });
    }

    private BlockScratch[] Scratches(BufferArena buffer) => [.. Enumerable.Range(0, lanes).Select(_ => new BlockScratch(shape, longestShard, buffer))];

    private nint AddressOfParameter(string name) => (nint)model[name].Address();

    private ReadOnlySpan<float> Row(float* rows, long index) => new(rows + (nint)index * shape.HiddenSize, shape.HiddenSize);

    private ReadOnlySpan<long> Targets(FusedShard shard) => batch.Targets.AsSpan(shard.FirstOutput, shard.OutputCount);

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
        Dictionary<string, nint> byName = model.Parameters.Select((p, i) => (p.Name, Address: addresses[i])).ToDictionary(p => p.Name, p => p.Address, StringComparer.Ordinal);
        Embedding = (float*)byName[ParameterLayout.Embedding];
        FinalNorm = (float*)byName[ParameterLayout.FinalNorm];
        Output = model.Configuration.TiedEmbeddings ? Embedding : (float*)byName[ParameterLayout.Output];
        Blocks = [.. Enumerable.Range(0, model.Configuration.LayerCount).Select(layer => new BlockAddresses(model.Configuration, layer, name => byName[name]))];
    }

    public float* Embedding { get; }

    public float* FinalNorm { get; }

    /// <summary>Of the output matrix; the embedding's where they are tied.</summary>
    public float* Output { get; }

    public BlockAddresses[] Blocks { get; }
}
