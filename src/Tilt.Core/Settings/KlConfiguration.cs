using System.ComponentModel;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>A KL penalty besides the objective's own term, which is k1 in the reward with the weight w_kl.</summary>
public sealed record KlConfiguration : IValidatable
{
    // NeMo-RL's.
    private const double UsualInputClamp = 20, UsualOutputClamp = 10;

    [Description("Factor of the penalty; 0 for none.")]
    [AtLeast(0)]
    public double Coefficient { get; init; }

    [Description("Estimate of the KL divergence from one token, x its log pi - log p: k1 = x, k2 = x^2/2, k3 = exp(-x) - 1 + x.")]
    public KlEstimator Estimator { get; init; } = KlEstimator.K1;

    [Description("Takes the KL divergence of the whole next-token distributions instead of an estimate from the sampled token: less noise, "
        + "and with the place 'both' the gradient of the divergence of whole responses (Rao-Blackwellised, arXiv 2504.10637).")]
    public bool WholeDistributions { get; init; }

    [Description("Where the penalty acts.")]
    public KlPlace Place { get; init; } = KlPlace.Reward;

    [Description("x is clamped to +- this, nats; null takes 20 where tokens are penalised one by one, and none in the reward.")]
    [GreaterThan(0)]
    public double? InputClamp { get; init; }

    [Description("k(x) is clamped to +- this, nats; null takes 10 where tokens are penalised one by one, and none in the reward.")]
    [GreaterThan(0)]
    public double? OutputClamp { get; init; }

    [Description("Weighs the penalty in the loss with pi/q of the token, q what sampled it.")]
    public bool ImportanceWeighted { get; init; }

    [Description("Takes the gradient of that weight too: k1 and k3 then have the gradient of the KL divergence, token by token.")]
    public bool ThroughWeight { get; init; }

    /// <summary>The penalty.</summary>
    /// <param name="byToken">Whether it acts token by token: in the loss, or in advantages of tokens.</param>
    public KlPenalty ToPenalty(bool byToken = false)
    {
        byToken |= Place == KlPlace.Loss && !WholeDistributions;
        return new(Coefficient, Estimator, Place, InputClamp ?? (byToken ? UsualInputClamp : null),
            OutputClamp ?? (byToken ? UsualOutputClamp : null))
        {
            ImportanceWeighted = ImportanceWeighted,
            ThroughWeight = ThroughWeight,
            Whole = WholeDistributions,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Coefficient == 0 && this != new KlConfiguration())
            yield return new(nameof(Coefficient),
                "is 0, so that the other keys of the penalty have no effect; give it, or leave them out.");
        if (WholeDistributions && (Estimator != KlEstimator.K1 || InputClamp is not null || ImportanceWeighted || ThroughWeight))
            yield return new(nameof(WholeDistributions),
                "is true, beside which estimator, input_clamp, importance_weighted and through_weight have no effect; leave them out.");
        if (WholeDistributions && Place != KlPlace.Reward && OutputClamp is not null)
            yield return new(nameof(OutputClamp), "has no effect on whole distributions in the loss; leave it out.");
        if (Coefficient != 0 && Place == KlPlace.Both && !WholeDistributions)
            yield return new(nameof(Place),
                "is 'both', which counts an estimate twice; set whole_distributions to true, or choose one place.");
        if (Coefficient != 0 && Place == KlPlace.Loss && Estimator == KlEstimator.K1 && !ThroughWeight && !WholeDistributions)
            yield return new(nameof(Estimator),
                "is k1, whose gradient in the loss is noise around 0; choose k2 or k3, the place 'reward', or set importance_weighted and "
                + "through_weight to true.");
        if (ThroughWeight && !ImportanceWeighted)
            yield return new(nameof(ThroughWeight), "needs importance_weighted; set that to true too, or leave it out.");
        if (Coefficient != 0 && Place == KlPlace.Reward && ImportanceWeighted)
            yield return new(nameof(ImportanceWeighted), "weighs a penalty in the loss; leave it out, or choose the place 'loss'.");
    }
}
