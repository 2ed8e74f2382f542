using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// The decoder written with libtorch's own differentiable operations: the formula that the fused kernels are tested against,
/// and what runs where they do not (other devices, bfloat16, large frozen models with an adapter).
/// </summary>
internal static class Decoder
{
    /// <summary>What of models it computes.</summary>
    public const BlockFeatures Features =
        BlockFeatures.AttentionBias | BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary;

    /// <summary>Hidden states after the last block, before the final norm, <c>[tokens, hidden]</c> float32.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two blocks.</exception>
    public static Tensor HiddenStates(Transformer model, PackedBatch batch, ComputePrecision precision,
        CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = model[ParameterLayout.Embedding].index_select(0, tensor(batch.Ids, device: model.Device)).to(ScalarType.Float32);
        var context = new BlockContext(model, batch, precision);
        bool checkpointed = model.CheckpointActivations && is_grad_enabled() && model.TrainableParameters.Count > 0;
        // A function is differentiated only if an input is; the parameters inside are no inputs of it.
        if (checkpointed && !hidden.requires_grad) hidden.requires_grad = true;
        for (int layer = 0; layer < model.Configuration.LayerCount; layer++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hidden = checkpointed ? CheckpointedBlock.Of(hidden, new(context, layer)) : Block(context, layer, hidden);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of the batch's output rows after the final norm, <c>[outputs, hidden]</c> float32.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two blocks.</exception>
    public static Tensor OutputStates(Transformer model, PackedBatch batch, ComputePrecision precision,
        CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        Tensor rows = tensor(batch.OutputRows.Select(r => (long)r).ToArray(), device: model.Device);
        return RmsNorm(HiddenStates(model, batch, precision, cancellationToken).index_select(0, rows), model[ParameterLayout.FinalNorm],
            model.Configuration.NormEpsilon).MoveToOuterDisposeScope();
    }

    /// <summary>Output of a block, <c>[tokens, hidden]</c> float32, of an input of the same shape.</summary>
    public static Tensor Block(BlockContext context, int layer, Tensor hidden)
    {
        using var scope = NewDisposeScope();
        string block = ParameterLayout.Block(layer);
        Tensor attended = Attend(context, block + "self_attn.", context.Norm(block + "input_layernorm", hidden));
        hidden = hidden.Plus(context.Products(attended, false, block + "self_attn.o_proj")[0]);
        Tensor normed = context.Norm(block + "post_attention_layernorm", hidden);
        IReadOnlyList<Tensor> gateUp = context.Products(normed, false, block + "mlp.gate_proj", block + "mlp.up_proj");
        Tensor gated = SwiGlu(gateUp[0], gateUp[1]);
        return hidden.Plus(context.Products(gated, false, block + "mlp.down_proj")[0]).MoveToOuterDisposeScope();
    }

    /// <summary>x / √(mean(x²) + ε) · weight over the last dimension, in float32 (Zhang and Sennrich, arXiv 1910.07467).</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon) =>
        x.mul(x.mul(x).mean([-1], keepdim: true).Plus(epsilon).rsqrt()).mul(weight);

    /// <summary>x·cos + rotate(x)·sin with the two halves of a head as the pairs; x is <c>[tokens, heads, head size]</c>.</summary>
    public static Tensor Rotate(Tensor x, Tensor cosines, Tensor sines)
    {
        Tensor[] halves = x.chunk(2, -1);
        return cat([halves[0].mul(cosines).sub(halves[1].mul(sines)), halves[1].mul(cosines).Plus(halves[0].mul(sines))], -1);
    }

    /// <summary>silu(gate) · up (Shazeer, arXiv 2002.05202).</summary>
    public static Tensor SwiGlu(Tensor gate, Tensor up) => nn.functional.silu(gate).mul(up);

    private static Tensor Attend(BlockContext context, string attention, Tensor normed)
    {
        ModelConfiguration shape = context.Model.Configuration;
        IReadOnlyList<Tensor> projected =
            context.Products(normed, shape.AttentionBias, attention + "q_proj", attention + "k_proj", attention + "v_proj");
        Tensor query = Heads(projected[0], shape.HeadCount), key = Heads(projected[1], shape.KeyValueHeadCount),
            value = Heads(projected[2], shape.KeyValueHeadCount);
        if (shape.HeadNorms) (query, key) = (context.Norm(attention + "q_norm", query), context.Norm(attention + "k_norm", key));
        return Attention(context, context.Rotate(query), context.Rotate(key), value);

        Tensor Heads(Tensor rows, int count) => rows.view(-1, count, shape.HeadSize);
    }

    /// <summary>
    /// Causal attention of each sequence within itself; query heads share key heads in groups, which fold into the query's time. Plain
    /// products: on a CPU the backward pass of libtorch's own attention is slow in bfloat16.
    /// </summary>
    private static Tensor Attention(BlockContext context, Tensor query, Tensor key, Tensor value)
    {
        using var scope = NewDisposeScope();
        ModelConfiguration shape = context.Model.Configuration;
        int batch = context.Batch.SequenceCount, time = context.Time, keyHeads = shape.KeyValueHeadCount,
            group = shape.HeadCount / keyHeads;
        // The scale goes to the queries, which are fewer than the scores.
        Tensor q = Linear.Cast(context.Pad(query.Times(1 / Math.Sqrt(shape.HeadSize))), context.Precision)
            .view(batch, time, keyHeads, group, -1).permute(0, 2, 3, 1, 4);
        Tensor k = Linear.Cast(context.Pad(key), context.Precision).permute(0, 2, 1, 3);
        Tensor v = Linear.Cast(context.Pad(value), context.Precision).permute(0, 2, 1, 3);
        // A backward pass needs all scores anyway; without one, the scores of a long sequence come in pieces.
        int step = is_grad_enabled()
            ? time
            : (int)Math.Clamp(context.Model.AttentionElements / ((long)batch * shape.HeadCount * time), 1, time);
        Tensor mixed = step == time
            ? Mix(0, time)
            : cat([.. Enumerable.Range(0, (time + step - 1) / step).Select(i => Mix(i * step, Math.Min(step, time - i * step)))], 3);
        return context.Unpad(mixed.permute(0, 3, 1, 2, 4).reshape(batch, time, -1)).MoveToOuterDisposeScope();

        // What some positions see, [batch, key heads, group, count, head size] float32.
        Tensor Mix(int first, int count)
        {
            using var inner = NewDisposeScope();
            Tensor scores =
                q.narrow(3, first, count).reshape(batch, keyHeads, group * count, -1).matmul(k.transpose(2, 3)).to(ScalarType.Float32);
            Tensor weights = scores.view(batch, keyHeads, group, count, time).PlusInPlace(context.CausalMask.narrow(0, first, count))
                .softmax(-1).view(batch, keyHeads, group * count, time);
            return Linear.Cast(weights, context.Precision).matmul(v).to(ScalarType.Float32).view(batch, keyHeads, group, count, -1)
                .MoveToOuterDisposeScope();
        }
    }
}
