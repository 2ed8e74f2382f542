using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>
/// The decoder written with libtorch's own differentiable operations: the formula that the fused kernels are tested against,
/// and what runs where they do not (other devices).
/// </summary>
internal static class Decoder
{
    /// <summary>Hidden states after the last block, before the final norm, <c>[tokens, hidden]</c> float32.</summary>
    public static Tensor HiddenStates(Transformer model, PackedBatch batch, ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        Tensor ids = tensor(batch.Ids, device: model.Device);
        Tensor hidden = model[ParameterLayout.Embedding].index_select(0, ids);
        var context = new BlockContext(model, batch, precision);
        for (int layer = 0; layer < model.Configuration.LayerCount; layer++) hidden = Block(context, ParameterLayout.Block(layer), hidden);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of the batch's output rows after the final norm, <c>[outputs, hidden]</c> float32.</summary>
    public static Tensor OutputStates(Transformer model, PackedBatch batch, ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        Tensor rows = tensor(batch.OutputRows.Select(r => (long)r).ToArray(), device: model.Device);
        return RmsNorm(HiddenStates(model, batch, precision).index_select(0, rows), model[ParameterLayout.FinalNorm], model.Configuration.NormEpsilon).MoveToOuterDisposeScope();
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

    private static Tensor Block(BlockContext context, string block, Tensor hidden)
    {
        using var scope = NewDisposeScope();
        (Transformer model, ComputePrecision precision) = (context.Model, context.Precision);
        double epsilon = model.Configuration.NormEpsilon;
        Tensor attended = Attend(context, block, RmsNorm(hidden, model[block + "input_layernorm.weight"], epsilon));
        hidden = hidden.add(Linear.Apply(attended, model[block + "self_attn.o_proj.weight"], precision));
        Tensor normed = RmsNorm(hidden, model[block + "post_attention_layernorm.weight"], epsilon);
        Tensor gated = SwiGlu(
            Linear.Apply(normed, model[block + "mlp.gate_proj.weight"], precision),
            Linear.Apply(normed, model[block + "mlp.up_proj.weight"], precision));
        return hidden.add(Linear.Apply(gated, model[block + "mlp.down_proj.weight"], precision)).MoveToOuterDisposeScope();
    }

    private static Tensor Attend(BlockContext context, string block, Tensor normed)
    {
        ModelConfiguration shape = context.Model.Configuration;
        Tensor query = context.Rotate(Project(context, block, 'q', normed, shape.HeadCount));
        Tensor key = context.Rotate(Project(context, block, 'k', normed, shape.KeyValueHeadCount));
        Tensor value = Project(context, block, 'v', normed, shape.KeyValueHeadCount);
        return Attention(context, query, key, value);
    }

    private static Tensor Project(BlockContext context, string block, char projection, Tensor normed, int heads)
    {
        (Transformer model, ModelConfiguration shape) = (context.Model, context.Model.Configuration);
        string name = $"{block}self_attn.{projection}_proj.";
        Tensor projected = Linear.Apply(normed, model[name + "weight"], context.Precision, shape.AttentionBias ? model[name + "bias"] : null);
        projected = projected.view(-1, heads, shape.HeadSize);
        return shape.HeadNorms && projection != 'v' ? RmsNorm(projected, model[$"{block}self_attn.{projection}_norm.weight"], shape.NormEpsilon) : projected;
    }

    /// <summary>Causal attention of each sequence within itself; query heads share key heads in groups, which fold into the query's time.</summary>
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

    /// <summary>What all blocks of one forward pass share.</summary>
    private sealed class BlockContext
    {
        private readonly Tensor cosines, sines;
        private readonly Tensor? padded, unpadded;

        public BlockContext(Transformer model, PackedBatch batch, ComputePrecision precision)
        {
            (Model, Batch, Precision, Time) = (model, batch, precision, batch.LongestLength);
            (float[] cosineTable, float[] sineTable) = model.RotaryTables(Time);
            int half = model.Configuration.HeadSize / 2;
            using Tensor positions = tensor(Enumerable.Range(0, batch.SequenceCount).SelectMany(s => Enumerable.Range(0, batch.Length(s)).Select(t => (long)t)).ToArray(), device: model.Device);
            cosines = tensor(cosineTable, device: model.Device).view(-1, half).index_select(0, positions).unsqueeze(1);
            sines = tensor(sineTable, device: model.Device).view(-1, half).index_select(0, positions).unsqueeze(1);
            CausalMask = full([Time, Time], float.NegativeInfinity, device: model.Device).triu_(1);
            if (batch.TokenCount == batch.SequenceCount * Time) return;
            // Behind the end of a shorter sequence its own last row is repeated: no real row looks there, and no gradient comes back.
            padded = tensor(Enumerable.Range(0, batch.SequenceCount).SelectMany(s => Enumerable.Range(0, Time).Select(t => (long)Math.Min(batch.Starts[s] + t, batch.Starts[s + 1] - 1))).ToArray(), device: model.Device);
            unpadded = tensor(Enumerable.Range(0, batch.SequenceCount).SelectMany(s => Enumerable.Range(0, batch.Length(s)).Select(t => (long)(s * Time + t))).ToArray(), device: model.Device);
        }

        public Transformer Model { get; }

        public PackedBatch Batch { get; }

        public ComputePrecision Precision { get; }

        public int Time { get; }

        public Tensor CausalMask { get; }

        public Tensor Rotate(Tensor x) => Decoder.Rotate(x, cosines, sines);

        /// <summary><c>[tokens, heads, size]</c> to <c>[batch, time, heads, size]</c>.</summary>
        public Tensor Pad(Tensor rows) => (padded is null ? rows : rows.index_select(0, padded)).view(Batch.SequenceCount, Time, rows.shape[1], rows.shape[2]);

        /// <summary><c>[batch, time, width]</c> to <c>[tokens, width]</c>.</summary>
        public Tensor Unpad(Tensor grid) => unpadded is null ? grid.view(Batch.TokenCount, -1) : grid.view(Batch.SequenceCount * Time, -1).index_select(0, unpadded);
    }
}
