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
    private readonly float[] means = new float[value.numel()], squares = new float[value.numel()];

    public override (float[] Mean, float[] Square) Moments => (means, squares);

    public override void Restore(float[] mean, float[] square)
    {
        mean.CopyTo(means, 0);
        square.CopyTo(squares, 0);
    }

    public override void Update(Tensor gradient, AdamWOptions options, double decay, double rate, double scale) =>
        Update(MemoryMarshal.Cast<byte, float>(Value.bytes), MemoryMarshal.Cast<byte, float>(gradient.contiguous().bytes), options, (float)decay, (float)rate, (float)scale);

    private void Update(Span<float> values, ReadOnlySpan<float> gradients, AdamWOptions options, float decay, float rate, float scale)
    {
        float b1 = (float)options.Beta1, b2 = (float)options.Beta2, epsilon = (float)options.Epsilon;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = new(gradients[i..]);
            Vector<float> m = new Vector<float>(means, i) * b1 + g * (1 - b1);
            Vector<float> v = new Vector<float>(squares, i) * b2 + g * g * (1 - b2);
            Vector<float> p = new Vector<float>(values[i..]) * decay - m * rate / (Vector.SquareRoot(v) / new Vector<float>(scale) + new Vector<float>(epsilon));
            m.CopyTo(means, i);
            v.CopyTo(squares, i);
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

/// <summary>A parameter on any device, updated by libtorch's operations there.</summary>
internal sealed class DeviceAdamWSlot(string name, Tensor value) : AdamWSlot(name, value)
{
    private readonly Tensor means = Zeros(value), squares = Zeros(value);

    public override (float[] Mean, float[] Square) Moments => (Copy(means), Copy(squares));

    public override void Restore(float[] mean, float[] square)
    {
        using var scope = NewDisposeScope();
        means.copy_(tensor(mean).view(means.shape));
        squares.copy_(tensor(square).view(squares.shape));
    }

    public override void Update(Tensor gradient, AdamWOptions options, double decay, double rate, double scale)
    {
        using var grad = no_grad();
        using Scalar weight = (1 - options.Beta2).ToScalar(), step = (-rate).ToScalar();
        means.TimesInPlace(options.Beta1).PlusInPlace(gradient, 1 - options.Beta1);
        squares.TimesInPlace(options.Beta2).addcmul_(gradient, gradient, weight);
        Value.TimesInPlace(decay).addcdiv_(means, squares.sqrt().TimesInPlace(1 / scale).Plus(options.Epsilon), step);
    }

    public override void Dispose()
    {
        base.Dispose();
        means.Dispose();
        squares.Dispose();
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
