using System.Runtime.InteropServices;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;
using Tilt.Torch.Tensors;
using Tilt.Torch.TrainingKernels;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <content>Weights in and out.</content>
public sealed partial class Transformer
{
    /// <summary>Loads a model in the Hugging Face layout; weights of any floating type are widened to float32.</summary>
    /// <exception cref="InputException">Configuration or weights are missing, damaged or do not fit together; the message lists every
    /// problem.</exception>
    public static Transformer Load(string folder, Device? device = null)
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        using SafetensorsCheckpoint weights = ModelWeights.Open(folder);
        CheckpointFit.Check(configuration, weights);
        return Create(configuration, (parameter, _) =>
        {
            using Tensor stored = weights.FileOf(parameter.Name).MapTensor(parameter.Name);
            return stored.to(ScalarType.Float32, copy: true);
        }, device);
    }

    /// <summary>
    /// Loads a model in the Hugging Face layout for use as it is or under an adapter: its matrices stay in the type they are stored in,
    /// on the CPU over the mapped files, so that loading copies nothing and several processes share one copy. They take no gradients.
    /// </summary>
    /// <exception cref="InputException">Configuration or weights are missing, damaged or do not fit together; the message lists every
    /// problem.</exception>
    public static Transformer LoadFrozen(string folder, Device? device = null)
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        using SafetensorsCheckpoint weights = ModelWeights.Open(folder);
        CheckpointFit.Check(configuration, weights);
        return Create(configuration, (parameter, _) =>
        {
            Tensor stored = weights.FileOf(parameter.Name).MapTensor(parameter.Name);
            // Norms and biases are small, and the sums they enter are float32.
            return parameter.Shape.Count == 1 || stored.dtype == ScalarType.Float64 ? stored.to(ScalarType.Float32, copy: true) : stored;
        }, device, frozen: true);
    }

    /// <summary>A model with random weights: a pure function of shape and seed.</summary>
    public static Transformer Initialize(ModelConfiguration configuration, uint seed, Device? device = null) =>
        Create(configuration,
            (parameter, index) => tensor(WeightInitialization.Values(configuration, parameter, index, seed), [.. parameter.Shape]), device);

    /// <summary>A float32 model of its own with the same weights, an adapter that is switched on merged into them.</summary>
    public Transformer Clone() => Create(Configuration, (parameter, _) =>
    {
        using Tensor merged = MergedOnCpu(parameter.Name);
        return merged.to(ScalarType.Float32, copy: true);
    }, Device);

    /// <summary>Takes over the weights of a model of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="InvalidOperationException">The weights are frozen.</exception>
    public void CopyFrom(Transformer source)
    {
        CheckWritable();
        using var grad = no_grad();
        foreach ((string name, Tensor value) in Parameters)
        {
            if (!source._byName.TryGetValue(name, out Tensor? other) || !other.shape.SequenceEqual(value.shape))
                throw new ArgumentException($"Parameter '{name}' is missing from the source model or has another shape there.",
                    nameof(source));
            value.copy_(other);
        }
    }

    /// <summary>Copies of all weights by name, row-major float32, an adapter that is switched on merged into them.</summary>
    public IReadOnlyDictionary<string, float[]> CopyWeights() =>
        Parameters.ToDictionary(p => p.Name, p =>
        {
            using var scope = NewDisposeScope();
            return MergedOnCpu(p.Name).to(ScalarType.Float32).contiguous().data<float>().ToArray();
        }, StringComparer.Ordinal);

    /// <summary>Copies the weights into arrays that <see cref="CopyWeights()"/> made: nothing is allocated.</summary>
    /// <param name="arrays">One array of the weights' size for every name.</param>
    /// <exception cref="ArgumentException">An array is missing or has another size.</exception>
    public void CopyWeights(IReadOnlyDictionary<string, float[]> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        foreach (NamedParameter parameter in Parameters)
        {
            using var scope = NewDisposeScope();
            Tensor merged = MergedOnCpu(parameter.Name).to(ScalarType.Float32).contiguous();
            if (!arrays.TryGetValue(parameter.Name, out float[]? array) || array.Length != merged.numel())
                throw new ArgumentException($"There is no array of {merged.numel()} numbers for the weights '{parameter.Name}'.",
                    nameof(arrays));
            merged.data<float>().CopyTo(array);
        }
    }

    /// <summary>
    /// Writes configuration and weights as a Hugging Face model folder that Transformers loads, an adapter that is switched on merged
    /// into the weights.
    /// </summary>
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
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"),
            Parameters.Select(p => new SafetensorsEntry(p.Name, weights, p.Value.shape, stream =>
            {
                using var scope = NewDisposeScope();
                MergedOnCpu(p.Name).to(type).ToSafetensors(p.Name).WriteTo(stream);
            })));
        ModelConfigurationWriter.Write(folder, Configuration, weights);
    }

    /// <summary>
    /// A parameter in CPU memory, in float32 with the adapter merged where that is switched on, else in its own type and perhaps its own
    /// memory.
    /// </summary>
    private Tensor MergedOnCpu(string name) =>
        ActiveAdapter?.Find(name) is { } layer ? Merged(_byName[name], layer) : _byName[name].detach().cpu().contiguous();

    private static Tensor Merged(Tensor weight, LoraLayer layer)
    {
        using var scope = NewDisposeScope();
        Tensor merged = weight.detach().cpu().to(ScalarType.Float32, copy: true).contiguous();
        // A span ends at 2³¹ − 1 bytes.
        int step = Math.Max(1, (1 << 28) / layer.Inputs);
        for (int row = 0; row < layer.Outputs; row += step)
            layer.AddTo(MemoryMarshal.Cast<byte, float>(merged.narrow(0, row, Math.Min(step, layer.Outputs - row)).bytes), row);
        return merged.MoveToOuterDisposeScope();
    }

    private void CheckWritable()
    {
        if (_readOnly)
            throw new InvalidOperationException(
                "The model's weights are frozen and may be the mapped files themselves; load it with Load to change them.");
    }

    private static Transformer Create(ModelConfiguration configuration, Func<ParameterShape, int, Tensor> value, Device? device,
        bool frozen = false)
    {
        Decoder.Features.Require(configuration, "The libtorch engine", "No engine trains such models.");
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var parameters = ParameterLayout.Of(configuration)
            .Select((shape, index) => new NamedParameter(shape.Name, value(shape, index).to(device ?? CPU).DetachFromDisposeScope()))
            .ToArray();
        foreach (NamedParameter parameter in parameters) parameter.Value.requires_grad = !frozen;
        return new Transformer(configuration, parameters, frozen, new BufferPool());
    }
}
