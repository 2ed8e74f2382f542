using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using static TorchSharp.torch;

namespace Tilt.Training.Tests.Optimizers;

/// <summary>
/// The transformer in float64, one sequence at a time, as its formula reads: nothing shared with the model that it is compared with but the
/// numbers of the weights and the rotary frequencies.
/// </summary>
internal sealed class DoubleTransformer : IDisposable
{
    private readonly ModelConfiguration _shape;
    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Tensor A, Tensor B, double Scaling)> _adapters = new(StringComparer.Ordinal);

    /// <param name="model">Whose numbers are taken.</param>
    /// <param name="withAdapter">Whether its adapter counts.</param>
    public DoubleTransformer(Transformer model, bool withAdapter)
    {
        _shape = model.Configuration;
        bool trainsAdapter = withAdapter && model.UsesAdapter;
        foreach (NamedParameter parameter in model.Parameters) _weights[parameter.Name] = Leaf(parameter.Value, !trainsAdapter);
        if (!trainsAdapter) return;
        foreach (LoraLayer layer in model.CopyAdapter()!.Layers)
            _adapters[layer.Parameter] = (Leaf(Trained(model, layer, "A"), true), Leaf(Trained(model, layer, "B"), true), layer.Scaling);
    }

    /// <summary>Gradients by the names that the model's trainable parameters have.</summary>
    public IEnumerable<(string Name, Tensor Gradient)> Gradients() => _adapters.Count == 0
        ? _weights.Select(w => (w.Key, w.Value.grad!))
        : _adapters.SelectMany(a => new[]
        {
            (Module(a.Key) + ".lora_A.weight", a.Value.A.grad!), (Module(a.Key) + ".lora_B.weight", a.Value.B.grad!),
        });

    /// <summary>log π of the response tokens, float64, with gradient.</summary>
    public Tensor LogProbabilities(TokenSequence sequence)
    {
        long[] ids = [.. sequence.PromptIds.Concat(sequence.ResponseIds).SkipLast(1).Select(id => (long)id)];
        Tensor x = _weights["model.embed_tokens.weight"].index_select(0, tensor(ids));
        for (int layer = 0; layer < _shape.LayerCount; layer++) x = Block(x, $"model.layers.{layer}.");
        x = Norm(x, "model.norm.weight")[TensorIndex.Slice(sequence.PromptIds.Length - 1)];
        Tensor logits = x.matmul(_weights[_shape.TiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"].t());
        Tensor targets = tensor((long[])[.. sequence.ResponseIds.Select(id => (long)id)]);
        return logits.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }

    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values) weight.Dispose();
        foreach ((Tensor a, Tensor b, _) in _adapters.Values)
        {
            a.Dispose();
            b.Dispose();
        }
    }

    private Tensor Block(Tensor x, string block)
    {
        Tensor h = Norm(x, block + "input_layernorm.weight");
        Tensor q = Heads(h, block + "self_attn.q_proj", _shape.HeadCount, block + "self_attn.q_norm.weight", rotate: true);
        Tensor k = Heads(h, block + "self_attn.k_proj", _shape.KeyValueHeadCount, block + "self_attn.k_norm.weight", rotate: true);
        Tensor v = Heads(h, block + "self_attn.v_proj", _shape.KeyValueHeadCount, null, rotate: false);
        int group = _shape.HeadCount / _shape.KeyValueHeadCount;
        (k, v) = (k.repeat_interleave(group, 0), v.repeat_interleave(group, 0));
        Tensor scores = q.matmul(k.transpose(1, 2)).div(Math.Sqrt(_shape.HeadSize));
        Tensor future = ones(x.shape[0], x.shape[0], ScalarType.Bool).triu(1);
        Tensor mixed = scores.masked_fill(future, double.NegativeInfinity).softmax(-1).matmul(v).transpose(0, 1).reshape(x.shape[0], -1);
        x = x.add(Linear(mixed, block + "self_attn.o_proj"));
        h = Norm(x, block + "post_attention_layernorm.weight");
        Tensor gate = Linear(h, block + "mlp.gate_proj");
        return x.add(Linear(gate.mul(gate.sigmoid()).mul(Linear(h, block + "mlp.up_proj")), block + "mlp.down_proj"));
    }

    /// <summary><c>[heads, time, size]</c>, normed and rotated where the model does so.</summary>
    private Tensor Heads(Tensor h, string module, int heads, string? norm, bool rotate)
    {
        Tensor projected = Linear(h, module).view(h.shape[0], heads, _shape.HeadSize).transpose(0, 1);
        if (norm is not null && _shape.HeadNorms) projected = Norm(projected, norm);
        if (!rotate) return projected;
        Tensor frequencies = tensor((double[])[.. RotaryEmbedding.Frequencies(_shape).Select(f => (double)f)]);
        Tensor angles = arange(h.shape[0], ScalarType.Float64).unsqueeze(-1).mul(frequencies);
        (Tensor cos, Tensor sin) = (angles.cos(), angles.sin());
        int half = _shape.HeadSize / 2;
        Tensor a = projected.narrow(-1, 0, half), b = projected.narrow(-1, half, half);
        return cat([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], -1);
    }

    private Tensor Linear(Tensor x, string module)
    {
        Tensor y = x.matmul(_weights[module + ".weight"].t());
        if (_weights.TryGetValue(module + ".bias", out Tensor? bias)) y = y.add(bias);
        return _adapters.TryGetValue(module + ".weight", out (Tensor A, Tensor B, double Scaling) adapter)
            ? y.add(x.matmul(adapter.A.t()).matmul(adapter.B.t()).mul(adapter.Scaling))
            : y;
    }

    private Tensor Norm(Tensor x, string name) =>
        x.div(x.square().mean([-1], keepdim: true).add(_shape.NormEpsilon).sqrt()).mul(_weights[name]);

    private static Tensor Trained(Transformer model, LoraLayer layer, string which) =>
        model.TrainableParameters.Single(p => p.Name == $"{Module(layer.Parameter)}.lora_{which}.weight").Value;

    private static string Module(string parameter) => parameter[..^".weight".Length];

    private static Tensor Leaf(Tensor value, bool trained) => value.detach().to(ScalarType.Float64).clone().requires_grad_(trained);
}
