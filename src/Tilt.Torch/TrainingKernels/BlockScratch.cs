using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Working memory of one thread, for the shard it is on; rows are tokens.</summary>
internal sealed unsafe class BlockScratch
{
    public BlockScratch(ModelConfiguration shape, int tokens, BufferArena memory)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        nint rows = tokens;
        Normed = memory.Take(rows * shape.HiddenSize);
        Scales = memory.Take(rows);
        Gated = memory.Take(rows * shape.IntermediateSize);
        DGated = memory.Take(rows * shape.IntermediateSize);
        DGateUp = memory.Take(rows * 2 * shape.IntermediateSize);
        DNormed = memory.Take(rows * shape.HiddenSize);
        DMixed = memory.Take(rows * heads.OutputWidth);
        DQueryKeyValue = memory.Take(rows * heads.Width);
        DHidden = memory.Take(rows * shape.HiddenSize);
        Outer = memory.Take(OuterElements(shape));
        Logits = memory.Take(LogProbabilityKernel.ScratchElements(shape));
    }

    public float* Normed { get; }

    public float* Scales { get; }

    public float* Gated { get; }

    public float* DGated { get; }

    public float* DGateUp { get; }

    public float* DNormed { get; }

    public float* DMixed { get; }

    public float* DQueryKeyValue { get; }

    public float* DHidden { get; }

    /// <summary>Working memory of <see cref="PanelProduct.AddOuter"/>.</summary>
    public float* Outer { get; }

    /// <summary>Working memory of <see cref="LogProbabilityKernel"/>.</summary>
    public float* Logits { get; }

    /// <summary>Floats it takes.</summary>
    public static nint Elements(ModelConfiguration shape, int tokens)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        nint rows = tokens;
        return 3 * BufferArena.Part(rows * shape.HiddenSize) + BufferArena.Part(rows) + 2 * BufferArena.Part(rows * shape.IntermediateSize)
            + BufferArena.Part(rows * 2 * shape.IntermediateSize) + BufferArena.Part(rows * heads.OutputWidth)
            + BufferArena.Part(rows * heads.Width)
            + BufferArena.Part(OuterElements(shape)) + BufferArena.Part(LogProbabilityKernel.ScratchElements(shape));
    }

    private static nint OuterElements(ModelConfiguration shape) =>
        PanelProduct.OuterScratch(
            Math.Max(shape.HiddenSize, Math.Max(shape.IntermediateSize, AttentionKernel.Shape.Of(shape).OutputWidth)));
}
