using System.Numerics;
using System.Runtime.InteropServices;
using Tilt.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>A parameter with its moments.</summary>
internal abstract class AdamWSlot(string name, Tensor value) : IDisposable
{
    public string Name => name;

    public Tensor Value => value;

    /// <summary>First and second moments, row-major.</summary>
    public abstract (float[] Mean, float[] Square) Moments { get; }

    /// <summary>Puts saved moments of the parameter's size in place.</summary>
    public abstract void Restore(float[] mean, float[] square);

    /// <summary>p ← decay·p − rate·m / (√v / scale + ε), with m and v the updated moments of the parameter's gradient.</summary>
    public abstract void Update(Tensor gradient, AdamWOptions options, double decay, double rate, double scale);

    public virtual void Dispose()
    {
    }
}

/// <summary>A parameter in CPU memory: one pass over it, element by element.</summary>
internal sealed class MemoryAdamWSlot(string name, Tensor value) : AdamWSlot(name, value)
{
    private readonly float[] _means = new float[value.numel()], _squares = new float[value.numel()];

    public override (float[] Mean, float[] Square) Moments => (_means, _squares);

    public override void Restore(float[] mean, float[] square)
    {
        mean.CopyTo(_means, 0);
        square.CopyTo(_squares, 0);
    }

    public override void Update(Tensor gradient, AdamWOptions options, double decay, double rate, double scale) =>
        Update(MemoryMarshal.Cast<byte, float>(Value.bytes), MemoryMarshal.Cast<byte, float>(gradient.contiguous().bytes), options,
            (float)decay, (float)rate, (float)scale);

    private void Update(Span<float> values, ReadOnlySpan<float> gradients, AdamWOptions options, float decay, float rate, float scale)
    {
        float b1 = (float)options.Beta1, b2 = (float)options.Beta2, epsilon = (float)options.Epsilon;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = new(gradients[i..]);
            Vector<float> m = new Vector<float>(_means, i) * b1 + g * (1 - b1);
            Vector<float> v = new Vector<float>(_squares, i) * b2 + g * g * (1 - b2);
            Vector<float> p = new Vector<float>(values[i..]) * decay
                - m * rate / (Vector.SquareRoot(v) / new Vector<float>(scale) + new Vector<float>(epsilon));
            m.CopyTo(_means, i);
            v.CopyTo(_squares, i);
            p.CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            _means[i] = _means[i] * b1 + gradients[i] * (1 - b1);
            _squares[i] = _squares[i] * b2 + gradients[i] * gradients[i] * (1 - b2);
            values[i] = values[i] * decay - _means[i] * rate / (MathF.Sqrt(_squares[i]) / scale + epsilon);
        }
    }
}

/// <summary>A parameter on any device, updated by libtorch's operations there.</summary>
internal sealed class DeviceAdamWSlot(string name, Tensor value) : AdamWSlot(name, value)
{
    private readonly Tensor _means = Zeros(value), _squares = Zeros(value);

    public override (float[] Mean, float[] Square) Moments => (Copy(_means), Copy(_squares));

    public override void Restore(float[] mean, float[] square)
    {
        using var scope = NewDisposeScope();
        _means.copy_(tensor(mean).view(_means.shape));
        _squares.copy_(tensor(square).view(_squares.shape));
    }

    public override void Update(Tensor gradient, AdamWOptions options, double decay, double rate, double scale)
    {
        using var grad = no_grad();
        using Scalar weight = (1 - options.Beta2).ToScalar(), step = (-rate).ToScalar();
        _means.TimesInPlace(options.Beta1).PlusInPlace(gradient, 1 - options.Beta1);
        _squares.TimesInPlace(options.Beta2).addcmul_(gradient, gradient, weight);
        Value.TimesInPlace(decay).addcdiv_(_means, _squares.sqrt().TimesInPlace(1 / scale).Plus(options.Epsilon), step);
    }

    public override void Dispose()
    {
        base.Dispose();
        _means.Dispose();
        _squares.Dispose();
    }

    private static Tensor Zeros(Tensor value)
    {
        using var grad = no_grad();
        return zeros_like(value).DetachFromDisposeScope();
    }

    private static float[] Copy(Tensor moments)
    {
        using Tensor there = moments.cpu();
        return there.data<float>().ToArray();
    }
}
