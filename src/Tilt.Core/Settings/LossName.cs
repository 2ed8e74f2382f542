using System.ComponentModel;
using Tilt.Objectives.Losses;

namespace Tilt.Settings;

/// <summary>The losses by name.</summary>
public enum LossName
{
    /// <summary><see cref="Objectives.Losses.Reinforce"/>.</summary>
    [Description("-A·log pi; one update a step; the paper's runs")]
    Reinforce,

    /// <summary><see cref="Objectives.Losses.PpoClip"/>.</summary>
    [Description("the clipped ratio of every token; PPO, GRPO, DAPO")]
    PpoClip,

    /// <summary><see cref="Objectives.Losses.Cispo"/>.</summary>
    [Description("-A·log pi times the capped ratio of every token, as a constant; CISPO")]
    Cispo,

    /// <summary><see cref="Objectives.Losses.Gspo"/>.</summary>
    [Description("the clipped geometric mean of a response's ratios; GSPO")]
    Gspo,

    /// <summary><see cref="Objectives.Losses.RlooClip"/>.</summary>
    [Description("the clipped ratio of whole responses; RLOO as in TRL")]
    RlooClip,
}

/// <summary>From names to losses.</summary>
public static class LossNames
{
    private const double ClipRange = 0.2, GspoLow = 3e-4, GspoHigh = 4e-4, CispoCap = 5;

    /// <summary>The loss that a configuration names, with its options.</summary>
    public static IPolicyLoss ToLoss(this LossConfiguration configuration) => configuration.Kind switch
    {
        LossName.Reinforce => new Reinforce(),
        LossName.PpoClip => new PpoClip(Clipping(configuration)),
        LossName.Cispo => new Cispo(configuration.RatioCap ?? CispoCap),
        LossName.Gspo => new Gspo(Clipping(configuration)),
        LossName.RlooClip => new RlooClip(Clipping(configuration)),
        _ => throw new InvalidOperationException($"The loss {configuration.Kind} is not defined."),
    };

    /// <summary>The ranges of a loss that clips: those given, or its own.</summary>
    internal static Clipping Clipping(LossConfiguration configuration)
    {
        bool gspo = configuration.Kind == LossName.Gspo;
        return new(configuration.ClipLow ?? (gspo ? GspoLow : ClipRange), configuration.ClipHigh ?? (gspo ? GspoHigh : ClipRange),
            configuration.DualClip);
    }
}
