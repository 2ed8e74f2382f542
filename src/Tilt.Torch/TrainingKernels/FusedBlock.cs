using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Forward and backward pass of one block on one shard.</summary>
internal readonly unsafe struct FusedBlock
{
    private readonly ModelConfiguration _shape;
    private readonly AttentionKernel.Shape _heads;
    private readonly float* _cosines, _sines;
    private readonly BlockScratch _scratch;

    /// <param name="shape">The model.</param>
    /// <param name="cosines">Rotary tables that reach beyond the longest sequence.</param>
    /// <param name="sines">Like the cosines.</param>
    /// <param name="scratch">Working memory for at least as many tokens as the shard has.</param>
    public FusedBlock(ModelConfiguration shape, float* cosines, float* sines, BlockScratch scratch)
    {
        this._shape = shape;
        this._cosines = cosines;
        this._sines = sines;
        this._scratch = scratch;
        _heads = AttentionKernel.Shape.Of(shape);
    }

    private int Hidden => _shape.HiddenSize;

    private int Inner => _shape.IntermediateSize;

    /// <summary>
    /// Computes the block's output, <c>[tokens, hidden]</c>, and fills <paramref name="saved"/>, whose hidden state is the input.
    /// </summary>
    public void Forward(BlockWeights weights, ReadOnlySpan<int> starts, BlockActivations saved, float* output)
    {
        BlockAddresses parameters = weights.Parameters;
        int tokens = starts[^1];
        Norm(saved.Hidden, parameters.AttentionNorm, saved.Normed, saved.Scales, tokens);
        PanelProduct.Multiply(saved.Normed, Hidden, 1, tokens, weights.QueryKeyValue, saved.Projected, _heads.Width, accumulate: false);
        if (_shape.AttentionBias) AddBiases(parameters, saved.Projected, tokens);
        if (_shape.HeadNorms) NormHeads(parameters, saved, tokens);
        RotaryKernel.Rotate(saved.QueryKeyValue, _heads.Width, _heads.Heads + _heads.KeyHeads, _heads.HeadSize, starts, _cosines, _sines,
            1);
        AttentionKernel.Forward(saved.QueryKeyValue, _heads, starts, saved.Mixed, saved.Normalizers);
        Copy(saved.Hidden, saved.Middle, tokens);
        PanelProduct.Multiply(saved.Mixed, _heads.OutputWidth, 1, tokens, weights.Output, saved.Middle, Hidden, accumulate: true);
        Norm(saved.Middle, parameters.MlpNorm, _scratch.Normed, saved.MiddleScales, tokens);
        PanelProduct.Multiply(_scratch.Normed, Hidden, 1, tokens, weights.GateUp, saved.GateUp, 2 * Inner, accumulate: false);
        SwiGluKernel.Forward(saved.GateUp, _scratch.Gated, tokens, Inner);
        Copy(saved.Middle, output, tokens);
        PanelProduct.Multiply(_scratch.Gated, Inner, 1, tokens, weights.Down, output, Hidden, accumulate: true);
    }

    /// <summary>Turns the gradient of the output, in place, into that of the input, and adds the parameters' gradients.</summary>
    public void Backward(BlockWeights weights, ReadOnlySpan<int> starts, BlockActivations saved, float* dHidden, BlockAddresses gradients)
    {
        BackwardMlp(weights, starts[^1], saved, dHidden, gradients);
        BackwardAttention(weights, starts, saved, dHidden, gradients);
    }

    /// <summary>RMSNorm of hidden states, <c>[rows, hidden]</c>.</summary>
    public void Norm(float* x, float* weight, float* y, float* scales, int rows) =>
        RmsNormKernel.Forward(x, Hidden, weight, y, Hidden, scales, new(rows, 1, Hidden), (float)_shape.NormEpsilon);

    /// <summary>Gradients of <see cref="Norm"/>: the input's is added or replaced, the weight's added.</summary>
    public void NormBackward(float* x, float* weight, float* scales, float* dy, float* dx, float* dWeight, int rows, bool accumulate) =>
        RmsNormKernel.Backward(x, Hidden, weight, scales, dy, Hidden, dx, Hidden, dWeight, new(rows, 1, Hidden), accumulate);

    private void BackwardMlp(BlockWeights weights, int tokens, BlockActivations saved, float* dHidden, BlockAddresses gradients)
    {
        BlockAddresses parameters = weights.Parameters;
        // Gated and normed values are cheaper to compute again than to keep.
        SwiGluKernel.Forward(saved.GateUp, _scratch.Gated, tokens, Inner);
        PanelProduct.Multiply(dHidden, Hidden, 1, tokens, weights.DownBackward, _scratch.DGated, Inner, accumulate: false);
        PanelProduct.AddOuter(dHidden, Hidden, _scratch.Gated, Inner, tokens, [new(gradients.Down, Hidden)], _scratch.Outer);
        SwiGluKernel.Backward(saved.GateUp, _scratch.DGated, _scratch.DGateUp, tokens, Inner);
        Norm(saved.Middle, parameters.MlpNorm, _scratch.Normed, _scratch.Scales, tokens);
        PanelProduct.Multiply(_scratch.DGateUp, 2 * Inner, 1, tokens, weights.GateUpBackward, _scratch.DNormed, Hidden, accumulate: false);
        PanelProduct.AddOuter(_scratch.DGateUp, 2 * Inner, _scratch.Normed, Hidden, tokens,
            [new(gradients.Gate, Inner), new(gradients.Up, Inner)], _scratch.Outer);
        NormBackward(saved.Middle, parameters.MlpNorm, saved.MiddleScales, _scratch.DNormed, dHidden, gradients.MlpNorm, tokens,
            accumulate: true);
    }

    private void BackwardAttention(BlockWeights weights, ReadOnlySpan<int> starts, BlockActivations saved, float* dHidden,
        BlockAddresses gradients)
    {
        BlockAddresses parameters = weights.Parameters;
        int tokens = starts[^1], queries = _heads.OutputWidth, keys = _heads.KeyHeads * _heads.HeadSize;
        float* dJoined = _scratch.DQueryKeyValue;
        PanelProduct.Multiply(dHidden, Hidden, 1, tokens, weights.OutputBackward, _scratch.DMixed, queries, accumulate: false);
        PanelProduct.AddOuter(dHidden, Hidden, saved.Mixed, queries, tokens, [new(gradients.Output, Hidden)], _scratch.Outer);
        AttentionKernel.Backward(saved.QueryKeyValue, _heads, starts, saved.Mixed, saved.Normalizers, _scratch.DMixed, dJoined);
        RotaryKernel.Rotate(dJoined, _heads.Width, _heads.Heads + _heads.KeyHeads, _heads.HeadSize, starts, _cosines, _sines, -1);
        if (_shape.HeadNorms) BackwardHeadNorms(parameters, saved, gradients, tokens);
        if (_shape.AttentionBias)
        {
            AddColumns(dJoined, queries, gradients.QueryBias, tokens);
            AddColumns(dJoined + queries, keys, gradients.KeyBias, tokens);
            AddColumns(dJoined + queries + keys, keys, gradients.ValueBias, tokens);
        }
        PanelProduct.Multiply(dJoined, _heads.Width, 1, tokens, weights.QueryKeyValueBackward, _scratch.DNormed, Hidden, accumulate: false);
        PanelProduct.AddOuter(dJoined, _heads.Width, saved.Normed, Hidden, tokens,
            [new(gradients.Query, queries), new(gradients.Key, keys), new(gradients.Value, keys)], _scratch.Outer);
        NormBackward(saved.Hidden, parameters.AttentionNorm, saved.Scales, _scratch.DNormed, dHidden, gradients.AttentionNorm, tokens,
            accumulate: true);
    }

    private void NormHeads(BlockAddresses parameters, BlockActivations saved, int tokens)
    {
        float epsilon = (float)_shape.NormEpsilon;
        nint keys = _heads.KeyColumn(0), width = _heads.Width;
        new ReadOnlySpan<float>(saved.Projected, checked((int)(tokens * width)))
            .CopyTo(new Span<float>(saved.QueryKeyValue, checked((int)(tokens * width))));
        RmsNormKernel.Forward(saved.Projected, width, parameters.QueryNorm, saved.QueryKeyValue, width, saved.HeadScales,
            new(tokens, _heads.Heads, _heads.HeadSize), epsilon);
        RmsNormKernel.Forward(saved.Projected + keys, width, parameters.KeyNorm, saved.QueryKeyValue + keys, width,
            saved.HeadScales + (nint)_heads.Heads * tokens, new(tokens, _heads.KeyHeads, _heads.HeadSize), epsilon);
    }

    private void BackwardHeadNorms(BlockAddresses parameters, BlockActivations saved, BlockAddresses gradients, int tokens)
    {
        float* dJoined = _scratch.DQueryKeyValue;
        nint keys = _heads.KeyColumn(0), width = _heads.Width;
        RmsNormKernel.Backward(saved.Projected, width, parameters.QueryNorm, saved.HeadScales, dJoined, width, dJoined, width,
            gradients.QueryNorm, new(tokens, _heads.Heads, _heads.HeadSize), accumulate: false);
        RmsNormKernel.Backward(saved.Projected + keys, width, parameters.KeyNorm, saved.HeadScales + (nint)_heads.Heads * tokens,
            dJoined + keys, width, dJoined + keys, width, gradients.KeyNorm, new(tokens, _heads.KeyHeads, _heads.HeadSize),
            accumulate: false);
    }

    private void AddBiases(BlockAddresses parameters, float* projected, int tokens)
    {
        int queries = _heads.OutputWidth, keys = _heads.KeyHeads * _heads.HeadSize;
        for (int token = 0; token < tokens; token++, projected += _heads.Width)
        {
            Add(parameters.QueryBias, projected, queries);
            Add(parameters.KeyBias, projected + queries, keys);
            Add(parameters.ValueBias, projected + queries + keys, keys);
        }
    }

    private void AddColumns(float* rows, int width, float* sums, int tokens)
    {
        for (int token = 0; token < tokens; token++, rows += _heads.Width) Add(rows, sums, width);
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
