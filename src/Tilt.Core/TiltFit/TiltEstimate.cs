using Tilt.Statistics;

namespace Tilt.TiltFit;

/// <summary>An estimate with its interval.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Interval">Lower and upper end of its 95 % interval; null when there are too few prompts for one.</param>
public sealed record TiltEstimate(double Value, double[]? Interval)
{
    /// <summary>The same from an interval that may be missing.</summary>
    internal static TiltEstimate Of(double value, Interval? interval) => new(value, interval is { } i ? [i.Low, i.High] : null);

    /// <summary>Whether the whole interval lies above a threshold; false without an interval.</summary>
    public bool IsAbove(double threshold) => Interval is { } interval && interval[0] > threshold;

    /// <summary>Whether the whole interval lies below a threshold; false without an interval.</summary>
    public bool IsBelow(double threshold) => Interval is { } interval && interval[1] < threshold;
}

/// <summary>Whether a coefficient can be told from the draws.</summary>
public enum Identification
{
    /// <summary>It can.</summary>
    Identified,

    /// <summary>Its variable does not vary within any prompt.</summary>
    NoVariation,

    /// <summary>Its variable goes together with another exactly.</summary>
    Collinear,

    /// <summary>There are no gold answers, so the reward is left out.</summary>
    LeftOut,
}

/// <summary>The line log π = α·log p + r/β + c(x), fitted within prompts under one law.</summary>
public sealed record FittedTilt
{
    /// <summary>α; null when it is not identified.</summary>
    public required TiltEstimate? Alpha { get; init; }

    /// <summary>Whether α is identified.</summary>
    public required Identification AlphaIdentification { get; init; }

    /// <summary>1/β; null when it is not identified or left out.</summary>
    public required TiltEstimate? BetaInverse { get; init; }

    /// <summary>Whether 1/β is identified.</summary>
    public required Identification BetaInverseIdentification { get; init; }

    /// <summary>
    /// Share of the variance of log π within prompts that the line explains; null when there is none or nothing is identified.
    /// </summary>
    public required double? LogProbabilityRSquared { get; init; }

    /// <summary>
    /// Share of the variance of log π − log p within prompts that the line explains; null when there is none or nothing is identified.
    /// </summary>
    public required double? LogRatioRSquared { get; init; }

    /// <summary>Prompts within which log p varies.</summary>
    public required int PromptsWithLikelihood { get; init; }

    /// <summary>Prompts within which r varies.</summary>
    public required int PromptsWithReward { get; init; }
}

/// <summary>How the variance of log π − log p within prompts splits; shares of 1.</summary>
public sealed record VarianceSplit
{
    /// <summary>Standard deviation of log π − log p within prompts under the mixture, nats.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The smaller of the two R² of the mixture's fit.</summary>
    public required TiltEstimate Fit { get; init; }

    /// <summary>R² of the log-ratio.</summary>
    public required TiltEstimate Explained { get; init; }

    /// <summary>What R² loses without log p.</summary>
    public required TiltEstimate Likelihood { get; init; }

    /// <summary>What R² loses without r; null when r is left out or not identified.</summary>
    public required TiltEstimate? Reward { get; init; }

    /// <summary>The rest of R²; negative when each hides the other's effect. Null as for <see cref="Reward"/>.</summary>
    public required TiltEstimate? Shared { get; init; }
}

/// <summary>What another variable adds to the line.</summary>
/// <param name="Coefficient">Its coefficient, in nats per unit.</param>
/// <param name="Alpha">α beside it.</param>
/// <param name="BetaInverse">1/β beside it; null as in the fit without.</param>
/// <param name="Unique">Share of the log-ratio's variance that it alone explains.</param>
public sealed record AddedVariable(TiltEstimate Coefficient, TiltEstimate Alpha, TiltEstimate? BetaInverse, TiltEstimate Unique);
