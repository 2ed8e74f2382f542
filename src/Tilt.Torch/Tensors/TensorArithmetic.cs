using TorchSharp;
using static TorchSharp.torch;

// Here the scalars are held: what is banned elsewhere is called.
#pragma warning disable RS0030

namespace Tilt.Torch.Tensors;

/// <summary>
/// Arithmetic of tensors and numbers that is safe beside a running garbage collector. TorchSharp makes a native scalar of every
/// number, also of the silent factor 1 in <c>x.add(y)</c>, and keeps no reference to it during the call: a collection on another
/// thread at that moment frees it while libtorch reads it, which crashes or computes with another number. Here it is held.
/// </summary>
public static class TensorArithmetic
{
    private static readonly Scalar One = 1.ToScalar();

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.add(scalar, One);
    }

    /// <summary>x + number, of whole numbers.</summary>
    public static Tensor Plus(this Tensor x, long number)
    {
        using Scalar scalar = number.ToScalar();
        return x.add(scalar, One);
    }

    /// <summary>x becomes x + y.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x becomes x + factor·y.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.add_(y, scalar);
    }

    /// <summary>factor·x.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x becomes factor·x.</summary>
    public static Tensor TimesInPlace(this Tensor x, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>x / divisor.</summary>
    public static Tensor DividedBy(this Tensor x, double divisor)
    {
        using Scalar scalar = divisor.ToScalar();
        return x.div(scalar);
    }

    /// <summary>x, or the bound where x is above it.</summary>
    public static Tensor AtMost(this Tensor x, double bound)
    {
        using Scalar scalar = bound.ToScalar();
        return x.clamp_max(scalar);
    }

    /// <summary>x, or the nearer bound where x is outside of them; of whole numbers.</summary>
    public static Tensor Within(this Tensor x, long least, long most)
    {
        using Scalar low = least.ToScalar(), high = most.ToScalar();
        return x.clamp(low, high);
    }

    /// <summary>Where x, of whole numbers, is more than a number.</summary>
    public static Tensor Exceeds(this Tensor x, long number)
    {
        using Scalar scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>x becomes a number where a mask is true.</summary>
    public static Tensor FillInPlace(this Tensor x, Tensor mask, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.masked_fill_(mask, scalar);
    }

    /// <summary>0, 1, … <paramref name="count"/> − 1 as int64.</summary>
    public static Tensor Counting(int count, Device device)
    {
        using Scalar scalar = ((long)count).ToScalar();
        return arange(scalar, ScalarType.Int64, device);
    }

    /// <summary>A float32 tensor of one number.</summary>
    public static Tensor Filled(double number, Device device, params long[] shape)
    {
        using Scalar scalar = number.ToScalar();
        return full(shape, scalar, ScalarType.Float32, device);
    }
}
