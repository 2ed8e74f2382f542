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

    /// <summary>No penalty.</summary>
    public static KlPenalty None { get; } = new(0, KlEstimator.K1);

    /// <summary>Whether the penalty is a term of the loss.</summary>
    public bool InLoss => Coefficient != 0 && Place == KlPlace.Loss;

    /// <summary>Whether the penalty is a term of the reward.</summary>
    public bool InReward => Coefficient != 0 && Place == KlPlace.Reward;

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

    /// <summary>Σ_t k(x_t) of a response, nats.</summary>
    /// <param name="policy">log π of its tokens, <c>[time]</c>.</param>
    /// <param name="reference">log p of the same tokens, <c>[time]</c>.</param>
    public double Sum(ReadOnlySpan<float> policy, ReadOnlySpan<float> reference)
    {
        double sum = 0;
        for (int t = 0; t < policy.Length; t++) sum += Value((double)policy[t] - reference[t]);
        return sum;
    }

    private static double Clamp(double value, double? bound) => bound is { } most ? Math.Clamp(value, -most, most) : value;
}
