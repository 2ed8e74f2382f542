using Tilt.HuggingFace.Architecture;
using Tilt.Torch.TrainingKernels;

namespace Tilt.Torch.Model;

/// <summary>
/// A run of whole sequences of a batch that goes through all blocks by itself, so that what it touches stays in the caches of one
/// core; and what its forward pass saves for the backward pass.
/// </summary>
internal sealed unsafe class FusedShard
{
    /// <summary>Tokens after which a shard ends with the sequence it is in.</summary>
    private const int TargetTokens = 512;

    private FusedShard(PackedBatch batch, int firstSequence, int sequences, int firstOutput, int outputs)
    {
        FirstToken = batch.Starts[firstSequence];
        (FirstOutput, OutputCount) = (firstOutput, outputs);
        Starts = new int[sequences + 1];
        for (int i = 0; i <= sequences; i++) Starts[i] = batch.Starts[firstSequence + i] - FirstToken;
    }

    /// <summary>First token of the shard in the batch.</summary>
    public int FirstToken { get; }

    /// <summary>First output row of the shard among those of the batch.</summary>
    public int FirstOutput { get; }

    public int OutputCount { get; }

    /// <summary>First token of each sequence within the shard and, last, the number of tokens.</summary>
    public int[] Starts { get; }

    public int Tokens => Starts[^1];

    /// <summary>What each block saves; one set, used by all blocks in turn, where there will be no backward pass.</summary>
    public BlockActivations[] Blocks { get; private set; } = [];

    /// <summary>Input of the final norm, <c>[outputs, hidden]</c>.</summary>
    public float* FinalRows { get; private set; }

    /// <summary>ρ of the final norm, <c>[outputs]</c>.</summary>
    public float* FinalScales { get; private set; }

    /// <summary>Output of the final norm, <c>[outputs, hidden]</c>.</summary>
    public float* FinalNormed { get; private set; }

    /// <summary>Log-normalisers of the logits, <c>[outputs]</c>.</summary>
    public float* FinalNormalizers { get; private set; }

    /// <summary>Cuts a batch into shards.</summary>
    public static FusedShard[] Of(PackedBatch batch)
    {
        var shards = new List<FusedShard>();
        int output = 0;
        for (int sequence = 0; sequence < batch.SequenceCount;)
        {
            int first = sequence, firstOutput = output;
            do sequence++;
            while (sequence < batch.SequenceCount && batch.Starts[sequence + 1] - batch.Starts[first] <= TargetTokens);
            while (output < batch.OutputRows.Length && batch.OutputRows[output] < batch.Starts[sequence]) output++;
            shards.Add(new FusedShard(batch, first, sequence - first, firstOutput, output - firstOutput));
        }
        return [.. shards];
    }

    /// <summary>Floats that <see cref="Take"/> takes.</summary>
    public nint Elements(ModelConfiguration shape, int sets) =>
        sets * BlockActivations.Elements(shape, Tokens) + 2 * BufferArena.Part((nint)OutputCount * shape.HiddenSize)
        + 2 * BufferArena.Part(OutputCount);

    /// <summary>Takes memory for <paramref name="sets"/> blocks' activations.</summary>
    public void Take(ModelConfiguration shape, int sets, BufferArena memory)
    {
        Blocks = new BlockActivations[sets];
        for (int i = 0; i < sets; i++) Blocks[i] = new BlockActivations(shape, Tokens, memory);
        FinalRows = memory.Take((nint)OutputCount * shape.HiddenSize);
        FinalScales = memory.Take(OutputCount);
        FinalNormed = memory.Take((nint)OutputCount * shape.HiddenSize);
        FinalNormalizers = memory.Take(OutputCount);
    }
}
