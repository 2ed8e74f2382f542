using static TorchSharp.torch;

namespace Tilt.Models;

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
    private readonly bool withGradient;
    private readonly int lanes, longestShard;
    private readonly float[] cosines, sines;
    private AlignedBuffer? memory;
    private BlockWeights[] weights = [];

    public FusedPass(Transformer model, PackedBatch batch, bool withGradient)
    {
        (this.model, shape, this.batch, this.withGradient) = (model, model.Configuration, batch, withGradient);
        shards = FusedShard.Of(batch);
        longestShard = shards.Max(s => s.Tokens);
        lanes = Math.Min(shards.Length, get_num_threads());
        (cosines, sines) = model.RotaryTables(batch.LongestLength);
    }

    /// <summary>Activations saved at once by a shard: of all blocks, or of one that all use in turn.</summary>
    private int Sets => withGradient ? shape.LayerCount : 1;

    /// <summary>Hidden states of the output rows after the final norm, <c>[outputs, hidden]</c> float32.</summary>
    public Tensor Forward()
    {
        AlignedBuffer buffer = model.Buffers.Rent(
            shape.LayerCount * BlockWeights.Elements(shape) + (nint)shards.Sum(s => (long)s.Elements(shape, Sets)) + lanes * BlockScratch.Elements(shape, longestShard));
        weights = [.. Enumerable.Range(0, shape.LayerCount).Select(layer => BlockWeights.Pack(shape, new BlockAddresses(shape, layer, AddressOfParameter), buffer))];
        foreach (FusedShard shard in shards) shard.Take(shape, Sets, buffer);
        BlockScratch[] scratches = Scratches(buffer);
        Tensor result = empty(batch.OutputRows.Length, shape.HiddenSize);
        float* output = result.Address(), embedding = model[ParameterLayout.Embedding].Address(), norm = model[ParameterLayout.FinalNorm].Address();
        nint outputAddress = (nint)output, embeddingAddress = (nint)embedding, normAddress = (nint)norm;
        Run((lane, shard) => Forward(shard, scratches[lane], (float*)embeddingAddress, (float*)normAddress, (float*)outputAddress));
        if (withGradient) memory = buffer;
        else model.Buffers.Return(buffer);
        return result;
    }

    /// <summary>Gradients of all parameters in their order; null for a separate output matrix, which is no input of the result.</summary>
    /// <param name="dOutput">Gradient of the result.</param>
    /// <exception cref="InvalidOperationException">The result was differentiated before, or computed without gradient.</exception>
    public List<Tensor?> Backward(Tensor dOutput)
    {
        AlignedBuffer saved = memory ?? throw new InvalidOperationException("This result was differentiated before; its activations are gone. Compute it again.");
        memory = null;
        List<Tensor?> result = [.. model.Parameters.Select(p => p.Name == ParameterLayout.Output ? null : zeros_like(p.Value))];
        long[] sizes = [.. model.Parameters.Select(p => p.Name == ParameterLayout.Output ? 0 : p.Value.numel())];
        nint total = (nint)sizes.Sum(s => (long)AlignedBuffer.Part((nint)s));
        AlignedBuffer buffer = model.Buffers.Rent(Math.Max(16, (lanes - 1) * total + lanes * BlockScratch.Elements(shape, longestShard)));
        var addresses = new nint[lanes][];
        addresses[0] = [.. result.Select(g => g is null ? 0 : (nint)g.Address())];
        for (int lane = 1; lane < lanes; lane++) addresses[lane] = [.. sizes.Select(size => (nint)Cleared(buffer, size))];
        Dictionary<string, nint>[] gradients = [.. addresses.Select(lane => model.Parameters.Select((p, i) => (p.Name, Address: lane[i])).ToDictionary(p => p.Name, p => p.Address, StringComparer.Ordinal))];
        BlockAddresses[][] blocks = [.. gradients.Select(lane => (BlockAddresses[])[.. Enumerable.Range(0, shape.LayerCount).Select(layer => new BlockAddresses(shape, layer, name => lane[name]))])];
        BlockScratch[] scratches = Scratches(buffer);
        using Tensor upstream = dOutput.contiguous();
        nint dOutputAddress = (nint)upstream.Address(), normAddress = (nint)model[ParameterLayout.FinalNorm].Address();
        Run((lane, shard) => Backward(shard, scratches[lane], (float*)normAddress, (float*)dOutputAddress, blocks[lane], gradients[lane]));
        for (int lane = 1; lane < lanes; lane++)
            for (int i = 0; i < sizes.Length; i++)
                FusedBlock.Add((float*)addresses[lane][i], (float*)addresses[0][i], checked((int)sizes[i]));
        model.Buffers.Return(buffer);
        model.Buffers.Return(saved);
        return result;
    }

    private void Forward(FusedShard shard, BlockScratch scratch, float* embedding, float* norm, float* output)
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
            block.Norm(shard.FinalRows, norm, output + (nint)shard.FirstOutput * width, shard.FinalScales, shard.OutputCount);
        }
    }

    private void Backward(FusedShard shard, BlockScratch scratch, float* norm, float* dOutput, BlockAddresses[] gradients, Dictionary<string, nint> byName)
    {
        fixed (float* cosine = cosines, sine = sines)
        {
            var block = new FusedBlock(shape, cosine, sine, scratch);
            int width = shape.HiddenSize;
            float* dHidden = scratch.DHidden, dRows = scratch.DNormed, dEmbedding = (float*)byName[ParameterLayout.Embedding];
            block.NormBackward(
                shard.FinalRows, norm, shard.FinalScales, dOutput + (nint)shard.FirstOutput * width, dRows, (float*)byName[ParameterLayout.FinalNorm], shard.OutputCount, accumulate: false);
            new Span<float>(dHidden, checked(shard.Tokens * width)).Clear();
            for (int i = 0; i < shard.OutputCount; i++)
                FusedBlock.Add(dRows + (nint)i * width, dHidden + (nint)(batch.OutputRows[shard.FirstOutput + i] - shard.FirstToken) * width, width);
            for (int layer = shape.LayerCount - 1; layer >= 0; layer--)
                block.Backward(weights[layer], shard.Starts, shard.Blocks[layer], dHidden, gradients[layer]);
            for (int token = 0; token < shard.Tokens; token++)
                FusedBlock.Add(dHidden + (nint)token * width, dEmbedding + (nint)batch.Ids[shard.FirstToken + token] * width, width);
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

    private BlockScratch[] Scratches(AlignedBuffer buffer) => [.. Enumerable.Range(0, lanes).Select(_ => new BlockScratch(shape, longestShard, buffer))];

    private nint AddressOfParameter(string name) => (nint)model[name].Address();

    private ReadOnlySpan<float> Row(float* rows, long index) => new(rows + (nint)index * shape.HiddenSize, shape.HiddenSize);

    private static float* Cleared(AlignedBuffer buffer, long size)
    {
        if (size == 0) return null;
        float* part = buffer.Take((nint)size);
        new Span<float>(part, checked((int)size)).Clear();
        return part;
    }
}
