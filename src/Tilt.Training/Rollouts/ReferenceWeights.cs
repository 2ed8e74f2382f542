using Tilt.Torch.Model;

namespace Tilt.Training.Rollouts;

/// <summary>The reference's weights, for KL divergences of whole next-token distributions; loaded when they are first asked for.</summary>
/// <param name="load">Loads them; they are owned from then on. Null where the policy with its adapter switched off is the
/// reference.</param>
public sealed class ReferenceWeights(Func<Transformer>? load) : IDisposable
{
    private readonly Lazy<Transformer>? _weights = load is null ? null : new(load);

    /// <summary>The weights; null where the policy's own without the adapter are meant.</summary>
    /// <exception cref="InputException">They cannot be loaded.</exception>
    public Transformer? Model => _weights?.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_weights is { IsValueCreated: true }) _weights.Value.Dispose();
    }
}
