using Tilt.HuggingFace.Adapters;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Settings;
using Tilt.Torch.Tensors;
using Tilt.Training.Optimizers;

namespace Tilt.Training;

/// <summary>From configuration to the objects it names.</summary>
public static class ConfigurationMapping
{
    /// <summary>Loss, aggregation, importance correction, KL penalty, and who leaves the loss.</summary>
    public static LossRule ToLossRule(this TrainingConfiguration configuration) =>
        new(configuration.Loss.Aggregation, configuration.Rollout.MaxNewTokens, configuration.Importance.ToCorrection())
        {
            Loss = configuration.Loss.ToLoss(),
            Kl = configuration.ToKlPenalty(),
            Mask = new()
            {
                Truncated = configuration.Loss.MaskTruncated,
                ZeroVariance = configuration.Loss.FilterZeroVariance,
                ErrorThreshold = configuration.Importance.ErrorThreshold,
            },
        };

    /// <summary>
    /// What is done to rewards besides the objective; a KL penalty that the advantages take token by token is not in them.
    /// </summary>
    public static RewardShaping ToShaping(this TrainingConfiguration configuration) => configuration.Shaping.ToShaping(
        configuration.Advantage.TakesKl() ? KlPenalty.None : configuration.ToKlPenalty(), configuration.Rollout.MaxNewTokens);

    /// <summary>The advantage estimator, with the normalisation of its advantages.</summary>
    public static IAdvantageEstimator ToAdvantages(this TrainingConfiguration configuration)
    {
        IAdvantageEstimator estimator = configuration.Advantage.ToEstimator(configuration.ToKlPenalty(byToken: true));
        return configuration.Shaping.NormalizeAdvantages ? new Normalized(estimator) : estimator;
    }

    /// <summary>Precision of the matrix products.</summary>
    public static ComputePrecision ToCompute(this TrainingPrecision precision) =>
        precision == TrainingPrecision.Bfloat16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32;

    /// <summary>Decay rates and weight decay of AdamW.</summary>
    public static AdamWOptions ToAdamW(this OptimizerConfiguration configuration) =>
        new(configuration.Beta1, configuration.Beta2, configuration.Epsilon, configuration.WeightDecay);

    /// <summary>A new adapter's ranks, scaling and layers.</summary>
    public static LoraConfiguration ToLora(this AdapterConfiguration configuration, string baseModel)
    {
        int rank = configuration.Rank ?? 16;
        string[] names = [.. configuration.TargetModules ?? [AdapterConfiguration.AllLinear]];
        return new()
        {
            Rank = rank,
            Alpha = configuration.Alpha ?? 2 * rank,
            RankStabilized = configuration.RankStabilized ?? false,
            TargetModules = names is [var only] && only.Equals(AdapterConfiguration.AllLinear, StringComparison.OrdinalIgnoreCase)
                ? ModuleSelector.AllLinear
                : ModuleSelector.Named(names),
            BaseModel = baseModel,
        };
    }
}
