namespace Tilt.Objectives.Losses;

/// <summary>
/// CISPO: REINFORCE with a capped, constant ratio, L = −Σ_t min(ρ_t, cap)·A_t·log π(y_t). No token drops out of the gradient, as it does
/// where PPO clips.
/// </summary>
/// <remarks>
/// "MiniMax-M1" (arXiv 2506.13585), equation 4, without a lower bound, as in TRL. At π = π_old the gradient is REINFORCE's.
/// </remarks>
/// <param name="cap">Largest ratio, at least 1.</param>
public sealed class Cispo(double cap) : IPolicyLoss
{
    /// <inheritdoc/>
    public bool AllowsSeveralUpdates => true;

    /// <inheritdoc/>
    public double Compute(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, Span<double> weights)
    {
        double loss = 0;
        for (int t = 0; t < advantages.Length; t++)
        {
            weights[t] = Math.Min(Math.Exp(current[t] - old[t]), cap) * advantages[t];
            loss -= weights[t] * current[t];
        }

        return loss;
    }

    /// <inheritdoc/>
    public int CountClipped(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old,
        ReadOnlySpan<double> weights)
    {
        int clipped = 0;
        for (int t = 0; t < advantages.Length; t++)
        {
            if (advantages[t] != 0 && Math.Exp(current[t] - old[t]) > cap) clipped++;
        }

        return clipped;
    }
}
