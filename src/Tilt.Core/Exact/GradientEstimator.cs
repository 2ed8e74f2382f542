using Tilt.Objectives;
using Tilt.Objectives.Advantages;

namespace Tilt.Exact;

/// <summary>A policy-gradient estimator: what one group of responses to one prompt makes of the gradient.</summary>
/// <remarks>g = Σ_i a_i·A_i·Σ_t w_{i,t}·∇log π(y_{i,t}), with a the aggregation's token weights and w the importance weights.</remarks>
/// <param name="GroupSize">G, the responses of a group.</param>
/// <param name="Advantage">Turns shaped rewards into advantages.</param>
/// <param name="Aggregation">How tokens are averaged.</param>
public sealed record GradientEstimator(int GroupSize, IAdvantageEstimator Advantage, LossAggregation Aggregation)
{
    /// <summary>The importance weight; default none.</summary>
    public ImportanceCorrection Importance { get; init; } = ImportanceCorrection.None;

    /// <summary>The constant that divides <see cref="LossAggregation.SequenceSum"/>; default 1.</summary>
    public double Divisor { get; init; } = 1;
}
