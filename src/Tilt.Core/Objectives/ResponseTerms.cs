namespace Tilt.Objectives;

/// <summary>
/// What a response of T tokens has in the loss, whatever the policy becomes during a step: everything but the current log-probabilities.
/// </summary>
/// <param name="Rule">Loss and KL penalty.</param>
/// <param name="Advantages">A_t, times importance weight and over the divisor, <c>[T]</c>.</param>
/// <param name="Share">1 over the divisor, which a KL penalty is averaged with.</param>
/// <param name="Old">log π_old of the tokens, <c>[T]</c>.</param>
/// <param name="Sampling">log q of the tokens, which the response was drawn from, <c>[T]</c>.</param>
/// <param name="Reference">log p of the tokens, <c>[T]</c>; null without a KL penalty in the loss.</param>
public sealed record ResponseTerms(LossRule Rule, double[] Advantages, double Share, double[] Old, double[] Sampling, double[]? Reference)
{
    /// <summary>Weights and loss at the policy of the start of the step.</summary>
    public (double[] Weights, double Loss, int Clipped) AtStart() => At(Old);

    /// <summary>
    /// Weights and loss at other log-probabilities of the same tokens: L = loss(A, π, π_old) + coefficient·share·Σ_t k(x_t).
    /// </summary>
    /// <param name="current">log π of the tokens, <c>[T]</c>.</param>
    /// <returns>The factors of ∇log π(y_t) of the step uphill, the response's share of the loss, and the tokens with an advantage whose
    /// ratio the loss clipped.</returns>
    public (double[] Weights, double Loss, int Clipped) At(ReadOnlySpan<double> current)
    {
        double[] weights = new double[current.Length];
        double loss = Rule.Loss.Compute(Advantages, current, Old, weights);
        int clipped = Rule.Loss.CountClipped(Advantages, current, Old, weights);
        // A penalty of whole distributions has a gradient of its own, not a factor of ∇log π(y_t).
        if (!Rule.Kl.InLoss || Rule.Kl.Whole) return (weights, loss, clipped);
        double[] reference = Reference ?? throw new InvalidOperationException("A KL penalty in the loss needs the reference.");
        for (int t = 0; t < weights.Length; t++)
        {
            double logRatio = current[t] - reference[t];
            double factor = Rule.Kl.Coefficient * Share * (Rule.Kl.ImportanceWeighted ? Ratio(current[t] - Sampling[t]) : 1);
            loss += factor * Rule.Kl.Value(logRatio);
            weights[t] -= factor * (Rule.Kl.Derivative(logRatio) + (Rule.Kl.ThroughWeight ? Rule.Kl.Value(logRatio) : 0));
        }

        return (weights, loss, clipped);
    }

    // As the authors' code: a ratio without a finite value counts as 0.
    private static double Ratio(double logRatio) => Math.Exp(logRatio) is var ratio && double.IsFinite(ratio) ? ratio : 0;
}
