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

    public TorchWeights(Transformer model, ComputePrecision precision)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        (Configuration, Precision, Device) = (model.Configuration, precision, model.Device);
        Embedding = Own(model[ParameterLayout.Embedding].clone());
        FinalNorm = Own(model[ParameterLayout.FinalNorm].clone());
        Head = Configuration.TiedEmbeddings && precision == ComputePrecision.Float32 ? Embedding : Own(Cast(model.OutputMatrix));
        Blocks = [.. Enumerable.Range(0, Configuration.LayerCount).Select(layer => Block(model, ParameterLayout.Block(layer)))];
    }

    public ModelConfiguration Configuration { get; }

    public ComputePrecision Precision { get; }

    public Device Device { get; }

    /// <summary><c>[vocabulary, hidden]</c> float32.</summary>
    public Tensor Embedding { get; }

    public Tensor FinalNorm { get; }

    /// <summary><c>[vocabulary, hidden]</c> in the precision of the products.</summary>
    public Tensor Head { get; }

    public IReadOnlyList<TorchBlockWeights> Blocks { get; }

    public void Dispose()
    {
        foreach (Tensor tensor in owned) tensor.Dispose();
    }

    private TorchBlockWeights Block(Transformer model, string block)
    {
        Tensor Joined(params string[] names) => Own(Cast(cat([.. names.Select(name => model[block + name])], 0)));
        Tensor Norm(string name) => Own(model[block + name].clone());
        return new TorchBlockWeights(
            Norm("input_layernorm.weight"),
            Joined("self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"),
            Configuration.AttentionBias ? Own(cat([model[block + "self_attn.q_proj.bias"], model[block + "self_attn.k_proj.bias"], model[block + "self_attn.v_proj.bias"]], 0)) : null,
            Configuration.HeadNorms ? Norm("self_attn.q_norm.weight") : null,
            Configuration.HeadNorms ? Norm("self_attn.k_norm.weight") : null,
            Joined("self_attn.o_proj.weight"),
            Norm("post_attention_layernorm.weight"),
            Joined("mlp.gate_proj.weight", "mlp.up_proj.weight"),
            Joined("mlp.down_proj.weight"));
    }

    private Tensor Cast(Tensor weight) => weight.to(Linear.TypeOf(Precision), copy: true);

    private Tensor Own(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }
}
