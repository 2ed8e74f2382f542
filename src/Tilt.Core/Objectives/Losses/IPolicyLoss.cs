namespace Tilt.Objectives.Losses;

/// <summary>
/// A policy-gradient loss whose gradient is a factor times ∇log π(y_t), token by token: all that an optimiser needs is that factor.
/// </summary>
/// <remarks>
/// Every loss here is homogeneous: positive factors of the advantages (importance weight, divisor of the aggregation) are factors of loss
/// and gradient, so that the advantages come with them already.
/// </remarks>
public interface IPolicyLoss
{
    /// <summary>Whether the loss holds when π has moved since it sampled, so that a batch may be used for several updates.</summary>
    bool AllowsSeveralUpdates { get; }

    /// <summary>Loss and weights of one response of T tokens.</summary>
    /// <param name="advantages">A_t, times importance weight and over the divisor, <c>[T]</c>.</param>
    /// <param name="current">log π of the tokens under the weights that the gradient is taken of, nats, <c>[T]</c>.</param>
    /// <param name="old">log π_old of the tokens: the policy's at the start of the step, nats, <c>[T]</c>.</param>
    /// <param name="weights">Receives the factors of ∇log π(y_t) of the step uphill, minus the loss's derivatives, <c>[T]</c>.</param>
    /// <returns>The response's share of the loss.</returns>
    double Compute(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, Span<double> weights);

    /// <summary>
    /// Tokens with an advantage whose ratio <see cref="Compute"/> clipped: those whose factor is 0, unless a loss caps otherwise.
    /// </summary>
    /// <param name="advantages">A_t, <c>[T]</c>.</param>
    /// <param name="current">log π of the tokens, nats, <c>[T]</c>.</param>
    /// <param name="old">log π_old of the tokens, nats, <c>[T]</c>.</param>
    /// <param name="weights">The factors that were computed, <c>[T]</c>.</param>
    int CountClipped(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, ReadOnlySpan<double> weights)
    {
        int clipped = 0;
        for (int t = 0; t < advantages.Length; t++)
        {
            if (advantages[t] != 0 && weights[t] == 0) clipped++;
        }

        return clipped;
    }
}
