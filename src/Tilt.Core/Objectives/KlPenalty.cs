namespace Tilt.Objectives;

/// <summary>Where a KL penalty acts.</summary>
public enum KlPlace
{
    /// <summary>In the reward, as a constant: R − coefficient·Σ_t k(x_t).</summary>
    [System.ComponentModel.Description("subtracted from the reward, as a constant to the gradient")]
    Reward,

    /// <summary>In the loss, with its gradient: L + coefficient·Σ_t k(x_t), averaged like the other terms of tokens.</summary>
    [System.ComponentModel.Description("added to the loss, token by token, with its gradient")]
    Loss,

    /// <summary>In both, for penalties of whole distributions: the gradient is then that of the KL divergence of whole responses, the term
    /// in the reward telling earlier tokens what positions they lead to.</summary>
    [System.ComponentModel.Description("in both, for whole distributions: the gradient of the KL divergence of whole responses")]
    Both,
}

/// <summary>
/// A penalty for leaving the reference, coefficient·k(x_t) of every token with x_t = log π(y_t) − log p(y_t): NeMo-RL's, with its clamps.
/// </summary>
/// <remarks>What the estimators' values and gradients estimate is in docs/theory.md: in the reward only k1 is the KL's gradient, in the
/// loss none is exactly, token by token; k2 is over whole responses.</remarks>
/// <param name="Coefficient">Factor of the penalty; 0 for none.</param>
/// <param name="Estimator">k.</param>
/// <param name="Place">Reward or loss.</param>
/// <param name="InputClamp">x is clamped to ± this, nats; null for no clamp.</param>
/// <param name="OutputClamp">k(x) is clamped to ± this, nats; null for no clamp.</param>
public sealed record KlPenalty(double Coefficient, KlEstimator Estimator, KlPlace Place = KlPlace.Reward, double? InputClamp = null,
    double? OutputClamp = null)
{
    /// <summary>
    /// Whether a penalty in the loss is weighted by π/q of the token, q what it was drawn from: NeMo-RL's on-policy approximation.
    /// </summary>
    public bool ImportanceWeighted { get; init; }

    /// <summary>
    /// Whether the gradient goes through that weight too, as in TRL's <c>use_bias_correction_kl</c>: of ρ·k(x) it is
    /// ρ·(k(x) + k'(x))·∇log π, whose expectation at π = q is for k1 and k3 the gradient of the token's KL divergence.
    /// </summary>
    public bool ThroughWeight { get; init; }

    /// <summary>
    /// Whether k is no estimate from the sampled token but KL(π(·|x,y_&lt;t)‖p(·|x,y_&lt;t)), from the whole next-token distributions: the
    /// Rao-Blackwellised estimator of Amini, Vieira and Cotterell, "Better estimation of the KL divergence between language models"
    /// (arXiv 2504.10637).
    /// </summary>
    public bool Whole { get; init; }

    /// <summary>No penalty.</summary>
    public static KlPenalty None { get; } = new(0, KlEstimator.K1);

    /// <summary>Whether the penalty is a term of the loss.</summary>
    public bool InLoss => Coefficient != 0 && Place is KlPlace.Loss or KlPlace.Both;

    /// <summary>Whether the penalty is a term of the reward.</summary>
    public bool InReward => Coefficient != 0 && Place is KlPlace.Reward or KlPlace.Both;

    /// <summary>k(x) with its clamps, nats.</summary>
    /// <param name="logRatio">x.</param>
    public double Value(double logRatio) => Clamp(Estimator.Value(Clamp(logRatio, InputClamp)), OutputClamp);

    /// <summary>Its derivative in log π: 0 where a clamp holds.</summary>
    /// <param name="logRatio">x.</param>
    public double Derivative(double logRatio)
    {
        bool clamped = Math.Abs(logRatio) > (InputClamp ?? double.PositiveInfinity)
            || Math.Abs(Estimator.Value(logRatio)) > (OutputClamp ?? double.PositiveInfinity);
        return clamped ? 0 : Estimator.Derivative(logRatio);
    }

    /// <summary>k of every token of a response in nats, <c>[time]</c>.</summary>
    /// <param name="likelihoods">The step's; with the reference's of the tokens, or with the divergences for whole distributions.</param>
    /// <param name="group">The group.</param>
    /// <param name="index">The response.</param>
    /// <exception cref="ArgumentException">What is needed is missing.</exception>
    public double[] Values(Rollouts.Likelihoods likelihoods, int group, int index)
    {
        ArgumentNullException.ThrowIfNull(likelihoods);
        if (Whole)
        {
            if (likelihoods.Divergences is not { } divergences)
                throw new ArgumentException("A KL penalty of whole distributions needs the divergences.", nameof(likelihoods));
            return [.. divergences[group][index].Select(kl => Clamp(kl, OutputClamp))];
        }

        if (likelihoods.ReferenceTokens is not { } reference)
            throw new ArgumentException("A KL penalty needs the reference's log-probabilities.", nameof(likelihoods));
        return [.. likelihoods.PolicyTokens[group][index].Zip(reference[group][index], (policy, p) => Value((double)policy - p))];
    }

    private static double Clamp(double value, double? bound) => bound is { } most ? Math.Clamp(value, -most, most) : value;
}
