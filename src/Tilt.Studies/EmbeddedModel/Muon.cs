using Tilt.Settings;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>
/// Muon: momentum whose update is orthogonalised by a Newton–Schulz iteration, for the matrices of a transformer's blocks
/// (Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024).
/// </summary>
public sealed class Muon : IDisposable
{
    private const int Iterations = 5;

    private readonly (string Name, Tensor Value, Tensor Momentum)[] _slots;
    private readonly MuonConfiguration _configuration;

    /// <summary>An optimiser with momentum at zero.</summary>
    /// <param name="parameters">Matrices, float32 <c>[out, in]</c>, with their names.</param>
    /// <param name="configuration">Its settings.</param>
    public Muon(IEnumerable<(string Name, Tensor Value)> parameters, MuonConfiguration configuration)
    {
        _configuration = configuration;
        _slots = [.. parameters.Select(p => (p.Name, p.Value, zeros_like(p.Value.detach()).DetachFromDisposeScope()))];
    }

    /// <summary>Momentum buffers by name; copies.</summary>
    public IEnumerable<(string Name, float[] Values)> Moments =>
        _slots.Select(s => (s.Name + ".momentum", s.Momentum.data<float>().ToArray()));

    /// <summary>Puts saved momentum buffers in place.</summary>
    public void Restore(Func<string, float[]> read)
    {
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            slot.Momentum.copy_(tensor(read(slot.Name + ".momentum")).view_as(slot.Momentum));
        }
    }

    /// <summary>Updates every matrix.</summary>
    /// <param name="step">Steps done before this one: decides the momentum.</param>
    /// <param name="learningRate">Learning rate of this update; scaled by √max(1, rows/columns) per matrix.</param>
    public void Step(int step, double learningRate)
    {
        double ramp = _configuration.MomentumSteps == 0 ? 1 : Math.Min(1, (double)step / _configuration.MomentumSteps);
        double momentum = _configuration.MomentumStart + (_configuration.Momentum - _configuration.MomentumStart) * ramp;
        using var grad = no_grad();
        foreach (var (_, value, buffer) in _slots)
        {
            using var scope = NewDisposeScope();
            if (value.grad is not { } gradient) continue;
            buffer.TimesInPlace(momentum).PlusInPlace(gradient, 1 - momentum);
            var nesterov = gradient.Times(1 - momentum).PlusInPlace(buffer, momentum);
            double scale = Math.Sqrt(Math.Max(1, (double)value.shape[0] / value.shape[1]));
            value.TimesInPlace(1 - learningRate * _configuration.WeightDecay).PlusInPlace(Orthogonalize(nesterov), -learningRate * scale);
        }
    }

    /// <summary>
    /// The nearest semi-orthogonal matrix, roughly: five quintic Newton–Schulz iterations bring every singular value into about 0.7 … 1.2.
    /// </summary>
    /// <param name="matrix">Float32 <c>[rows, columns]</c>.</param>
    public static Tensor Orthogonalize(Tensor matrix)
    {
        const double a = 3.4445, b = -4.7750, c = 2.0315;
        using var scope = NewDisposeScope();
        bool tall = matrix.shape[0] > matrix.shape[1];
        var x = tall ? matrix.t() : matrix;
        x = x.div(x.norm().Plus(1e-7));
        for (int i = 0; i < Iterations; i++)
        {
            var gram = x.matmul(x.t());
            var polynomial = gram.Times(b).Plus(gram.matmul(gram).Times(c));
            x = x.Times(a).Plus(polynomial.matmul(x));
        }

        return (tall ? x.t() : x).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots) slot.Momentum.Dispose();
    }
}
