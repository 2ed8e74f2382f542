using Tilt.HuggingFace.Architecture;
using Tilt.Torch.Decoding;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.DeviceEngine;

/// <summary>
/// The weights of a block as generation uses them: cast once, matrices that read the same input joined into one. Norms and
/// biases are float32; the norm of queries and keys is <c>[query heads + key heads, head size]</c>.
/// </summary>
internal sealed record TorchBlockWeights(
    Tensor AttentionNorm, JoinedLinear QueryKeyValue, Tensor? QueryKeyValueBias, Tensor? QueryKeyNorm,
    JoinedLinear Output, Tensor MlpNorm, JoinedLinear GateUp, JoinedLinear Down);

/// <summary>Linear layers of the same input.</summary>
/// <param name="Matrix">Their matrices <c>[outputs, inputs]</c>, one below the other, in the precision of the products.</param>
/// <param name="Adapters">What adapters add: the first output, A <c>[rank, inputs]</c> and s·B <c>[outputs, rank]</c>, float32.</param>
internal sealed record JoinedLinear(Tensor Matrix, IReadOnlyList<(long First, Tensor A, Tensor B)> Adapters);

/// <summary>A snapshot of a model's weights for generation, independent of later training steps.</summary>
internal sealed class TorchWeights : IDisposable
{
    private readonly List<Tensor> _owned = [];
    private readonly IWeightSource _source;

    public TorchWeights(IWeightSource source, ComputePrecision precision)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        (this._source, Configuration, Precision, Device) = (source, source.Configuration, precision, source.Device);
        Embedding = Own(Matrix(ParameterLayout.Embedding));
        FinalNorm = Own(Vector(ParameterLayout.FinalNorm));
        Head = Configuration.TiedEmbeddings ? Embedding : Own(Matrix(ParameterLayout.Output));
        Blocks = [.. Enumerable.Range(0, Configuration.LayerCount).Select(layer => Block(ParameterLayout.Block(layer)))];
    }

    private TorchWeights(TorchWeights owner)
    {
        (_source, Configuration, Precision, Device) = (owner._source, owner.Configuration, owner.Precision, owner.Device);
        (Embedding, FinalNorm, Head) = (owner.Embedding, owner.FinalNorm, owner.Head);
        static JoinedLinear Plain(JoinedLinear layer) => layer with { Adapters = [] };
        Blocks = [.. owner.Blocks.Select(block => block with
        {
            QueryKeyValue = Plain(block.QueryKeyValue),
            Output = Plain(block.Output),
            GateUp = Plain(block.GateUp),
            Down = Plain(block.Down),
        })];
    }

    public ModelConfiguration Configuration { get; }

    public ComputePrecision Precision { get; }

    public Device Device { get; }

    /// <summary><c>[vocabulary, hidden]</c> in the precision of the products.</summary>
    public Tensor Embedding { get; }

    public Tensor FinalNorm { get; }

    /// <summary><c>[vocabulary, hidden]</c> in the precision of the products.</summary>
    public Tensor Head { get; }

    public IReadOnlyList<TorchBlockWeights> Blocks { get; }

    /// <summary>The same weights without adapters; they stay owned by this object.</summary>
    public TorchWeights WithoutAdapters() => new(this);

    public void Dispose()
    {
        foreach (Tensor tensor in _owned) tensor.Dispose();
    }

    private TorchBlockWeights Block(string block)
    {
        using var scope = NewDisposeScope();
        Tensor Norm(string name) => Own(Vector(block + name));
        Tensor PerHead(string name, int heads) => Vector(block + name).expand(heads, -1);
        return new TorchBlockWeights(
            Norm("input_layernorm.weight"),
            Joined(block + "self_attn.q_proj.weight", block + "self_attn.k_proj.weight", block + "self_attn.v_proj.weight"),
            Configuration.AttentionBias
                ? Own(cat([Vector(block + "self_attn.q_proj.bias"), Vector(block + "self_attn.k_proj.bias"),
                    Vector(block + "self_attn.v_proj.bias")], 0))
                : null,
            Configuration.HeadNorms
                ? Own(cat([PerHead("self_attn.q_norm.weight", Configuration.HeadCount),
                    PerHead("self_attn.k_norm.weight", Configuration.KeyValueHeadCount)], 0))
                : null,
            Joined(block + "self_attn.o_proj.weight"),
            Norm("post_attention_layernorm.weight"),
            Joined(block + "mlp.gate_proj.weight", block + "mlp.up_proj.weight"),
            Joined(block + "mlp.down_proj.weight"));
    }

    private JoinedLinear Joined(params string[] names)
    {
        Tensor[] parts = [.. names.Select(Matrix)];
        var adapters = new List<(long, Tensor, Tensor)>();
        long first = 0;
        for (int i = 0; i < names.Length; first += parts[i++].shape[0])
        {
            if (_source.Adapter(names[i]) is not { } layer) continue;
            Tensor a = tensor(layer.A).view(layer.Rank, layer.Inputs).to(Device),
                b = tensor(layer.B).Times(layer.Scaling).view(layer.Outputs, layer.Rank).to(Device);
            adapters.Add((first, Own(a), Own(b)));
        }
        return new JoinedLinear(Own(parts.Length == 1 ? parts[0] : cat(parts, 0)), adapters);
    }

    private Tensor Matrix(string name) => Copy(name, Linear.TypeOf(Precision));

    private Tensor Vector(string name) => Copy(name, ScalarType.Float32);

    /// <summary>A copy of its own: what the source holds may change, or be unmapped.</summary>
    private Tensor Copy(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor stored = _source.Read(name), there = stored.to(Device);
        // Converted where it goes: the stored numbers are the fewer bytes to carry.
        Tensor copy = there.to(type, copy: Device.type == TorchSharp.DeviceType.CPU);
        _source.Release(name);
        return copy.MoveToOuterDisposeScope();
    }

    private Tensor Own(Tensor tensor)
    {
        _owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }
}
