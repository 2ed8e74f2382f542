using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>Forward and backward pass of one block on packed sequences.</summary>
internal sealed unsafe class FusedBlock
{
    /// <summary>Number of tensors <see cref="Forward"/> saves.</summary>
    public const int SavedTensors = 11;

    private readonly Transformer model;
    private readonly ModelConfiguration shape;
    private readonly PackedBatch batch;
    private readonly ComputePrecision precision;
    private readonly AttentionKernel.Shape heads;
    private readonly float[] cosines, sines;

    public FusedBlock(FusedDecoder.Call call)
    {
        (model, shape, batch, precision) = (call.Model, call.Model.Configuration, call.Batch, call.Precision);
        heads = new(shape.HeadCount, shape.KeyValueHeadCount, shape.HeadSize);
        (cosines, sines) = model.RotaryTables(batch.LongestLength);
    }

    private int Tokens => batch.TokenCount;

    /// <summary>Output of the block, and what its backward pass needs.</summary>
    public Tensor Forward(int layer, Tensor hidden, List<Tensor> saved)
    {
        string block = ParameterLayout.Block(layer);
        Tensor normed = empty_like(hidden), scales = empty(Tokens);
        Norm(hidden, model[block + "input_layernorm.weight"], normed, scales);
        Tensor projected = Product(normed, Joined(block, 'q', 'k', 'v'));
        if (shape.AttentionBias) projected.add_(cat([model[block + "self_attn.q_proj.bias"], model[block + "self_attn.k_proj.bias"], model[block + "self_attn.v_proj.bias"]], 0));
        (Tensor qkv, Tensor headScales) = NormHeads(block, projected);
        Rotate(qkv, 1);
        Tensor mixed = empty(Tokens, heads.OutputWidth), normalizers = empty(heads.Heads, Tokens);
        AttentionKernel.Forward(qkv.Address(), heads, batch.Starts, mixed.Address(), normalizers.Address());
        Tensor middle = Product(mixed, model[block + "self_attn.o_proj.weight"]).add_(hidden);
        Tensor middleNormed = empty_like(hidden), middleScales = empty(Tokens);
        Norm(middle, model[block + "post_attention_layernorm.weight"], middleNormed, middleScales);
        Tensor gateUp = Product(middleNormed, JoinedGateUp(block));
        Tensor gated = Gated(gateUp);
        Tensor output = Product(gated, model[block + "mlp.down_proj.weight"]).add_(middle);
        saved.AddRange([hidden, normed, scales, projected, headScales, qkv, mixed, normalizers, middle, middleScales, gateUp]);
        return output;
    }

    /// <summary>Turns the gradient of the output, in place, into that of the input, and adds the parameters' gradients.</summary>
    public void Backward(int layer, List<Tensor> saved, Tensor dHidden, Dictionary<string, Tensor> gradients)
    {
        string block = ParameterLayout.Block(layer);
        (Tensor hidden, Tensor normed, Tensor scales) = (saved[0], saved[1], saved[2]);
        using (var inner = NewDisposeScope())
        {
            BackwardMlp(block, saved[8], saved[9], saved[10], dHidden, gradients);
            foreach (Tensor gradient in gradients.Values) gradient.MoveToOuterDisposeScope();
        }
        Tensor dQkv = BackwardAttention(block, saved, dHidden, gradients);
        (Tensor dNormed, Tensor dJoined) = ProductBackward(dQkv, normed, Joined(block, 'q', 'k', 'v'));
        Split(dJoined, gradients, [block + "self_attn.q_proj.weight", block + "self_attn.k_proj.weight", block + "self_attn.v_proj.weight"]);
        Tensor dNorm = zeros_like(model[block + "input_layernorm.weight"]);
        NormBackward(hidden, model[block + "input_layernorm.weight"], scales, dNormed, dHidden, dNorm, accumulate: true);
        gradients.Add(block + "input_layernorm.weight", dNorm);
    }

    /// <summary>RMSNorm of hidden states.</summary>
    public void Norm(Tensor x, Tensor weight, Tensor y, Tensor scales) =>
        RmsNormKernel.Forward(x.Address(), shape.HiddenSize, weight.Address(), y.Address(), shape.HiddenSize, scales.Address(), new((int)x.shape[0], 1, shape.HiddenSize), (float)shape.NormEpsilon);

    /// <summary>Gradients of <see cref="Norm"/>; the weight's is added.</summary>
    public void NormBackward(Tensor x, Tensor weight, Tensor scales, Tensor dy, Tensor dx, Tensor dWeight, bool accumulate) =>
        RmsNormKernel.Backward(
            x.Address(), shape.HiddenSize, weight.Address(), scales.Address(), dy.Address(), shape.HiddenSize, dx.Address(), shape.HiddenSize,
            dWeight.Address(), new((int)x.shape[0], 1, shape.HiddenSize), accumulate);

    private void BackwardMlp(string block, Tensor middle, Tensor middleScales, Tensor gateUp, Tensor dHidden, Dictionary<string, Tensor> gradients)
    {
        (Tensor dGated, Tensor dDown) = ProductBackward(dHidden, Gated(gateUp), model[block + "mlp.down_proj.weight"]);
        gradients.Add(block + "mlp.down_proj.weight", dDown);
        Tensor dGateUp = empty_like(gateUp);
        SwiGluKernel.Backward(gateUp.Address(), dGated.Address(), dGateUp.Address(), Tokens, shape.IntermediateSize);
        Tensor norm = model[block + "post_attention_layernorm.weight"], dNorm = zeros_like(norm);
        Tensor middleNormed = empty_like(middle);
        Norm(middle, norm, middleNormed, empty_like(middleScales));
        (Tensor dMiddleNormed, Tensor dJoined) = ProductBackward(dGateUp, middleNormed, JoinedGateUp(block));
        Split(dJoined, gradients, [block + "mlp.gate_proj.weight", block + "mlp.up_proj.weight"]);
        NormBackward(middle, norm, middleScales, dMiddleNormed, dHidden, dNorm, accumulate: true);
        gradients.Add(block + "post_attention_layernorm.weight", dNorm);
    }

