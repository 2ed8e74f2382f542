using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>Clipping of the global gradient norm.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients so that their joint L2 norm is at most <paramref name="limit"/>.</summary>
    /// <param name="parameters">Parameters; those without a gradient count as 0.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>The norm before clipping, accumulated in double precision.</returns>
    public static double Clip(IEnumerable<Tensor> parameters, double limit)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(p => p.grad).Where(g => g is not null).Select(g => g!)];
        // One sum a gradient, all of them fetched from the device together.
        double norm = gradients.Length == 0
            ? 0
            : Math.Sqrt(stack(gradients.Select(g => SquaredNorm(g)).ToArray()).cpu().data<double>().ToArray().Sum());
        if (norm > limit)
        {
            foreach (var gradient in gradients) gradient.TimesInPlace(limit / (norm + 1e-6));
        }

        return norm;
    }

    private static Tensor SquaredNorm(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        Tensor wide = gradient.to_type(ScalarType.Float64);
        return wide.mul(wide).sum().MoveToOuterDisposeScope();
    }
}
