namespace Tilt.Objectives.Losses;

/// <summary>
/// TRL's RLOO loss: PPO's surrogate with the ratio of the whole response, ρ = π(y)/π_old(y), a response being one action.
/// </summary>
/// <remarks>
/// Ahmadian et al., "Back to basics" (arXiv 2402.14740). TRL averages over responses, which is
/// <c>SequenceMeanTokenMean</c> here: the T shares of a response's advantage add up to it. At π = π_old the gradient
/// is then that of sequence sums with a constant divisor, and leave-one-out advantages make it exact.
/// </remarks>
/// <param name="clipping">The ranges.</param>
public sealed class RlooClip(Clipping clipping) : IPolicyLoss
{
    /// <inheritdoc/>
    public bool AllowsSeveralUpdates => true;

    /// <inheritdoc/>
    public double Compute(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, Span<double> weights) =>
        WholeResponse.Compute(clipping, 1, advantages, current, old, weights);
}
