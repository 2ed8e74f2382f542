namespace Tilt.Objectives.Losses;

/// <summary>
/// GSPO: PPO's surrogate with one ratio for all tokens of a response, the geometric mean of theirs: ρ = (π(y)/π_old(y))^(1/T).
/// </summary>
/// <remarks>Zheng et al., "Group sequence policy optimization" (arXiv 2507.18071), equations 5 to 7. At π = π_old the gradient is
/// REINFORCE's.</remarks>
/// <param name="clipping">The ranges; the authors' are 3e-4 and 4e-4, a geometric mean moves little.</param>
public sealed class Gspo(Clipping clipping) : IPolicyLoss
{
    /// <inheritdoc/>
    public bool AllowsSeveralUpdates => true;

    /// <inheritdoc/>
    public double Compute(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, Span<double> weights) =>
        // ∂ log ρ / ∂ log π(y_t) = 1/T for every token.
        WholeResponse.Compute(clipping, 1.0 / Math.Max(1, advantages.Length), advantages, current, old, weights);
}
