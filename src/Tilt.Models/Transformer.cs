using System.Runtime.InteropServices;
using Tilt.Rollouts;
using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>A parameter of a model.</summary>
/// <param name="Name">Its name in Hugging Face checkpoints.</param>
/// <param name="Value">The float32 master, a leaf that gathers gradients.</param>
public sealed record NamedParameter(string Name, Tensor Value);

/// <summary>
/// A decoder-only transformer of the Llama, Qwen2 and Qwen3 families: RMSNorm, rotary embeddings, grouped-query attention,
/// SwiGLU. Parameters are float32 masters in one flat list. Differentiable; generation has its own engines.
/// </summary>
/// <remarks>
/// Different models may be used by different threads at the same time; one model by one thread at a time. Returned tensors belong
/// to the caller's dispose scope, temporaries never do.
/// </remarks>
public sealed class Transformer : IDisposable
{
    private readonly Dictionary<string, Tensor> byName;
    private (float[] Cosines, float[] Sines) rotary = ([], []);

    private Transformer(ModelConfiguration configuration, IReadOnlyList<NamedParameter> parameters)
    {
        Configuration = configuration;
        Parameters = parameters;
        byName = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        Fused = FusedDecoder.IsSupported(Device);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>All parameters in the order of <see cref="ParameterLayout"/>; a tied matrix appears once.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => Parameters[0].Value.device;

    /// <summary>Number of weights; a tied matrix counts once.</summary>
    public long ParameterCount => Parameters.Sum(p => p.Value.numel());

    /// <summary>A parameter by its Hugging Face name.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such parameter.</exception>
    public Tensor this[string name] => byName[name];

    /// <summary>
    /// Whether a model on the CPU trains by this library's own kernels in a precision. They have threads of their own
    /// (<see cref="Threads"/>); libtorch is then best left with one, because its idle threads spin on the cores that the kernels need.
    /// </summary>
    public static bool HasOwnKernels(ComputePrecision precision) => precision == ComputePrecision.Float32 && FusedDecoder.IsSupported(CPU);

    /// <summary>Threads of the fused kernels; results may differ in the last bits between numbers of threads. Default 1.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Whether the fused kernels run; settable for tests that compare them with libtorch's own operations.</summary>
    internal bool Fused { get; set; }

    /// <summary>Working memory of the fused kernels.</summary>
    internal BufferPool Buffers { get; } = new();

    internal Tensor OutputMatrix => byName[Configuration.TiedEmbeddings ? ParameterLayout.Embedding : ParameterLayout.Output];

    /// <summary>Loads a model in the Hugging Face layout; weights of any floating type are widened to float32.</summary>
    /// <exception cref="InputException">Configuration or weights are missing, damaged or do not fit together; the message lists every problem.</exception>
    public static Transformer Load(string folder, Device? device = null)
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        using SafetensorsCheckpoint weights = SafetensorsCheckpoint.Open(folder);
        CheckpointFit.Check(configuration, weights);
        return Create(configuration, (parameter, _) =>
        {
            using Tensor stored = weights.FileOf(parameter.Name).ReadTensor(parameter.Name);
            return stored.to(ScalarType.Float32, copy: true);
        }, device);
    }

    /// <summary>A model with random weights: a pure function of shape and seed.</summary>
    public static Transformer Initialize(ModelConfiguration configuration, uint seed, Device? device = null) =>
        Create(configuration, (parameter, index) => tensor(WeightInitialization.Values(configuration, parameter, index, seed), [.. parameter.Shape]), device);

    /// <summary>A model of its own with the same weights.</summary>
    public Transformer Clone() => Create(Configuration, (parameter, _) => this[parameter.Name].detach().clone(), Device);

    /// <summary>Takes over the weights of a model of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyFrom(Transformer source)
    {
        using var grad = no_grad();
        foreach ((string name, Tensor value) in Parameters)
        {
            if (!source.byName.TryGetValue(name, out Tensor? other) || !other.shape.SequenceEqual(value.shape))
                throw new ArgumentException($"Parameter '{name}' is missing from the source model or has another shape there.", nameof(source));
            value.copy_(other);
        }
    }

    /// <summary>Adds s·B·A of every layer of an adapter to the weights.</summary>
    /// <exception cref="ArgumentException">The adapter was made for another shape.</exception>
    public void Merge(LoraAdapter adapter)
    {
        using var grad = no_grad();
        foreach (LoraLayer layer in adapter.Layers)
        {
            if (!byName.TryGetValue(layer.Parameter, out Tensor? value) || !value.shape.SequenceEqual([layer.Outputs, layer.Inputs]))
                throw new ArgumentException($"The adapter's layer '{layer.Parameter}' of {layer.Outputs} × {layer.Inputs} is none of the model's.", nameof(adapter));
            using var scope = NewDisposeScope();
            Tensor merged = value.detach().cpu().contiguous();
            // A span ends at 2³¹ − 1 bytes.
            int step = Math.Max(1, (1 << 28) / layer.Inputs);
            for (int row = 0; row < layer.Outputs; row += step)
                layer.AddTo(MemoryMarshal.Cast<byte, float>(merged.narrow(0, row, Math.Min(step, layer.Outputs - row)).bytes), row);
            if (Device.type != TorchSharp.DeviceType.CPU) value.copy_(merged);
        }
    }

    /// <summary>Copies of all weights by name, row-major float32.</summary>
    public IReadOnlyDictionary<string, float[]> CopyWeights() =>
        Parameters.ToDictionary(p => p.Name, p =>
        {
            using var scope = NewDisposeScope();
            return p.Value.detach().cpu().contiguous().data<float>().ToArray();
        }, StringComparer.Ordinal);

