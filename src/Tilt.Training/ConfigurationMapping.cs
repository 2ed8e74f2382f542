using Tilt.HuggingFace.Adapters;
using Tilt.Objectives;
using Tilt.Settings;
using Tilt.Torch.Tensors;
using Tilt.Training.Optimizers;

namespace Tilt.Training;

/// <summary>From configuration to the objects it names.</summary>
public static class ConfigurationMapping
{
    /// <summary>Aggregation and importance correction of the loss.</summary>
    public static LossRule ToLossRule(this TrainingConfiguration configuration) =>
        new(configuration.Loss.Aggregation, configuration.Rollout.MaxNewTokens, configuration.Importance.ToCorrection());

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
