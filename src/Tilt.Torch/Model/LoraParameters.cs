using Tilt.HuggingFace.Adapters;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>A low-rank adapter as trainable tensors: float32 masters of every A and B, leaves that gather gradients.</summary>
internal sealed class LoraParameters : IDisposable
{
    private readonly LoraConfiguration _configuration;
    private readonly (LoraLayer Layer, Tensor A, Tensor B)[] _layers;
    private readonly Dictionary<string, int> _byParameter;

    /// <summary>Tensors with the adapter's numbers.</summary>
    public LoraParameters(LoraAdapter adapter, Device device)
    {
        _configuration = adapter.Configuration;
        _layers = [.. adapter.Layers.Select(l => (l with { A = [], B = [] }, Leaf(l.A, l.Rank, device), Leaf(l.B, l.Outputs, device)))];
        _byParameter = _layers.Select((l, i) => (l.Layer.Parameter, i)).ToDictionary(StringComparer.Ordinal);
        Parameters = [.. _layers.SelectMany(
            l => new NamedParameter[] { new(l.Layer.Module + ".lora_A.weight", l.A), new(l.Layer.Module + ".lora_B.weight", l.B) })];
    }

    /// <summary>A and B of every layer, in the order of the layout.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; }

    /// <summary>A <c>[rank, inputs]</c>, B <c>[outputs, rank]</c> and s of the layer that adapts a parameter, or null.</summary>
    public (Tensor A, Tensor B, float Scaling)? Of(string parameter) =>
        _byParameter.TryGetValue(parameter, out int index)
            ? (_layers[index].A, _layers[index].B, (float)_layers[index].Layer.Scaling)
            : null;

    /// <summary>W + s·B·A with gradient; W itself when it is not adapted.</summary>
    public Tensor Effective(string parameter, Tensor weight) =>
        Of(parameter) is var (a, b, scaling) ? weight.addmm(b, a, 1, scaling) : weight;

    /// <summary>The layer that adapts a parameter with its present numbers, or null.</summary>
    public LoraLayer? Find(string parameter) => _byParameter.TryGetValue(parameter, out int index) ? Copy(_layers[index]) : null;

    /// <summary>The adapter with its present numbers.</summary>
    public LoraAdapter Copy() => new(_configuration, [.. _layers.Select(Copy)]);

    /// <summary>Takes over the numbers of an adapter of the same layers and ranks.</summary>
    /// <exception cref="ArgumentException">The layers differ.</exception>
    public void CopyFrom(LoraAdapter source)
    {
        using var grad = no_grad();
        if (!source.Layers.Select(l => l with { A = [], B = [] }).SequenceEqual(_layers.Select(l => l.Layer)))
            throw new ArgumentException("The adapters have other layers, ranks or scalings.", nameof(source));
        foreach ((LoraLayer layer, (_, Tensor a, Tensor b)) in source.Layers.Zip(_layers))
        {
            using var scope = NewDisposeScope();
            a.copy_(tensor(layer.A).view(a.shape));
            b.copy_(tensor(layer.B).view(b.shape));
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor a, Tensor b) in _layers)
        {
            a.Dispose();
            b.Dispose();
        }
    }

    private static Tensor Leaf(float[] values, int rows, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor leaf = tensor(values).view(rows, -1).to(device, copy: true).DetachFromDisposeScope();
        leaf.requires_grad = true;
        return leaf;
    }

    private static LoraLayer Copy((LoraLayer Layer, Tensor A, Tensor B) layer)
    {
        using var scope = NewDisposeScope();
        return layer.Layer with { A = layer.A.detach().cpu().data<float>().ToArray(), B = layer.B.detach().cpu().data<float>().ToArray() };
    }
}
