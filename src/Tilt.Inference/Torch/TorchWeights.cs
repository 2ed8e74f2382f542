using Tilt.Models;
using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>
/// The weights of a block as generation uses them: cast once, matrices that read the same input joined into one.
/// Matrices are <c>[outputs, inputs]</c>; norms and biases are float32.
/// </summary>
internal sealed record TorchBlockWeights(
    Tensor AttentionNorm, Tensor QueryKeyValue, Tensor? QueryKeyValueBias, Tensor? QueryNorm, Tensor? KeyNorm,
    Tensor Output, Tensor MlpNorm, Tensor GateUp, Tensor Down);

/// <summary>A snapshot of a model's weights for generation, independent of later training steps.</summary>
internal sealed class TorchWeights : IDisposable
{
    private readonly List<Tensor> owned = [];
    private readonly IWeightSource source;

    public TorchWeights(IWeightSource source, ComputePrecision precision)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        (this.source, Configuration, Precision, Device) = (source, source.Configuration, precision, source.Device);
        Embedding = Own(Matrix(ParameterLayout.Embedding));
        FinalNorm = Own(Vector(ParameterLayout.FinalNorm));
        Head = Configuration.TiedEmbeddings ? Embedding : Own(Matrix(ParameterLayout.Output));
        Blocks = [.. Enumerable.Range(0, Configuration.LayerCount).Select(layer => Block(ParameterLayout.Block(layer)))];
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

    public void Dispose()
    {
        foreach (Tensor tensor in owned) tensor.Dispose();
    }

    private TorchBlockWeights Block(string block)
    {
        using var scope = NewDisposeScope();
        Tensor Joined(params string[] names) => Own(names.Length == 1 ? Matrix(block + names[0]) : cat([.. names.Select(name => Matrix(block + name))], 0));
        Tensor Norm(string name) => Own(Vector(block + name));
        return new TorchBlockWeights(
            Norm("input_layernorm.weight"),
            Joined("self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"),
            Configuration.AttentionBias ? Own(cat([Vector(block + "self_attn.q_proj.bias"), Vector(block + "self_attn.k_proj.bias"), Vector(block + "self_attn.v_proj.bias")], 0)) : null,
            Configuration.HeadNorms ? Norm("self_attn.q_norm.weight") : null,
            Configuration.HeadNorms ? Norm("self_attn.k_norm.weight") : null,
            Joined("self_attn.o_proj.weight"),
            Norm("post_attention_layernorm.weight"),
            Joined("mlp.gate_proj.weight", "mlp.up_proj.weight"),
            Joined("mlp.down_proj.weight"));
    }

    private Tensor Matrix(string name) => Copy(name, Linear.TypeOf(Precision));

    private Tensor Vector(string name) => Copy(name, ScalarType.Float32);

    /// <summary>A copy of its own: what the source holds may change, or be unmapped.</summary>
    private Tensor Copy(string name, ScalarType type)
    {
        using Tensor stored = source.Read(name);
        Tensor copy = stored.to(type, Device, copy: true);
        source.Release(name);
        return copy;
    }

    private Tensor Own(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }
}
