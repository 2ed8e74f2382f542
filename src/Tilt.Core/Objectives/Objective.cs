using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives;

/// <summary>
/// The scalar reward handed to the policy gradient, for every regime of the paper in one expression:
/// R(x, y) = w_r·r + w_ℓ·N(ℓ_ref) − w_kl·(ℓ_π − ℓ_ref).
/// </summary>
/// <remarks>
/// Mittal, Gagnon and Lajoie, "Beyond Distribution Sharpening: The Importance of Task Rewards", arXiv 2604.16259. With
/// w_kl &gt; 0 the optimum is π* ∝ p·exp((w_r·r + w_ℓ·N(ℓ_ref)) / w_kl), which is p^α·exp(r/β) for N = sum; with w_kl = 0 all
/// mass goes to the responses of highest R.
/// </remarks>
/// <param name="RewardWeight">w_r: weight of the task reward r.</param>
/// <param name="LikelihoodWeight">w_ℓ: weight of the normalised reference log-likelihood N(ℓ_ref).</param>
/// <param name="KlWeight">w_kl: weight of the log-ratio ℓ_π − ℓ_ref, whose expectation is KL(π‖p).</param>
/// <param name="Normalization">N; the log-ratio is never normalised.</param>
/// <param name="NormalizationExponent">w of <see cref="LengthNormalization.WeightedMean"/>; otherwise unused.</param>
public sealed record Objective(
    double RewardWeight,
    double LikelihoodWeight,
    double KlWeight,
    LengthNormalization Normalization = LengthNormalization.Sum,
    double NormalizationExponent = 0.5)
{
    /// <summary>Task-reward RL: R = r. Optimum: all mass on right answers.</summary>
    public static Objective TaskReward { get; } = new(1, 0, 0);

    /// <summary>Distribution sharpening: R = α·N(ℓ_ref). Optimum: the mode of p.</summary>
    public static Objective Sharpening(double alpha = 1, LengthNormalization normalization = LengthNormalization.Sum,
        double exponent = 0.5) =>
        new(0, alpha, 0, normalization, exponent);

    /// <summary>Tempered sampling: R = (α − 1)·N(ℓ_ref) + (ℓ_ref − ℓ_π). Optimum: p^α (α = 1: p itself, the identity control).</summary>
    public static Objective Tempered(double alpha, LengthNormalization normalization = LengthNormalization.Sum, double exponent = 0.5) =>
        new(0, alpha - 1, 1, normalization, exponent);

    /// <summary>
    /// Tilted sampling: R = r + β·[(α − 1)·N(ℓ_ref) + (ℓ_ref − ℓ_π)]. Optimum: p^α·exp(r/β). α = 1 is ordinary KL-regularised RL.
    /// </summary>
    /// <param name="alpha">Exponent of the base model.</param>
    /// <param name="betaInverse">1/β, how hard the reward tilts; positive.</param>
    /// <param name="normalization">N.</param>
    /// <param name="exponent">Exponent of <see cref="LengthNormalization.WeightedMean"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="betaInverse"/> is not positive.</exception>
    public static Objective Tilted(double alpha, double betaInverse, LengthNormalization normalization = LengthNormalization.Sum,
        double exponent = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(betaInverse);
        return new(1, (alpha - 1) / betaInverse, 1 / betaInverse, normalization, exponent);
    }

    /// <summary>Reward plus likelihood, no KL: R = r + αβ·N(ℓ_ref). Optimum: a mode of p^α·exp(r/β).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="betaInverse"/> is not positive.</exception>
    public static Objective RewardPlusLikelihood(double alpha, double betaInverse,
        LengthNormalization normalization = LengthNormalization.Sum, double exponent = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(betaInverse);
        return new(1, alpha / betaInverse, 0, normalization, exponent);
    }

    /// <summary>Whether the reference model's log-likelihood is needed.</summary>
    public bool UsesReference => LikelihoodWeight != 0 || KlWeight != 0;

    /// <summary>R of one response; a constant to the gradient.</summary>
    /// <param name="reward">Task reward r.</param>
    /// <param name="referenceLogProbability">ℓ_ref in nats, summed over response tokens, end-of-sequence included when produced.</param>
    /// <param name="policyLogProbability">ℓ_π in nats, likewise.</param>
    /// <param name="length">T, the number of those tokens.</param>
    public double ShapedReward(double reward, double referenceLogProbability, double policyLogProbability, int length) =>
        RewardWeight * reward
        + LikelihoodWeight * Normalized(referenceLogProbability, length)
        - KlWeight * (policyLogProbability - referenceLogProbability);

    /// <summary>R of every response of a step, <c>[group][G]</c>.</summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>.</param>
    /// <param name="likelihoods">ℓ_π and, where <see cref="UsesReference"/>, ℓ_ref.</param>
    /// <exception cref="ArgumentException">The reference is used and its likelihoods are missing.</exception>
    public double[][] ShapedRewards(IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, Likelihoods likelihoods)
    {
        if (UsesReference && likelihoods.Reference is null)
            throw new ArgumentException("This objective needs the reference's log-likelihoods.", nameof(likelihoods));
        return [.. groups.Select((group, g) => (double[])[.. group.Completions.Select((completion, i) =>
            ShapedReward(scores[g][i].Value, likelihoods.Reference?[g][i] ?? 0, likelihoods.Policy[g][i], completion.Length))])];
    }

    /// <summary>N(ℓ_ref) of a response of <paramref name="length"/> tokens; 0 for an empty one.</summary>
    public double Normalized(double referenceLogProbability, int length) => Normalization switch
    {
        _ when length == 0 => 0,
        LengthNormalization.Sum => referenceLogProbability,
        LengthNormalization.Mean => referenceLogProbability / length,
        LengthNormalization.WeightedMean => referenceLogProbability / Math.Pow(length, NormalizationExponent),
        _ => throw new InvalidOperationException($"Length normalisation {Normalization} is not defined."),
    };
}
