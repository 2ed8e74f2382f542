using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Forward and backward pass of one block on one shard.</summary>
internal readonly unsafe struct FusedBlock
{
    private readonly ModelConfiguration shape;
    private readonly AttentionKernel.Shape heads;
    private readonly float* cosines, sines;
    private readonly BlockScratch scratch;

    /// <param name="shape">The model.</param>
    /// <param name="cosines">Rotary tables that reach beyond the longest sequence.</param>
    /// <param name="sines">Like the cosines.</param>
    /// <param name="scratch">Working memory for at least as many tokens as the shard has.</param>
    public FusedBlock(ModelConfiguration shape, float* cosines, float* sines, BlockScratch scratch)
    {
        this.shape = shape;
        this.cosines = cosines;
        this.sines = sines;
        this.scratch = scratch;
        heads = AttentionKernel.Shape.Of(shape);
    }

    private int Hidden => shape.HiddenSize;

    private int Inner => shape.IntermediateSize;

    /// <summary>Computes the block's output, <c>[tokens, hidden]</c>, and fills <paramref name="saved"/>, whose hidden state is the input.</summary>
    public void Forward(BlockWeights weights, ReadOnlySpan<int> starts, BlockActivations saved, float* output)
    {
        BlockAddresses parameters = weights.Parameters;
        int tokens = starts[^1];
        Norm(saved.Hidden, parameters.AttentionNorm, saved.Normed, saved.Scales, tokens);
        PanelProduct.Multiply(saved.Normed, Hidden, 1, tokens, weights.QueryKeyValue, saved.Projected, heads.Width, accumulate: false);
        if (shape.AttentionBias) AddBiases(parameters, saved.Projected, tokens);
        if (shape.HeadNorms) NormHeads(parameters, saved, tokens);
        RotaryKernel.Rotate(saved.QueryKeyValue, heads.Width, heads.Heads + heads.KeyHeads, heads.HeadSize, starts, cosines, sines, 1);
        AttentionKernel.Forward(saved.QueryKeyValue, heads, starts, saved.Mixed, saved.Normalizers);
        Copy(saved.Hidden, saved.Middle, tokens);
        PanelProduct.Multiply(saved.Mixed, heads.OutputWidth, 1, tokens, weights.Output, saved.Middle, Hidden, accumulate: true);
        Norm(saved.Middle, parameters.MlpNorm, scratch.Normed, saved.MiddleScales, tokens);
        PanelProduct.Multiply(scratch.Normed, Hidden, 1, tokens, weights.GateUp, saved.GateUp, 2 * Inner, accumulate: false);
        SwiGluKernel.Forward(saved.GateUp, scratch.Gated, tokens, Inner);
        Copy(saved.Middle, output, tokens);
        PanelProduct.Multiply(scratch.Gated, Inner, 1, tokens, weights.Down, output, Hidden, accumulate: true);
    }

    /// <summary>Turns the gradient of the output, in place, into that of the input, and adds the parameters' gradients.</summary>
    public void Backward(BlockWeights weights, ReadOnlySpan<int> starts, BlockActivations saved, float* dHidden, BlockAddresses gradients)
    {
        BackwardMlp(weights, starts[^1], saved, dHidden, gradients);
        BackwardAttention(weights, starts, saved, dHidden, gradients);
    }

    /// <summary>RMSNorm of hidden states, <c>[rows, hidden]</c>.</summary>
    public void Norm(float* x, float* weight, float* y, float* scales, int rows) =>
        RmsNormKernel.Forward(x, Hidden, weight, y, Hidden, scales, new(rows, 1, Hidden), (float)shape.NormEpsilon);

    /// <summary>Gradients of <see cref="Norm"/>: the input's is added or replaced, the weight's added.</summary>
    public void NormBackward(float* x, float* weight, float* scales, float* dy, float* dx, float* dWeight, int rows, bool accumulate) =>
        RmsNormKernel.Backward(x, Hidden, weight, scales, dy, Hidden, dx, Hidden, dWeight, new(rows, 1, Hidden), accumulate);

    private void BackwardMlp(BlockWeights weights, int tokens, BlockActivations saved, float* dHidden, BlockAddresses gradients)
    {
        BlockAddresses parameters = weights.Parameters;
        // Gated and normed values are cheaper to compute again than to keep.
        SwiGluKernel.Forward(saved.GateUp, scratch.Gated, tokens, Inner);
        PanelProduct.Multiply(dHidden, Hidden, 1, tokens, weights.DownBackward, scratch.DGated, Inner, accumulate: false);
        PanelProduct.AddOuter(dHidden, Hidden, scratch.Gated, Inner, tokens, [new(gradients.Down, Hidden)], scratch.Outer);
        SwiGluKernel.Backward(saved.GateUp, scratch.DGated, scratch.DGateUp, tokens, Inner);
        Norm(saved.Middle, parameters.MlpNorm, scratch.Normed, scratch.Scales, tokens);
        PanelProduct.Multiply(scratch.DGateUp, 2 * Inner, 1, tokens, weights.GateUpBackward, scratch.DNormed, Hidden, accumulate: false);
        PanelProduct.AddOuter(scratch.DGateUp, 2 * Inner, scratch.Normed, Hidden, tokens, [new(gradients.Gate, Inner), new(gradients.Up, Inner)], scratch.Outer);
        NormBackward(saved.Middle, parameters.MlpNorm, saved.MiddleScales, scratch.DNormed, dHidden, gradients.MlpNorm, tokens, accumulate: true);
    }

    private void BackwardAttention(BlockWeights weights, ReadOnlySpan<int> starts, BlockActivations saved, float* dHidden, BlockAddresses gradients)
    {
        BlockAddresses parameters = weights.Parameters;
        int tokens = starts[^1], queries = heads.OutputWidth, keys = heads.KeyHeads * heads.HeadSize;
        float* dJoined = scratch.DQueryKeyValue;
        PanelProduct.Multiply(dHidden, Hidden, 1, tokens, weights.OutputBackward, scratch.DMixed, queries, accumulate: false);
        PanelProduct.AddOuter(dHidden, Hidden, saved.Mixed, queries, tokens, [new(gradients.Output, Hidden)], scratch.Outer);
        AttentionKernel.Backward(saved.QueryKeyValue, heads, starts, saved.Mixed, saved.Normalizers, scratch.DMixed, dJoined);
        RotaryKernel.Rotate(dJoined, heads.Width, heads.Heads + heads.KeyHeads, heads.HeadSize, starts, cosines, sines, -1);
        if (shape.HeadNorms) BackwardHeadNorms(parameters, saved, gradients, tokens);
        if (shape.AttentionBias)
        {
            AddColumns(dJoined, queries, gradients.QueryBias, tokens);
            AddColumns(dJoined + queries, keys, gradients.KeyBias, tokens);
            AddColumns(dJoined + queries + keys, keys, gradients.ValueBias, tokens);
        }
        PanelProduct.Multiply(dJoined, heads.Width, 1, tokens, weights.QueryKeyValueBackward, scratch.DNormed, Hidden, accumulate: false);
        PanelProduct.AddOuter(dJoined, heads.Width, saved.Normed, Hidden, tokens, [new(gradients.Query, queries), new(gradients.Key, keys), new(gradients.Value, keys)], scratch.Outer);
        NormBackward(saved.Hidden, parameters.AttentionNorm, saved.Scales, scratch.DNormed, dHidden, gradients.AttentionNorm, tokens, accumulate: true);
    }

    private void NormHeads(BlockAddresses parameters, BlockActivations saved, int tokens)
    {
        float epsilon = (float)shape.NormEpsilon;
        nint keys = heads.KeyColumn(0), width = heads.Width;
        new ReadOnlySpan<float>(saved.Projected, checked((int)(tokens * width))).CopyTo(new Span<float>(saved.QueryKeyValue, checked((int)(tokens * width))));
        RmsNormKernel.Forward(saved.Projected, width, parameters.QueryNorm, saved.QueryKeyValue, width, saved.HeadScales, new(tokens, heads.Heads, heads.HeadSize), epsilon);
        RmsNormKernel.Forward(saved.Projected + keys, width, parameters.KeyNorm, saved.QueryKeyValue + keys, width, saved.HeadScales + (nint)heads.Heads * tokens, new(tokens, heads.KeyHeads, heads.HeadSize), epsilon);
    }

    private void BackwardHeadNorms(BlockAddresses parameters, BlockActivations saved, BlockAddresses gradients, int tokens)
    {
        float* dJoined = scratch.DQueryKeyValue;
        nint keys = heads.KeyColumn(0), width = heads.Width;
        RmsNormKernel.Backward(saved.Projected, width, parameters.QueryNorm, saved.HeadScales, dJoined, width, dJoined, width, gradients.QueryNorm, new(tokens, heads.Heads, heads.HeadSize), accumulate: false);
        RmsNormKernel.Backward(saved.Projected + keys, width, parameters.KeyNorm, saved.HeadScales + (nint)heads.Heads * tokens, dJoined + keys, width, dJoined + keys, width, gradients.KeyNorm, new(tokens, heads.KeyHeads, heads.HeadSize), accumulate: false);
    }

    private void AddBiases(BlockAddresses parameters, float* projected, int tokens)
    {
        int queries = heads.OutputWidth, keys = heads.KeyHeads * heads.HeadSize;
        for (int token = 0; token < tokens; token++, projected += heads.Width)
        {
            Add(parameters.QueryBias, projected, queries);
            Add(parameters.KeyBias, projected + queries, keys);
            Add(parameters.ValueBias, projected + queries + keys, keys);
        }
    }

    private void AddColumns(float* rows, int width, float* sums, int tokens)
    {
        for (int token = 0; token < tokens; token++, rows += heads.Width) Add(rows, sums, width);
    }

    private void Copy(float* from, float* to, int tokens)
    {
        if (from == to) return;
        int count = checked(tokens * Hidden);
        new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add(float* from, float* to, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16) (Vector512.Load(to + i) + Vector512.Load(from + i)).Store(to + i);
        for (; i < count; i++) to[i] += from[i];
    }
}
