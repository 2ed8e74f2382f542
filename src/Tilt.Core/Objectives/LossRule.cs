using Tilt.Objectives.Losses;

namespace Tilt.Objectives;

/// <summary>How advantages become weights of tokens.</summary>
/// <param name="Aggregation">How tokens are averaged.</param>
/// <param name="Divisor">The constant that divides <see cref="LossAggregation.SequenceSum"/>: the length limit, in tokens.</param>
/// <param name="Importance">Corrects for samples that were not drawn from the policy itself.</param>
public sealed record LossRule(LossAggregation Aggregation, double Divisor, ImportanceCorrection Importance)
{
    /// <summary>The loss; default REINFORCE.</summary>
    public IPolicyLoss Loss { get; init; } = new Reinforce();

    /// <summary>The KL penalty; it acts here where its place is the loss.</summary>
    public KlPenalty Kl { get; init; } = KlPenalty.None;

    /// <summary>Which responses leave loss and divisor; default none.</summary>
    public LossMask Mask { get; init; } = new();

    /// <summary>Whether the weights depend on log π of the tokens, be it at the start of the step.</summary>
    public bool UsesPolicyTokens => Importance.Level != ImportanceLevel.None || Kl.InLoss || Mask.ErrorThreshold is not null;

    /// <summary>Whether the weights change with the policy during the updates of a step.</summary>
    public bool DependsOnCurrent => Loss.AllowsSeveralUpdates || Kl.InLoss;
}
