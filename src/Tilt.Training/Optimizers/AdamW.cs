using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>
/// AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), the update of torch.optim.AdamW, over
/// float32 parameters. Deterministic: element by element, whatever the thread count.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly AdamWSlot[] _slots;
    private readonly AdamWOptions _options;

    /// <summary>An optimiser with moments at zero, each on the device of its parameter.</summary>
    /// <param name="parameters">Float32 leaf tensors, contiguous, with their names.</param>
    /// <param name="options">Decay rates and weight decay.</param>
    /// <exception cref="ArgumentException">A parameter is not float32 or not contiguous.</exception>
    public AdamW(IEnumerable<(string Name, Tensor Value)> parameters, AdamWOptions options)
        : this(parameters, options, value => value.device.type != TorchSharp.DeviceType.CPU)
    {
    }

    internal AdamW(IEnumerable<(string Name, Tensor Value)> parameters, AdamWOptions options, Func<Tensor, bool> byOperations)
    {
        _options = options;
        _slots = [.. parameters.Select(p =>
        {
            if (p.Value.dtype != ScalarType.Float32 || !p.Value.is_contiguous())
                throw new ArgumentException($"AdamW needs contiguous float32 parameters; '{p.Name}' "
                    + $"is {(p.Value.is_contiguous() ? $"{p.Value.dtype}" : "not contiguous")}.", nameof(parameters));
            return byOperations(p.Value) ? (AdamWSlot)new DeviceAdamWSlot(p.Name, p.Value) : new MemoryAdamWSlot(p.Name, p.Value);
        })];
    }

    /// <summary>Updates done.</summary>
    public int Steps { get; private set; }

    /// <summary>First and second moments by name (<c>NAME.mean</c>, <c>NAME.square</c>), row-major, to be read only.</summary>
    public IEnumerable<(string Name, float[] Values)> Moments
    {
        get
        {
            foreach (AdamWSlot slot in _slots)
            {
                (float[] mean, float[] square) = slot.Moments;
                yield return (slot.Name + ".mean", mean);
                yield return (slot.Name + ".square", square);
            }
        }
    }

    /// <summary>Puts saved moments in place.</summary>
    /// <param name="steps">Updates they come from.</param>
    /// <param name="read">Gives the values of a name of <see cref="Moments"/>.</param>
    /// <exception cref="ArgumentException">A moment has another size.</exception>
    public void Restore(int steps, Func<string, float[]> read)
    {
        foreach (AdamWSlot slot in _slots)
            slot.Restore(Read(slot.Name + ".mean", slot.Value.numel()), Read(slot.Name + ".square", slot.Value.numel()));
        Steps = steps;

        float[] Read(string name, long size)
        {
            float[] saved = read(name);
            return saved.Length == size
                ? saved
                : throw new ArgumentException($"The moment '{name}' has {saved.Length} values; the parameter has {size}.", nameof(read));
        }
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="learningRate">Learning rate of this update.</param>
    public void Step(double learningRate)
    {
        Steps++;
        double correction1 = 1 - Math.Pow(_options.Beta1, Steps), correction2 = 1 - Math.Pow(_options.Beta2, Steps);
        foreach (AdamWSlot slot in _slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Value.grad is { } gradient)
                slot.Update(gradient, _options, decay: 1 - learningRate * _options.WeightDecay, rate: learningRate / correction1,
                    scale: Math.Sqrt(correction2));
        }
    }

    /// <summary>Frees the moments that lie on other devices.</summary>
    public void Dispose()
    {
        foreach (AdamWSlot slot in _slots) slot.Dispose();
    }
}

/// <summary>Settings of <see cref="AdamW"/>.</summary>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root of the mean squared gradient.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01);
