using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tilt.Training;

/// <summary>
/// AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), the update of torch.optim.AdamW, over
/// float32 parameters in CPU memory. Deterministic: element by element, whatever the thread count.
/// </summary>
public sealed class AdamW
{
    private readonly (string Name, Tensor Value, float[] Mean, float[] Square)[] _slots;
    private readonly AdamWOptions _options;

    /// <summary>An optimiser with moments at zero.</summary>
    /// <param name="parameters">Float32 leaf tensors on the CPU, contiguous, with their names.</param>
    /// <param name="options">Decay rates and weight decay.</param>
    /// <exception cref="ArgumentException">A parameter is not float32, not contiguous or not on the CPU.</exception>
    public AdamW(IEnumerable<(string Name, Tensor Value)> parameters, AdamWOptions options)
    {
        _options = options;
        _slots = [.. parameters.Select(p => (p.Name, p.Value, new float[p.Value.numel()], new float[p.Value.numel()]))];
        foreach (var slot in _slots)
        {
            if (slot.Value.dtype != ScalarType.Float32 || slot.Value.device.type != TorchSharp.DeviceType.CPU || !slot.Value.is_contiguous())
                throw new ArgumentException($"AdamW needs contiguous float32 parameters in CPU memory; '{slot.Name}' is {slot.Value.dtype} on {slot.Value.device}.", nameof(parameters));
        }
    }

    /// <summary>Updates done.</summary>
    public int Steps { get; private set; }

    /// <summary>First and second moments by name (<c>NAME.mean</c>, <c>NAME.square</c>); the arrays are the optimiser's own.</summary>
    public IEnumerable<(string Name, float[] Values)> Moments
    {
        get
        {
            foreach (var slot in _slots)
            {
                yield return (slot.Name + ".mean", slot.Mean);
                yield return (slot.Name + ".square", slot.Square);
            }
        }
    }

    /// <summary>Puts saved moments in place.</summary>
    /// <param name="steps">Updates they come from.</param>
    /// <param name="read">Gives the values of a name of <see cref="Moments"/>.</param>
    /// <exception cref="ArgumentException">A moment has another size.</exception>
    public void Restore(int steps, Func<string, float[]> read)
    {
        foreach (var (name, values) in Moments)
        {
            float[] saved = read(name);
            if (saved.Length != values.Length) throw new ArgumentException($"The moment '{name}' has {saved.Length} values; the parameter has {values.Length}.", nameof(read));
            saved.CopyTo(values, 0);
        }

        Steps = steps;
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="learningRate">Learning rate of this update.</param>
    public void Step(double learningRate)
    {
        Steps++;
        double correction1 = 1 - Math.Pow(_options.Beta1, Steps), correction2 = 1 - Math.Pow(_options.Beta2, Steps);
        foreach (var (_, value, mean, square) in _slots)
        {
            using var scope = NewDisposeScope();
            if (value.grad is not { } gradient) continue;
            Update(
                MemoryMarshal.Cast<byte, float>(value.bytes),
                MemoryMarshal.Cast<byte, float>(gradient.contiguous().bytes),
                mean,
                square,
                (float)(1 - learningRate * _options.WeightDecay),
                (float)(learningRate / correction1),
                (float)Math.Sqrt(correction2));
        }
    }

    private void Update(Span<float> values, ReadOnlySpan<float> gradients, Span<float> means, Span<float> squares, float decay, float rate, float scale)
    {
        float b1 = (float)_options.Beta1, b2 = (float)_options.Beta2, epsilon = (float)_options.Epsilon;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = new(gradients[i..]);
            Vector<float> m = new Vector<float>(means[i..]) * b1 + g * (1 - b1);
            Vector<float> v = new Vector<float>(squares[i..]) * b2 + g * g * (1 - b2);
            Vector<float> p = new Vector<float>(values[i..]) * decay - m * rate / (Vector.SquareRoot(v) / new Vector<float>(scale) + new Vector<float>(epsilon));
            m.CopyTo(means[i..]);
            v.CopyTo(squares[i..]);
            p.CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            means[i] = means[i] * b1 + gradients[i] * (1 - b1);
            squares[i] = squares[i] * b2 + gradients[i] * gradients[i] * (1 - b2);
            values[i] = values[i] * decay - means[i] * rate / (MathF.Sqrt(squares[i]) / scale + epsilon);
        }
    }
}

/// <summary>Settings of <see cref="AdamW"/>.</summary>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root of the mean squared gradient.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01);
