using System.Text.Json;
using Tilt.Objectives;
using Tilt.Objectives.Losses;

namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>The losses that the settings of NeMo-RL and TRL stand for.</summary>
internal static class GoldenRules
{
    private static readonly Clipping Usual = new(0.2, 0.2);

    public static LossRule Nemo(JsonElement config)
    {
        bool wholeRatio = Flag(config, "sequence_level_importance_ratios");
        var clipping = new Clipping(Number(config, "ratio_clip_min", 0.2), Number(config, "ratio_clip_max", 0.2),
            GoldenCase.Optional(config, "ratio_clip_c"));
        double penalty = Number(config, "reference_policy_kl_penalty", 0);
        return new(Flag(config, "token_level_loss", true) ? LossAggregation.TokenMean : LossAggregation.SequenceMeanTokenMean, 1,
            NemoImportance(config, wholeRatio))
        {
            Loss = Flag(config, "disable_ppo_ratio", true) ? new Reinforce() : wholeRatio ? new Gspo(clipping) : new PpoClip(clipping),
            Kl = new(penalty, Estimator(config), KlPlace.Loss, 20, 10)
            {
                ImportanceWeighted = Flag(config, "use_on_policy_kl_approximation"),
            },
        };
    }

    public static LossRule Trl(JsonElement config)
    {
        string loss = config.GetProperty("loss_type").GetString()!;
        var clipping = new Clipping(0.2, Number(config, "epsilon_high", 0.2), GoldenCase.Optional(config, "delta"));
        LossAggregation aggregation = loss switch
        {
            "grpo" => LossAggregation.SequenceMeanTokenMean,
            "bnpo" => LossAggregation.Bnpo,
            "dr_grpo" => LossAggregation.SequenceSum,
            _ => LossAggregation.TokenMean,
        };
        return new(aggregation, Number(config, "max_completion_length", 0), TrlImportance(config))
        {
            Loss = loss == "cispo" ? new Cispo(clipping.High)
                : Text(config, "level") == "sequence" ? new Gspo(clipping) : new PpoClip(clipping),
            Kl = new(Number(config, "beta", 0), KlEstimator.K3, KlPlace.Loss),
        };
    }

    public static LossRule Rloo { get; } =
        new(LossAggregation.SequenceMeanTokenMean, 1, ImportanceCorrection.None) { Loss = new RlooClip(Usual) };

    private static ImportanceCorrection NemoImportance(JsonElement config, bool wholeRatio)
    {
        if (!Flag(config, "use_importance_sampling_correction", true)) return ImportanceCorrection.None;
        bool given = config.TryGetProperty("truncated_importance_sampling_ratio", out JsonElement cap);
        return new(wholeRatio ? ImportanceLevel.Sequence : ImportanceLevel.Token,
            !given ? 20 : cap.ValueKind == JsonValueKind.Null ? null : cap.GetDouble())
        {
            Floor = GoldenCase.Optional(config, "truncated_importance_sampling_ratio_min"),
            Bound = Text(config, "truncated_importance_sampling_type") switch
            {
                "icepop" => ImportanceBound.Mask,
                "seq-mask-tis" => ImportanceBound.MaskSequence,
                _ => ImportanceBound.Truncate,
            },
        };
    }

    private static ImportanceCorrection TrlImportance(JsonElement config)
    {
        if (Text(config, "is_mode") is not { } mode) return ImportanceCorrection.None;
        return new(mode.StartsWith("token", StringComparison.Ordinal) ? ImportanceLevel.Token : ImportanceLevel.Sequence,
            GoldenCase.Optional(config, "is_max"))
        {
            Floor = GoldenCase.Optional(config, "is_min"),
            Bound = mode.EndsWith("mask", StringComparison.Ordinal) ? ImportanceBound.Mask : ImportanceBound.Truncate,
        };
    }

    private static KlEstimator Estimator(JsonElement config) =>
        Enum.Parse<KlEstimator>(Text(config, "reference_policy_kl_type") ?? "k1", ignoreCase: true);

    private static bool Flag(JsonElement config, string key, bool otherwise = false) =>
        config.TryGetProperty(key, out JsonElement value) ? value.GetBoolean() : otherwise;

    private static double Number(JsonElement config, string key, double otherwise) => GoldenCase.Optional(config, key) ?? otherwise;

    private static string? Text(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
}
