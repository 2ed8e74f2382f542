namespace Tilt.Results;

/// <summary>Families of methods, in the order in which reports list them.</summary>
public enum MethodFamily
{
    /// <summary>The base model.</summary>
    Base,
    /// <summary>An inference-time method that never sees a gold answer.</summary>
    Inference,
    /// <summary>An inference-time method that uses gold answers: an upper bound, not a gain.</summary>
    Oracle,
    /// <summary>Reinforcement learning on the task reward alone.</summary>
    TaskReward,
    /// <summary>Reinforcement learning on task reward and the base model's likelihood (target p^α·exp(r/β)).</summary>
    Tilted,
    /// <summary>Reinforcement learning towards p^α, without task reward.</summary>
    Tempered,
    /// <summary>Reinforcement learning on the base model's likelihood alone, without KL term: towards the mode.</summary>
    Sharpening,
}

/// <summary>What follows from a method's kind and objective.</summary>
public static class MethodFamilies
{
    /// <summary>The family of a method.</summary>
    /// <exception cref="ArgumentException">The method is of kind RL and has no objective.</exception>
    public static MethodFamily FamilyOf(this MethodResult method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.Kind == MethodKind.Base)
            return MethodFamily.Base;
        if (method.Kind == MethodKind.Inference)
            return method.UsesGold ? MethodFamily.Oracle : MethodFamily.Inference;
        ObjectiveWeights weights = method.Objective
            ?? throw new ArgumentException($"Method \"{method.Name}\" is of kind rl and has no objective.", nameof(method));
        if (weights.Reward != 0)
            return weights.Likelihood == 0 && weights.Kl == 0 ? MethodFamily.TaskReward : MethodFamily.Tilted;
        return weights.Kl != 0 ? MethodFamily.Tempered : MethodFamily.Sharpening;
    }

    /// <summary>Heading of a family.</summary>
    public static string Title(this MethodFamily family) => family switch
    {
        MethodFamily.Base => "Base model",
        MethodFamily.Inference => "Inference time",
        MethodFamily.Oracle => "Inference time with gold answers (oracle)",
        MethodFamily.TaskReward => "RL: task reward",
        MethodFamily.Tilted => "RL: tilted (task reward and likelihood)",
        MethodFamily.Tempered => "RL: tempered (likelihood and KL)",
        MethodFamily.Sharpening => "RL: sharpening (likelihood alone)",
        _ => throw new ArgumentOutOfRangeException(nameof(family)),
    };

    /// <summary>Whether training or selection saw the task reward.</summary>
    internal static bool SeesReward(this MethodFamily family) =>
        family is MethodFamily.TaskReward or MethodFamily.Tilted or MethodFamily.Oracle;

    /// <summary>Exponent α of the target; null without a KL term.</summary>
    internal static double? Alpha(this ObjectiveWeights weights) =>
        weights.Kl == 0 ? null : 1 + weights.Likelihood / weights.Kl;

    /// <summary>Reliance on the task reward, 1/β; positive infinity without a KL term.</summary>
    internal static double InverseBeta(this ObjectiveWeights weights) =>
        weights.Kl == 0 ? double.PositiveInfinity : weights.Reward / weights.Kl;

    /// <summary>A label short enough to stand at the end of a line inside its family's panel.</summary>
    internal static string ShortLabel(this MethodResult method)
    {
        if (method.Objective is not { } weights)
            return method.Name;
        string label = method.FamilyOf() switch
        {
            MethodFamily.TaskReward => "task reward",
            MethodFamily.Tilted when weights.Kl == 0 => $"reward + {NumberText.Compact(weights.Likelihood)}·ℓ",
            MethodFamily.Tilted => $"α={NumberText.Compact(weights.Alpha())}, 1/β={NumberText.Compact(weights.InverseBeta())}",
            MethodFamily.Tempered => $"α={NumberText.Compact(weights.Alpha())}",
            _ => "sharpening",
        };
        string normalization = weights.Likelihood == 0 || weights.Normalization == "sum"
            ? ""
            : ", " + weights.Normalization.Replace('_', ' ');
        return label + normalization + (weights.FixedLength ? ", fixed length" : "");
    }
}
