using Tilt.HuggingFace.Architecture;
using Tilt.Torch.Tensors;
using Tilt.Torch.TrainingKernels;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>A parameter of a model.</summary>
/// <param name="Name">Its name in Hugging Face checkpoints.</param>
/// <param name="Value">The float32 master, a leaf that gathers gradients; or a frozen weight in the type it is stored in.</param>
public sealed record NamedParameter(string Name, Tensor Value);

/// <summary>
/// A decoder-only transformer of one of the <see cref="HuggingFace.Families.ModelFamilies"/>: RMSNorm, rotary embeddings, grouped-query
/// attention, SwiGLU. Differentiable; generation has its own engines. Trained are all parameters, float32 masters in one flat list, or a
/// low-rank adapter beside frozen weights.
/// </summary>
/// <remarks>
/// Different models may be used by different threads at the same time; one model by one thread at a time. Returned tensors belong
/// to the caller's dispose scope, temporaries never do, but for one: where a small model's adapter is trained by the fused kernels,
/// the merged weights stay in that scope for the backward pass.
/// </remarks>
public sealed partial class Transformer : IDisposable
{
    /// <summary>
    /// Weights up to which the fused kernels run with an adapter or frozen weights: they take full matrices and their gradients, which a
    /// large model has no room for.
    /// </summary>
    private const long LargestFused = 1 << 26;

    private readonly Dictionary<string, Tensor> _byName;
    private readonly bool _readOnly;
    private LoraParameters? _adapter;
    private (float[] Cosines, float[] Sines) _rotary = ([], []);

    private Transformer(ModelConfiguration configuration, IReadOnlyList<NamedParameter> parameters, bool readOnly, BufferPool buffers)
    {
        Configuration = configuration;
        Parameters = parameters;
        this._readOnly = readOnly;
        Buffers = buffers;
        _byName = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        Fused = FusedDecoder.IsSupported(Device) && FusedDecoder.Features.Cover(configuration);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>All parameters of the model itself in the order of <see cref="ParameterLayout"/>; a tied matrix appears once.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; }

    /// <summary>
    /// What gathers gradients: the adapter's A and B (<c>….q_proj.lora_A.weight</c>) where there is an adapter, else all parameters, and
    /// nothing of a frozen model without one.
    /// </summary>
    public IReadOnlyList<NamedParameter> TrainableParameters => _adapter?.Parameters ?? (_readOnly ? [] : Parameters);

    /// <summary>The name of the first trainable parameter that holds NaN or infinity; null where all are finite.</summary>
    public string? FirstNotFinite()
    {
        using var scope = NewDisposeScope();
        return TrainableParameters.FirstOrDefault(p => !p.Value.isfinite().all().item<bool>())?.Name;
    }

    /// <summary>Whether the weights themselves never change, so that others may use them in place.</summary>
    internal bool IsFrozen => _readOnly;

    /// <summary>Whether there is an adapter and it is switched on.</summary>
    public bool UsesAdapter => ActiveAdapter is not null;

    /// <summary>
    /// Whether the backward pass computes every block again instead of keeping its activations: memory for one block instead of all, for
    /// about a third more work. Gradients are the same.
    /// </summary>
    public bool CheckpointActivations { get; set; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => Parameters[0].Value.device;

    /// <summary>Number of weights; a tied matrix counts once.</summary>
    public long ParameterCount => Parameters.Sum(p => p.Value.numel());

    /// <summary>A parameter by its Hugging Face name.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such parameter.</exception>
    public Tensor this[string name] => _byName[name];

    /// <summary>
    /// Whether a model on the CPU trains by this library's own kernels in a precision. They have threads of their own
    /// (<see cref="Threads"/>); libtorch is then best left with one, because its idle threads spin on the cores that the kernels need.
    /// </summary>
    public static bool HasOwnKernels(ComputePrecision precision) => precision == ComputePrecision.Float32 && FusedDecoder.IsSupported(CPU);

    /// <summary>Threads of the fused kernels; results may differ in the last bits between numbers of threads. Default 1.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Whether the fused kernels run; settable for tests that compare them with libtorch's own operations.</summary>
    internal bool Fused { get; set; }

    /// <summary>Attention scores that exist at once where no gradients are wanted; settable for tests.</summary>
    internal long AttentionElements { get; set; } = 1L << 28;

    /// <summary>Working memory of the fused kernels.</summary>
    internal BufferPool Buffers { get; }

    /// <summary>The adapter where there is one and it is switched on.</summary>
    internal LoraParameters? ActiveAdapter { get; private set; }

    internal Tensor OutputMatrix => _byName[Configuration.TiedEmbeddings ? ParameterLayout.Embedding : ParameterLayout.Output];

    /// <summary>Frees the parameters and the adapter's.</summary>
    public void Dispose()
    {
        _adapter?.Dispose();
        foreach (NamedParameter parameter in Parameters) parameter.Value.Dispose();
        Buffers.Dispose();
    }
}
