using System.ComponentModel;
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

    /// <summary>The correction.</summary>
    public ImportanceCorrection ToCorrection() => Level == ImportanceLevel.None ? ImportanceCorrection.None : new(Level, Cap);

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Level == ImportanceLevel.None && Cap != new ImportanceConfiguration().Cap)
            yield return new(nameof(Cap),
                "has no effect without importance weights; leave it out, or choose the level 'token' or 'sequence'.");
    }
}