    /// <summary>Gradient of the joined projections before rotation, head norms and biases.</summary>
    private Tensor BackwardAttention(string block, List<Tensor> saved, Tensor dHidden, Dictionary<string, Tensor> gradients)
    {
        (Tensor projected, Tensor headScales, Tensor qkv, Tensor mixed, Tensor normalizers) = (saved[3], saved[4], saved[5], saved[6], saved[7]);
        (Tensor dMixed, Tensor dOutput) = ProductBackward(dHidden, mixed, model[block + "self_attn.o_proj.weight"]);
        gradients.Add(block + "self_attn.o_proj.weight", dOutput);
        Tensor dQkv = empty_like(qkv);
        AttentionKernel.Backward(qkv.Address(), heads, batch.Starts, mixed.Address(), normalizers.Address(), dMixed.Address(), dQkv.Address());
        Rotate(dQkv, -1);
        if (shape.HeadNorms) BackwardHeadNorms(block, projected, headScales, dQkv, gradients);
        if (shape.AttentionBias) Split(dQkv.sum([0]), gradients, [block + "self_attn.q_proj.bias", block + "self_attn.k_proj.bias", block + "self_attn.v_proj.bias"]);
        return dQkv;
    }

    private (Tensor Normed, Tensor Scales) NormHeads(string block, Tensor projected)
    {
        if (!shape.HeadNorms) return (projected, projected);
        Tensor normed = projected.clone(), scales = empty(heads.Heads + heads.KeyHeads, Tokens);
        float* from = projected.Address(), to = normed.Address(), scale = scales.Address();
        nint keys = heads.KeyColumn(0), width = heads.Width;
        RmsNormKernel.Forward(from, width, model[block + "self_attn.q_norm.weight"].Address(), to, width, scale, new(Tokens, heads.Heads, heads.HeadSize), (float)shape.NormEpsilon);
        RmsNormKernel.Forward(from + keys, width, model[block + "self_attn.k_norm.weight"].Address(), to + keys, width, scale + (nint)heads.Heads * Tokens, new(Tokens, heads.KeyHeads, heads.HeadSize), (float)shape.NormEpsilon);
        return (normed, scales);
    }

    private void BackwardHeadNorms(string block, Tensor projected, Tensor scales, Tensor dQkv, Dictionary<string, Tensor> gradients)
    {
        Tensor query = model[block + "self_attn.q_norm.weight"], key = model[block + "self_attn.k_norm.weight"], dQuery = zeros_like(query), dKey = zeros_like(key);
        float* from = projected.Address(), to = dQkv.Address(), scale = scales.Address();
        nint keys = heads.KeyColumn(0), width = heads.Width;
        RmsNormKernel.Backward(from, width, query.Address(), scale, to, width, to, width, dQuery.Address(), new(Tokens, heads.Heads, heads.HeadSize), accumulate: false);
        RmsNormKernel.Backward(from + keys, width, key.Address(), scale + (nint)heads.Heads * Tokens, to + keys, width, to + keys, width, dKey.Address(), new(Tokens, heads.KeyHeads, heads.HeadSize), accumulate: false);
        gradients.Add(block + "self_attn.q_norm.weight", dQuery);
        gradients.Add(block + "self_attn.k_norm.weight", dKey);
    }

    private void Rotate(Tensor qkv, float direction)
    {
        fixed (float* cosine = cosines, sine = sines)
            RotaryKernel.Rotate(qkv.Address(), heads.Width, heads.Heads + heads.KeyHeads, heads.HeadSize, batch.Starts, cosine, sine, direction);
    }

    private Tensor Gated(Tensor gateUp)
    {
        Tensor gated = empty(Tokens, shape.IntermediateSize);
        SwiGluKernel.Forward(gateUp.Address(), gated.Address(), Tokens, shape.IntermediateSize);
        return gated;
    }

    private Tensor Joined(string block, params char[] projections) => cat([.. projections.Select(p => model[$"{block}self_attn.{p}_proj.weight"])], 0);

    private Tensor JoinedGateUp(string block) => cat([model[block + "mlp.gate_proj.weight"], model[block + "mlp.up_proj.weight"]], 0);

    private Tensor Product(Tensor input, Tensor weight) => Linear.Apply(input, weight, precision);

    /// <summary>Gradients of x·Wᵀ: dx = dy·W and dW = dyᵀ·x.</summary>
    private (Tensor DInput, Tensor DWeight) ProductBackward(Tensor dOutput, Tensor input, Tensor weight)
    {
        Tensor gradient = Linear.Cast(dOutput, precision);
        return (gradient.matmul(Linear.Cast(weight, precision)).to(ScalarType.Float32), gradient.t().matmul(Linear.Cast(input, precision)).to(ScalarType.Float32));
    }

    private void Split(Tensor joined, Dictionary<string, Tensor> gradients, string[] names)
    {
        long begin = 0;
        foreach (string name in names)
        {
            long length = model[name].shape[0];
            gradients.Add(name, joined.narrow(0, begin, length));
            begin += length;
        }
    }
}
