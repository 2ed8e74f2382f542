using System.ComponentModel;
using System.Globalization;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>What is done to rewards before advantages are made of them, and to advantages after.</summary>
public sealed record ShapingConfiguration : IValidatable
{
    [Description("A smaller task reward r counts as this in R; null for no bound. The metrics keep r.")]
    public double? RewardMinimum { get; init; }

    [Description("A larger task reward r counts as this in R; null for no bound.")]
    public double? RewardMaximum { get; init; }

    [Description("Soft length penalty (DAPO): R falls linearly over the last tokens before max_new_tokens, this many of them; null for "
        + "none.")]
    [AtLeast(1)]
    public int? OverlongCache { get; init; }

    [Description("Size of the length penalty at max_new_tokens; null takes 1.")]
    [GreaterThan(0)]
    public double? OverlongPenalty { get; init; }

    [Description("Normalises the advantages of a step: (A - mean) / (standard deviation + 1e-4), as TRL's normalize_advantages.")]
    public bool NormalizeAdvantages { get; init; }

    /// <summary>The shaping of rewards.</summary>
    /// <param name="kl">The KL penalty in the reward.</param>
    /// <param name="limit">Most tokens of a response.</param>
    public RewardShaping ToShaping(KlPenalty kl, int limit) => new()
    {
        Minimum = RewardMinimum,
        Maximum = RewardMaximum,
        Length = OverlongCache is { } cache ? new(limit, cache, OverlongPenalty ?? 1) : null,
        Kl = kl,
    };

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (RewardMinimum > RewardMaximum)
            yield return new(nameof(RewardMinimum), string.Create(CultureInfo.InvariantCulture,
                $"is {RewardMinimum}, more than reward_maximum, {RewardMaximum}; exchange them, or leave one out."));
        if (OverlongPenalty is not null && OverlongCache is null)
            yield return new(nameof(OverlongPenalty), "has no effect without overlong_cache; give that too, or leave it out.");
    }
}