    /// <summary>Writes configuration and weights as a Hugging Face model folder that Transformers loads.</summary>
    /// <param name="folder">Where; made when missing.</param>
    /// <param name="weights">Element type on disk: F32 (exact), BF16 or F16 (rounded).</param>
    /// <exception cref="ArgumentException">Another element type was asked for.</exception>
    public void Save(string folder, SafetensorsType weights = SafetensorsType.F32)
    {
        ScalarType type = weights switch
        {
            SafetensorsType.F32 => ScalarType.Float32,
            SafetensorsType.BF16 => ScalarType.BFloat16,
            SafetensorsType.F16 => ScalarType.Float16,
            _ => throw new ArgumentException($"Weights can be saved as F32, BF16 or F16, not {weights}.", nameof(weights)),
        };
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), Parameters.Select(p => p.Value.detach().to(type).ToSafetensors(p.Name)));
        ModelConfigurationWriter.Write(folder, Configuration, weights);
    }

    /// <summary>
    /// Float32 log-probabilities in nats of all response tokens, sequence after sequence, <c>[sum of response lengths]</c>, with
    /// gradient. Prompt positions get no logits.
    /// </summary>
    /// <exception cref="ArgumentException">The batch or a prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    public Tensor ResponseLogProbabilities(IReadOnlyList<TokenSequence> batch, ComputePrecision precision = ComputePrecision.Float32) =>
        LogProbabilities(PackedBatch.OfResponses(batch, Configuration), new(precision, WithEntropies: false));

    /// <summary>Like <see cref="ResponseLogProbabilities"/>, with the entropies of the same distributions in nats, without gradient.</summary>
    /// <exception cref="ArgumentException">The batch or a prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    public (Tensor LogProbabilities, Tensor Entropies) ResponseLogProbabilitiesAndEntropies(IReadOnlyList<TokenSequence> batch, ComputePrecision precision = ComputePrecision.Float32)
    {
        var options = new TokenLogProbabilities.Options(precision, WithEntropies: true);
        Tensor logProbabilities = LogProbabilities(PackedBatch.OfResponses(batch, Configuration), options);
        return (logProbabilities, options.Entropies!);
    }

    /// <summary>Float32 log-probabilities in nats of every token but the first, with gradient: for pretraining.</summary>
    /// <param name="ids">Token ids, <c>[batch, time]</c> int64, time at least 2.</param>
    /// <param name="precision">Precision of the matrix products.</param>
    /// <returns><c>[batch, time − 1]</c>.</returns>
    /// <exception cref="ArgumentException">The shape is another, or an id is outside the vocabulary.</exception>
    public Tensor NextTokenLogProbabilities(Tensor ids, ComputePrecision precision = ComputePrecision.Float32)
    {
        if (ids.shape is not [> 0, >= 2]) throw new ArgumentException($"Ids of shape [batch, time] with at least two tokens are needed, not [{string.Join(", ", ids.shape)}].", nameof(ids));
        using var scope = NewDisposeScope();
        ReadOnlySpan<long> values = MemoryMarshal.Cast<byte, long>(ids.cpu().to(ScalarType.Int64).contiguous().bytes);
        PackedBatch batch = PackedBatch.OfDocuments(values, (int)ids.shape[1], Configuration);
        return LogProbabilities(batch, new(precision, WithEntropies: false)).view(ids.shape[0], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Float32 logits of one sequence at every position, <c>[time, vocabulary]</c>: for tests and small models.</summary>
    /// <exception cref="ArgumentException">The sequence is empty or too long, or an id is outside the vocabulary.</exception>
    public Tensor Logits(int[] ids, ComputePrecision precision = ComputePrecision.Float32)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = Decoder.HiddenStates(this, PackedBatch.OfResponses([new TokenSequence(ids, [])], Configuration), precision);
        return Linear.Apply(Decoder.RmsNorm(hidden, this[ParameterLayout.FinalNorm], Configuration.NormEpsilon), OutputMatrix, precision).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        foreach (NamedParameter parameter in Parameters) parameter.Value.Dispose();
        Buffers.Dispose();
    }

    /// <summary>Cosines and sines of at least <paramref name="length"/> positions, <c>[positions × head size / 2]</c>.</summary>
    internal (float[] Cosines, float[] Sines) RotaryTables(int length)
    {
        int half = Configuration.HeadSize / 2;
        if (rotary.Cosines.Length < length * half)
            rotary = RotaryEmbedding.Tables(Configuration, Math.Min(Configuration.ContextLength, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)));
        return rotary;
    }

    private Tensor LogProbabilities(PackedBatch batch, TokenLogProbabilities.Options options)
    {
        if (batch.SequenceCount == 0) throw new ArgumentException("The batch is empty; at least one sequence is needed.", nameof(batch));
        using var scope = NewDisposeScope();
        Tensor logProbabilities = Fused && options.Precision == ComputePrecision.Float32
            ? FusedDecoder.LogProbabilities(this, batch, options)
            : TokenLogProbabilities.Of(Decoder.OutputStates(this, batch, options.Precision), OutputMatrix, tensor(batch.Targets, device: Device), options);
        options.Entropies?.MoveToOuterDisposeScope();
        return logProbabilities.MoveToOuterDisposeScope();
    }

    private static Transformer Create(ModelConfiguration configuration, Func<ParameterShape, int, Tensor> value, Device? device)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var parameters = ParameterLayout.Of(configuration)
            .Select((shape, index) => new NamedParameter(shape.Name, value(shape, index).to(device ?? CPU).DetachFromDisposeScope()))
            .ToArray();
        foreach (NamedParameter parameter in parameters) parameter.Value.requires_grad = true;
        return new Transformer(configuration, parameters);
    }
}
