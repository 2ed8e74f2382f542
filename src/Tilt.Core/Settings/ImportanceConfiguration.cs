using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>Importance weights for what sampled the responses.</summary>
public sealed record ImportanceConfiguration : IValidatable
{
    [Description("What is corrected.")]
    public ImportanceLevel Level { get; init; } = ImportanceLevel.Token;

    [Description("Upper bound of the weight, trainer's over sampler's probability; null for none. A ratio that is infinite or undefined "
        + "counts as 0.")]
    [AtLeast(1)]
    public double? Cap { get; init; } = 20;

    [Description("What happens to weights beyond their bounds.")]
    public ImportanceBound Bound { get; init; } = ImportanceBound.Truncate;

    [Description("Lower bound of the weight where it masks; null for none.")]
    [Range(0, 1)]
    public double? Floor { get; init; }

    [Description("Largest mean over a response's tokens of exp|log q - log pi|, q what sampled it and pi the trainer's policy; a response "
        + "beyond it leaves the loss, not the baseline. Null for no bound.")]
    [AtLeast(1)]
    public double? ErrorThreshold { get; init; }

    /// <summary>The correction.</summary>
    public ImportanceCorrection ToCorrection() =>
        Level == ImportanceLevel.None ? ImportanceCorrection.None : new(Level, Cap) { Bound = Bound, Floor = Floor };

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Level == ImportanceLevel.None && Cap != new ImportanceConfiguration().Cap)
            yield return new(nameof(Cap),
                "has no effect without importance weights; leave it out, or choose the level 'token' or 'sequence'.");
        if (Level == ImportanceLevel.None && Bound != ImportanceBound.Truncate)
            yield return new(nameof(Bound),
                "has no effect without importance weights; leave it out, or choose the level 'token' or 'sequence'.");
        if (Bound == ImportanceBound.Truncate && Floor is not null)
            yield return new(nameof(Floor), "bounds weights that are masked; leave it out, or choose the bound 'mask' or 'mask-sequence'.");
        if (Level != ImportanceLevel.None && Bound == ImportanceBound.MaskSequence && (Floor is null || Cap is null || Cap == 20))
            yield return new(nameof(Bound),
                "is 'mask-sequence', whose bounds are those of a geometric mean over tokens, which is near 1; give floor and cap, such as "
                + "0.999 and 1.002.");
        if (Level != ImportanceLevel.None && Bound == ImportanceBound.Mask && Floor is null && Cap is null)
            yield return new(nameof(Bound), "is 'mask', but there is nothing to mask without bounds; give cap, floor or both.");
        if (Bound == ImportanceBound.MaskSequence && Level == ImportanceLevel.Sequence)
            yield return new(nameof(Bound),
                "is 'mask-sequence', which keeps the weights of tokens; choose the level 'token', or the bound 'mask' for weights of "
                + "responses.");
    }
}
