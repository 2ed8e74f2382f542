namespace Tilt.Objectives.Losses;

/// <summary>PPO's loss, each token by its own ratio: L = −Σ_t surrogate(ρ_t, A_t) with ρ_t = π(y_t)/π_old(y_t).</summary>
/// <remarks>The loss of GRPO and DAPO. At π = π_old the gradient is REINFORCE's.</remarks>
/// <param name="clipping">The ranges.</param>
public sealed class PpoClip(Clipping clipping) : IPolicyLoss
{
    /// <inheritdoc/>
    public bool AllowsSeveralUpdates => true;

    /// <inheritdoc/>
    public double Compute(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, Span<double> weights)
    {
        double loss = 0;
        for (int t = 0; t < advantages.Length; t++)
        {
            (double value, weights[t]) = clipping.Surrogate(Math.Exp(current[t] - old[t]), advantages[t]);
            loss -= value;
        }

        return loss;
    }
}
