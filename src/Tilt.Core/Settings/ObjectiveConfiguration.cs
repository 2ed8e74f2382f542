using System.ComponentModel;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>What training maximises; the regimes are those of arXiv 2604.16259.</summary>
public sealed record ObjectiveConfiguration : IValidatable
{
    [Description("Which of the paper's objectives is maximised.")]
    public Regime Regime { get; init; } = Regime.TaskReward;

    [Description("Exponent of the base model p in the target p^alpha·exp(r/beta); not used by task-reward and custom.")]
    [AtLeast(0)]
    public double Alpha { get; init; } = 1;

    [Description("1/beta, how hard the task reward tilts the target; used by tilted and reward-plus-likelihood.")]
    [GreaterThan(0)]
    public double BetaInverse { get; init; } = 100;

    [Description("N, how the reference log-likelihood of a response of T tokens enters: l_ref (sum), l_ref / T (mean) or l_ref / T^w "
        + "(weighted-mean). Only with sum is p^alpha the target.")]
    public LengthNormalization Normalization { get; init; } = LengthNormalization.Sum;

    [Description("Exponent w of weighted-mean.")]
    [AtLeast(0)]
    public double NormalizationExponent { get; init; } = 0.5;

    [Description("w_r, weight of the task reward, of a custom objective.")]
    public double? RewardWeight { get; init; }

    [Description("w_l, weight of the normalised reference log-likelihood, of a custom objective.")]
    public double? LikelihoodWeight { get; init; }

    [Description("w_kl, weight of the log-ratio of policy and reference, of a custom objective.")]
    [AtLeast(0)]
    public double? KlWeight { get; init; }

    [Description("Takes the KL term from the whole next-token distributions of policy and reference instead of the sampled tokens' "
        + "likelihoods: the same optimum and expected gradient, less noise (Rao-Blackwellised, arXiv 2504.10637).")]
    public bool WholeKl { get; init; }

    [Description("Trains with the end-of-sequence token ignored, so that every response has max_new_tokens tokens.")]
    public bool FixedLength { get; init; }

    /// <summary>The objective with its three weights; the configuration must be valid.</summary>
    public Objective ToObjective() => Regime switch
    {
        Regime.TaskReward => Objective.TaskReward,
        Regime.Sharpening => Objective.Sharpening(Alpha, Normalization, NormalizationExponent),
        Regime.Tempered => Objective.Tempered(Alpha, Normalization, NormalizationExponent),
        Regime.Tilted => Objective.Tilted(Alpha, BetaInverse, Normalization, NormalizationExponent),
        Regime.RewardPlusLikelihood => Objective.RewardPlusLikelihood(Alpha, BetaInverse, Normalization, NormalizationExponent),
        Regime.Custom => new(RewardWeight!.Value, LikelihoodWeight!.Value, KlWeight!.Value, Normalization, NormalizationExponent),
        _ => throw new InvalidOperationException($"The regime {Regime} is not defined."),
    };

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate() => [.. UnusedKeys(), .. MissingKeys(), .. EmptyObjectives()];

    private bool HasKl => Regime switch
    {
        Regime.Tempered or Regime.Tilted => true,
        Regime.Custom => KlWeight is not (null or 0),
        _ => false,
    };

    private bool UsesLikelihood => Regime switch
    {
        Regime.TaskReward => false,
        Regime.Custom => LikelihoodWeight is not (null or 0),
        _ => true,
    };

    private IEnumerable<ConfigurationProblem> UnusedKeys()
    {
        ObjectiveConfiguration defaults = new();
        string regime = ConfigurationName.OfEnum(Regime);
        if (Regime is Regime.TaskReward or Regime.Custom && Alpha != defaults.Alpha)
            yield return new(nameof(Alpha), $"has no effect in the regime '{regime}'; leave it out, or choose a regime with an exponent.");
        if (Regime is not (Regime.Tilted or Regime.RewardPlusLikelihood) && BetaInverse != defaults.BetaInverse)
            yield return new(nameof(BetaInverse),
                $"has no effect in the regime '{regime}'; leave it out, or choose 'tilted' or 'reward-plus-likelihood'.");
        if (!UsesLikelihood && Normalization != defaults.Normalization)
            yield return new(nameof(Normalization),
                $"has no effect in the regime '{regime}' without a reference log-likelihood in the reward; leave it out.");
        if (Normalization != LengthNormalization.WeightedMean && NormalizationExponent != defaults.NormalizationExponent)
            yield return new(nameof(NormalizationExponent),
                "is used by the normalization 'weighted-mean' alone; leave it out, or choose that normalization.");
        if (WholeKl && !HasKl)
            yield return new(nameof(WholeKl), $"has no effect in the regime '{regime}' without a KL term; leave it out.");
        if (Regime == Regime.Custom) yield break;
        foreach ((string property, double? weight) in Weights())
        {
            if (weight is not null)
                yield return new(property,
                    $"belongs to the regime 'custom'; the weights of '{regime}' follow from alpha and beta_inverse.");
        }
    }

    private IEnumerable<ConfigurationProblem> MissingKeys() =>
        from weight in Weights()
        where Regime == Regime.Custom && weight.Value is null
        select new ConfigurationProblem(weight.Property, "is missing; the regime 'custom' needs all three weights (0 leaves a term out).");

    private IEnumerable<ConfigurationProblem> EmptyObjectives()
    {
        if (Regime == Regime.Sharpening && Alpha == 0)
            yield return new(nameof(Alpha), "is 0, which leaves the regime 'sharpening' without any reward; it must be greater than 0.");
        if (Regime == Regime.Custom && Weights().All(weight => weight.Value == 0))
            yield return new(nameof(RewardWeight),
                "and the other two weights are 0, which leaves nothing to maximise; at least one must differ from 0.");
    }

    private IEnumerable<(string Property, double? Value)> Weights() =>
    [
        (nameof(RewardWeight), RewardWeight),
        (nameof(LikelihoodWeight), LikelihoodWeight),
        (nameof(KlWeight), KlWeight),
    ];
}

/// <summary>The objectives of the paper; r is the task reward, N(ℓ_ref) the normalised reference log-likelihood.</summary>
public enum Regime
{
    [Description("R = r; all mass goes to right answers")]
    TaskReward,

    [Description("R = alpha·N(l_ref); the mode of p")]
    Sharpening,

    [Description("R = (alpha-1)·N(l_ref) + (l_ref - l_pi); p^alpha")]
    Tempered,

    [Description("R = r + beta·[(alpha-1)·N(l_ref) + (l_ref - l_pi)]; p^alpha·exp(r/beta)")]
    Tilted,

    [Description("R = r + alpha·beta·N(l_ref), no KL; a mode of p^alpha·exp(r/beta)")]
    RewardPlusLikelihood,

    [Description("R = w_r·r + w_l·N(l_ref) - w_kl·(l_pi - l_ref), the three weights given")]
    Custom,
}
