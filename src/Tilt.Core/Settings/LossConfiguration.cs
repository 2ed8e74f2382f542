using System.ComponentModel;
using System.Globalization;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>The policy-gradient loss.</summary>
public sealed record LossConfiguration : IValidatable
{
    [Description("Most tokens, prompts and padding included, of one forward and backward pass; a longer sequence goes alone.")]
    [AtLeast(1)]
    public int MicroBatchTokens { get; init; } = 3000;

    [Description("How the loss is averaged.")]
    public LossAggregation Aggregation { get; init; } = LossAggregation.TokenMean;

    [Description("Which loss is minimised.")]
    public LossName Kind { get; init; } = LossName.Reinforce;

    [Description("How far below 1 a ratio pi/pi_old may fall before it is clipped; null takes the loss's own: 0.2, for gspo 3e-4.")]
    [GreaterThan(0)]
    public double? ClipLow { get; init; }

    [Description("How far above 1 a ratio may grow before it is clipped; null takes the loss's own: 0.2, for gspo 4e-4. DAPO's is 0.28.")]
    [GreaterThan(0)]
    public double? ClipHigh { get; init; }

    [Description("Dual clip: largest ratio that counts where the advantage is negative, such as 3; null for none.")]
    [GreaterThan(1)]
    public double? DualClip { get; init; }

    [Description("Largest ratio of cispo; null takes 5.")]
    [AtLeast(1)]
    public double? RatioCap { get; init; }

    [Description("Optimiser steps on the responses of one step; more than one need a loss with a ratio, whose clips act from the "
        + "second on.")]
    [AtLeast(1)]
    public int Updates { get; init; } = 1;

    [Description("Leaves responses that met max_new_tokens out of the loss; they count in the baseline (DAPO's overlong filtering).")]
    public bool MaskTruncated { get; init; }

    [Description("Leaves problems whose responses all have advantage 0 out of the divisor; group/zero_advantage counts them.")]
    public bool FilterZeroVariance { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        string kind = ConfigurationName.OfEnum(Kind);
        bool clips = Kind is LossName.PpoClip or LossName.Gspo or LossName.RlooClip;
        foreach ((string property, double? value) in ((string, double?)[])[(nameof(ClipLow), ClipLow), (nameof(ClipHigh), ClipHigh),
            (nameof(DualClip), DualClip)])
        {
            if (!clips && value is not null)
                yield return new(property, $"has no effect on the loss '{kind}', which does not clip; leave it out, or choose the kind "
                    + $"'ppo-clip', 'gspo' or 'rloo-clip'.");
        }

        if (ClipLow >= 1)
            yield return new(nameof(ClipLow), string.Create(CultureInfo.InvariantCulture,
                $"is {ClipLow}, but a ratio is never below 0; it must be less than 1."));
        if (clips && DualClip <= 1 + LossNames.Clipping(this).High)
            yield return new(nameof(DualClip), string.Create(CultureInfo.InvariantCulture,
                $"is {DualClip}, but must be greater than 1 + clip_high = {1 + LossNames.Clipping(this).High}, where the clip ends."));
        if (Kind != LossName.Cispo && RatioCap is not null)
            yield return new(nameof(RatioCap), $"has no effect on the loss '{kind}'; leave it out, or choose the kind 'cispo'.");
        if (Updates > 1 && !this.ToLoss().AllowsSeveralUpdates)
            yield return new(nameof(Updates), string.Create(CultureInfo.InvariantCulture,
                $"is {Updates}, but the loss '{kind}' holds only where the responses come from the policy as it is, for one update; set "
                + $"it to "
                + $"1, or choose the kind 'ppo-clip', 'cispo', 'gspo' or 'rloo-clip'."));
        if (Kind is LossName.RlooClip or LossName.Gspo && Aggregation != LossAggregation.SequenceMeanTokenMean)
            yield return new(nameof(Aggregation),
                $"is '{ConfigurationName.OfEnum(Aggregation)}', but the loss '{kind}' counts a response as one action, whatever its "
                    + $"length; set it to 'sequence-mean-token-mean'.");
    }
}
