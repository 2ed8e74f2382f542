using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>What the forward pass of a block saves; rows are tokens.</summary>
internal sealed unsafe class BlockActivations
{
    public BlockActivations(ModelConfiguration shape, int tokens, BufferArena memory)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        nint rows = tokens;
        Hidden = memory.Take(rows * shape.HiddenSize);
        Normed = memory.Take(rows * shape.HiddenSize);
        Scales = memory.Take(rows);
        QueryKeyValue = memory.Take(rows * heads.Width);
        Projected = shape.HeadNorms ? memory.Take(rows * heads.Width) : QueryKeyValue;
        HeadScales = shape.HeadNorms ? memory.Take(rows * (heads.Heads + heads.KeyHeads)) : null;
        Mixed = memory.Take(rows * heads.OutputWidth);
        Normalizers = memory.Take(rows * heads.Heads);
        Middle = memory.Take(rows * shape.HiddenSize);
        MiddleScales = memory.Take(rows);
        GateUp = memory.Take(rows * 2 * shape.IntermediateSize);
    }

    /// <summary>Input of the block, <c>[tokens, hidden]</c>.</summary>
    public float* Hidden { get; }

    /// <summary>Input of the attention, <c>[tokens, hidden]</c>.</summary>
    public float* Normed { get; }

    /// <summary>ρ of the first norm, <c>[tokens]</c>.</summary>
    public float* Scales { get; }

    /// <summary>Joined queries, keys and values before the head norms; the rotated ones where there are no head norms.</summary>
    public float* Projected { get; }

    /// <summary>ρ of the head norms, queries' before keys'; null without head norms.</summary>
    public float* HeadScales { get; }

    /// <summary>Joined queries, keys and values, rotated.</summary>
    public float* QueryKeyValue { get; }

    /// <summary>Mixed values, <c>[tokens, heads·head size]</c>.</summary>
    public float* Mixed { get; }

    /// <summary>Log-normalisers of the attention, <c>[heads, tokens]</c>.</summary>
    public float* Normalizers { get; }

    /// <summary>Hidden state between attention and MLP, <c>[tokens, hidden]</c>.</summary>
    public float* Middle { get; }

    /// <summary>ρ of the second norm, <c>[tokens]</c>.</summary>
    public float* MiddleScales { get; }

    /// <summary>Gate and up side by side, <c>[tokens, 2·intermediate]</c>.</summary>
    public float* GateUp { get; }

    /// <summary>Floats of one block's activations.</summary>
    public static nint Elements(ModelConfiguration shape, int tokens)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        nint rows = tokens;
        nint part = 3 * BufferArena.Part(rows * shape.HiddenSize) + 2 * BufferArena.Part(rows) + BufferArena.Part(rows * heads.Width)
            + BufferArena.Part(rows * heads.OutputWidth) + BufferArena.Part(rows * heads.Heads)
            + BufferArena.Part(rows * 2 * shape.IntermediateSize);
        return shape.HeadNorms
            ? part + BufferArena.Part(rows * heads.Width) + BufferArena.Part(rows * (heads.Heads + heads.KeyHeads))
            : part;
    }
}
