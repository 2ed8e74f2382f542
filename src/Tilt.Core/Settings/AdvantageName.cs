using System.ComponentModel;
using Tilt.Objectives.Advantages;

namespace Tilt.Settings;

/// <summary>The advantage estimators by name.</summary>
public enum AdvantageName
{
    /// <summary><see cref="Objectives.Advantages.LeaveOneOut"/>.</summary>
    [Description("R minus the mean of the group's other responses; RLOO, the paper's runs")]
    LeaveOneOut,

    /// <summary><see cref="GroupRelative"/>.</summary>
    [Description("R minus the group's mean, divided by its standard deviation; GRPO")]
    Grpo,

    /// <summary><see cref="GroupRelative"/> without the division.</summary>
    [Description("R minus the group's mean; Dr. GRPO")]
    DrGrpo,

    /// <summary><see cref="NoBaseline"/>.</summary>
    [Description("R itself; plain REINFORCE")]
    None,
}

/// <summary>From names to estimators.</summary>
public static class AdvantageNames
{
    /// <summary>The estimator of that name.</summary>
    public static IAdvantageEstimator ToEstimator(this AdvantageName name) => name switch
    {
        AdvantageName.LeaveOneOut => new LeaveOneOut(),
        AdvantageName.Grpo => new GroupRelative(),
        AdvantageName.DrGrpo => new GroupRelative { DivideByDeviation = false },
        AdvantageName.None => new NoBaseline(),
        _ => throw new InvalidOperationException($"The advantage {name} is not defined."),
    };
}
