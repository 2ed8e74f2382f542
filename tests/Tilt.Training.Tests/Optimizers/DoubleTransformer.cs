using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Training.Tests.Optimizers;

/// <summary>
/// The formula of <see cref="Decoder"/> in double precision, one sequence at a time: no packing, no shared prompts, no chunks. Its
/// tensors live in the scope that it was made in.
/// </summary>
internal sealed class DoubleTransformer
{
    private readonly ModelConfiguration _shape;
    private readonly Dictionary<string, Tensor> _weights;

    /// <summary>The weights of a model; with its adapter's beside them where it has one.</summary>
    public DoubleTransformer(Transformer model)
    {
        _shape = model.Configuration;
        Dictionary<string, Tensor> leaves =
            model.TrainableParameters.ToDictionary(p => p.Name, p => p.Value.detach().to(ScalarType.Float64).requires_grad_());
        Leaves = [.. model.TrainableParameters.Select(p => leaves[p.Name])];
        _weights = model.Parameters.ToDictionary(p => p.Name,
            p => leaves.TryGetValue(p.Name, out Tensor? leaf) ? leaf : p.Value.detach().to(ScalarType.Float64));
        foreach (LoraLayer layer in model.UsesAdapter ? model.CopyAdapter()!.Layers : [])
            _weights[layer.Parameter] = _weights[layer.Parameter].Plus(
                leaves[layer.Module + ".lora_B.weight"].matmul(leaves[layer.Module + ".lora_A.weight"]).Times(layer.Scaling));
    }

    /// <summary>What gathers gradients, in the order of the model's <see cref="Transformer.TrainableParameters"/>.</summary>
    public Tensor[] Leaves { get; }

    /// <summary>Log-probabilities of all response tokens, sequence after sequence, with gradient.</summary>
    public Tensor LogProbabilities(IEnumerable<TokenSequence> sequences) => cat([.. sequences.Select(LogProbabilities)]);

    private Tensor LogProbabilities(TokenSequence sequence)
    {
        long[] ids = [.. sequence.PromptIds.Concat(sequence.ResponseIds).Select(id => (long)id)];
        int time = ids.Length - 1, response = sequence.ResponseIds.Length;
        Tensor hidden = _weights[ParameterLayout.Embedding].index_select(0, tensor(ids[..^1]));
        for (int layer = 0; layer < _shape.LayerCount; layer++) hidden = Block($"model.layers.{layer}.", hidden, time);
        Tensor logits = Norm(hidden, ParameterLayout.FinalNorm)
            .matmul(_weights[_shape.TiedEmbeddings ? ParameterLayout.Embedding : ParameterLayout.Output].t());
        return logits.log_softmax(-1).narrow(0, time - response, response).gather(1, tensor(ids[^response..]).unsqueeze(1)).squeeze(1);
    }

    private Tensor Block(string block, Tensor hidden, int time)
    {
        hidden = hidden.Plus(Attention(block + "self_attn.", Norm(hidden, block + "input_layernorm.weight"), time));
        Tensor normed = Norm(hidden, block + "post_attention_layernorm.weight"), gate = Linear(normed, block + "mlp.gate_proj");
        return hidden.Plus(Linear(gate * gate.sigmoid() * Linear(normed, block + "mlp.up_proj"), block + "mlp.down_proj"));
    }

    private Tensor Attention(string attention, Tensor normed, int time)
    {
        Tensor query = Heads("q_proj", "q_norm", _shape.HeadCount), key = Heads("k_proj", "k_norm", _shape.KeyValueHeadCount),
            value = Heads("v_proj", null, _shape.KeyValueHeadCount);
        int group = _shape.HeadCount / _shape.KeyValueHeadCount;
        Tensor future = ones([time, time], dtype: ScalarType.Bool).triu(1);
        Tensor scores = Rotate(query, time).matmul(Rotate(key, time).repeat_interleave(group, 0).transpose(1, 2))
            .Times(1 / Math.Sqrt(_shape.HeadSize));
        Tensor mixed = scores.masked_fill(future, double.NegativeInfinity).softmax(-1).matmul(value.repeat_interleave(group, 0));
        return Linear(mixed.transpose(0, 1).reshape(time, -1), attention + "o_proj");

        Tensor Heads(string layer, string? norm, int count)
        {
            Tensor heads = Linear(normed, attention + layer).view(time, count, _shape.HeadSize);
            return (norm is not null && _shape.HeadNorms ? Norm(heads, $"{attention}{norm}.weight") : heads).transpose(0, 1);
        }
    }

    private Tensor Rotate(Tensor heads, int time)
    {
        (float[] cosines, float[] sines) = RotaryEmbedding.Tables(_shape, time);
        Tensor cosine = tensor(cosines).to(ScalarType.Float64).view(time, -1), sine = tensor(sines).to(ScalarType.Float64).view(time, -1);
        Tensor[] halves = heads.chunk(2, -1);
        return cat([halves[0] * cosine - halves[1] * sine, (halves[1] * cosine).Plus(halves[0] * sine)], -1);
    }

    private Tensor Linear(Tensor input, string layer)
    {
        Tensor product = input.matmul(_weights[layer + ".weight"].t());
        return _weights.TryGetValue(layer + ".bias", out Tensor? bias) ? product.Plus(bias) : product;
    }

    private Tensor Norm(Tensor x, string weight) =>
        x * (x * x).mean([-1], keepdim: true).Plus(_shape.NormEpsilon).rsqrt() * _weights[weight];
}
