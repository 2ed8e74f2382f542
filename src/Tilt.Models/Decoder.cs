using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>
/// The decoder written with libtorch's own differentiable operations: the formula that the fused kernels are tested against,
/// and what runs where they do not (other devices, bfloat16, large frozen models with an adapter).
/// </summary>
internal static class Decoder
{
    /// <summary>Hidden states after the last block, before the final norm, <c>[tokens, hidden]</c> float32.</summary>
    public static Tensor HiddenStates(Transformer model, PackedBatch batch, ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = model[ParameterLayout.Embedding].index_select(0, tensor(batch.Ids, device: model.Device)).to(ScalarType.Float32);
        var context = new BlockContext(model, batch, precision);
        bool checkpointed = model.CheckpointActivations && is_grad_enabled() && model.TrainableParameters.Count > 0;
        // A function is differentiated only if an input is; the parameters inside are no inputs of it.
        if (checkpointed && !hidden.requires_grad) hidden.requires_grad = true;
        var pass = new CheckpointedBlock.Pass();
        for (int layer = 0; layer < model.Configuration.LayerCount; layer++)
            hidden = checkpointed ? CheckpointedBlock.Of(hidden, new(context, layer, pass)) : Block(context, layer, hidden);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of the batch's output rows after the final norm, <c>[outputs, hidden]</c> float32.</summary>
    public static Tensor OutputStates(Transformer model, PackedBatch batch, ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        Tensor rows = tensor(batch.OutputRows.Select(r => (long)r).ToArray(), device: model.Device);
        return RmsNorm(HiddenStates(model, batch, precision).index_select(0, rows), model[ParameterLayout.FinalNorm], model.Configuration.NormEpsilon).MoveToOuterDisposeScope();
    }

    /// <summary>Output of a block, <c>[tokens, hidden]</c> float32, of an input of the same shape.</summary>
    public static Tensor Block(BlockContext context, int layer, Tensor hidden)
    {
        using var scope = NewDisposeScope();
        string block = ParameterLayout.Block(layer);
        Tensor attended = Attend(context, block + "self_attn.", context.Norm(block + "input_layernorm", hidden));
        hidden = hidden.add(context.Product(block + "self_attn.o_proj", attended));
        Tensor normed = context.Norm(block + "post_attention_layernorm", hidden);
        Tensor gated = SwiGlu(context.Product(block + "mlp.gate_proj", normed), context.Product(block + "mlp.up_proj", normed));
        return hidden.add(context.Product(block + "mlp.down_proj", gated)).MoveToOuterDisposeScope();
    }

    /// <summary>x / √(mean(x²) + ε) · weight over the last dimension, in float32 (Zhang and Sennrich, arXiv 1910.07467).</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon) =>
        x.mul(x.square().mean([-1], keepdim: true).add(epsilon).rsqrt()).mul(weight);

    /// <summary>x·cos + rotate(x)·sin with the two halves of a head as the pairs; x is <c>[tokens, heads, head size]</c>.</summary>
    public static Tensor Rotate(Tensor x, Tensor cosines, Tensor sines)
    {
        Tensor[] halves = x.chunk(2, -1);
        return cat([halves[0].mul(cosines).sub(halves[1].mul(sines)), halves[1].mul(cosines).add(halves[0].mul(sines))], -1);
    }

    /// <summary>silu(gate) · up (Shazeer, arXiv 2002.05202).</summary>
    public static Tensor SwiGlu(Tensor gate, Tensor up) => gate.sigmoid().mul(gate).mul(up);

    private static Tensor Attend(BlockContext context, string attention, Tensor normed)
    {
        ModelConfiguration shape = context.Model.Configuration;
        Tensor query = context.Rotate(Project(context, attention, 'q', normed, shape.HeadCount));
        Tensor key = context.Rotate(Project(context, attention, 'k', normed, shape.KeyValueHeadCount));
        Tensor value = Project(context, attention, 'v', normed, shape.KeyValueHeadCount);
        return Attention(context, query, key, value);
    }

    private static Tensor Project(BlockContext context, string attention, char projection, Tensor normed, int heads)
    {
        ModelConfiguration shape = context.Model.Configuration;
        Tensor projected = context.Product($"{attention}{projection}_proj", normed, shape.AttentionBias).view(-1, heads, shape.HeadSize);
        return shape.HeadNorms && projection != 'v' ? context.Norm($"{attention}{projection}_norm", projected) : projected;
    }

    /// <summary>
    /// Causal attention of each sequence within itself; query heads share key heads in groups, which fold into the query's time. Plain
    /// products: on a CPU the backward pass of libtorch's own attention is slow in bfloat16.
    /// </summary>
    private static Tensor Attention(BlockContext context, Tensor query, Tensor key, Tensor value)
    {
        ModelConfiguration shape = context.Model.Configuration;
        int batch = context.Batch.SequenceCount, time = context.Time, keyHeads = shape.KeyValueHeadCount, group = shape.HeadCount / keyHeads;
        Tensor q = Linear.Cast(context.Pad(query), context.Precision).view(batch, time, keyHeads, group, -1).permute(0, 2, 3, 1, 4).reshape(batch, keyHeads, group * time, -1);
        Tensor k = Linear.Cast(context.Pad(key), context.Precision).permute(0, 2, 1, 3);
        Tensor v = Linear.Cast(context.Pad(value), context.Precision).permute(0, 2, 1, 3);
        Tensor scores = q.matmul(k.transpose(2, 3)).to(ScalarType.Float32).mul(1 / Math.Sqrt(shape.HeadSize));
        Tensor weights = scores.view(batch, keyHeads, group, time, time).add(context.CausalMask).softmax(-1).view(batch, keyHeads, group * time, time);
        Tensor mixed = Linear.Cast(weights, context.Precision).matmul(v).to(ScalarType.Float32);
        return context.Unpad(mixed.view(batch, keyHeads, group, time, -1).permute(0, 3, 1, 2, 4).reshape(batch, time, -1));
    }
}
