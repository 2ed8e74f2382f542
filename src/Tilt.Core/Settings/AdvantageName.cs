using System.ComponentModel;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;

namespace Tilt.Settings;

/// <summary>The advantage estimators by name.</summary>
public enum AdvantageName
{
    /// <summary><see cref="Objectives.Advantages.LeaveOneOut"/>.</summary>
    [Description("R minus the mean of the group's other responses; RLOO, the paper's runs")]
    LeaveOneOut,

    /// <summary><see cref="GroupRelative"/>.</summary>
    [Description("R minus the group's mean, divided by its standard deviation + 1e-4; GRPO as in TRL")]
    Grpo,

    /// <summary><see cref="GroupRelativeLeaveOneOut"/>.</summary>
    [Description("R minus the mean of the group's other responses, divided by their standard deviation + 1e-6; GRPO as in NeMo-RL")]
    GrpoLeaveOneOut,

    /// <summary><see cref="GroupRelative"/> without the division.</summary>
    [Description("R minus the group's mean; Dr. GRPO")]
    DrGrpo,

    /// <summary><see cref="Objectives.Advantages.BatchScaled"/>.</summary>
    [Description("R minus the group's mean, divided by the standard deviation of the step + 1e-4; TRL's scale_rewards batch")]
    BatchScaled,

    /// <summary><see cref="Objectives.Advantages.ReinforcePlusPlus"/> without its baseline.</summary>
    [Description("R less the KL penalty of each token, normalised over the tokens of the step; REINFORCE++")]
    ReinforcePlusPlus,

    /// <summary><see cref="Objectives.Advantages.ReinforcePlusPlus"/>.</summary>
    [Description("R minus the group's mean, less the KL penalty of each token, normalised over the tokens of the step; REINFORCE++ with "
        + "its baseline")]
    ReinforcePlusPlusBaseline,

    /// <summary><see cref="NoBaseline"/>.</summary>
    [Description("R itself; plain REINFORCE")]
    None,
}

/// <summary>From names to estimators.</summary>
public static class AdvantageNames
{
    /// <summary>The estimator of that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kl">The KL penalty, for estimators that subtract it token by token: <see cref="TakesKl"/>.</param>
    public static IAdvantageEstimator ToEstimator(this AdvantageName name, KlPenalty kl) => name switch
    {
        AdvantageName.LeaveOneOut => new LeaveOneOut(),
        AdvantageName.Grpo => new GroupRelative(),
        AdvantageName.GrpoLeaveOneOut => new GroupRelativeLeaveOneOut(),
        AdvantageName.DrGrpo => new GroupRelative { DivideByDeviation = false },
        AdvantageName.BatchScaled => new BatchScaled(),
        AdvantageName.ReinforcePlusPlus => new ReinforcePlusPlus { MinusBaseline = false, Kl = kl },
        AdvantageName.ReinforcePlusPlusBaseline => new ReinforcePlusPlus { Kl = kl },
        AdvantageName.None => new NoBaseline(),
        _ => throw new InvalidOperationException($"The advantage {name} is not defined."),
    };

    /// <summary>Whether a KL penalty in the reward is the estimator's, token by token, instead of the response's.</summary>
    public static bool TakesKl(this AdvantageName name) =>
        name is AdvantageName.ReinforcePlusPlus or AdvantageName.ReinforcePlusPlusBaseline;
}
