using TorchSharp;
using static TorchSharp.torch;

namespace Tilt.Training;

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
        double norm = Math.Sqrt(gradients.Select(g => g.to_type(ScalarType.Float64)).Sum(g => g.mul(g).sum().item<double>()));
        if (norm > limit)
        {
            using Scalar scale = (limit / (norm + 1e-6)).ToScalar();
            foreach (var gradient in gradients) gradient.mul_(scale);
        }

        return norm;
    }
}
