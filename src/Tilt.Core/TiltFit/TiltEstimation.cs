using Tilt.Rollouts;

namespace Tilt.TiltFit;

/// <summary>Everything that regressions within prompts say about the way from p to π.</summary>
public sealed record TiltEstimation
{
    /// <summary>The fit under ½p + ½π: the estimand.</summary>
    public required FittedTilt Mixture { get; init; }

    /// <summary>The fit on draws from p alone.</summary>
    public required FittedTilt Base { get; init; }

    /// <summary>The fit on draws from π alone, which are selected towards positive residuals.</summary>
    public required FittedTilt Tuned { get; init; }

    /// <summary>α on p alone minus α on π alone; null where the two fits do not have the same variables.</summary>
    public required TiltEstimate? AlphaDisagreement { get; init; }

    /// <summary>1/β on p alone minus 1/β on π alone; null where the two fits do not have the same variables.</summary>
    public required TiltEstimate? BetaInverseDisagreement { get; init; }

    /// <summary>
    /// The split of the log-ratio's variance; null where the models differ by no more than rounding, or nothing is identified.
    /// </summary>
    public required VarianceSplit? Variance { get; init; }

    /// <summary>What the length adds; null when it is not identified beside the others.</summary>
    public required AddedVariable? Length { get; init; }

    /// <summary>What the mean log-probability a token adds; null when it is not identified beside the others.</summary>
    public required AddedVariable? MeanLogProbability { get; init; }

    /// <summary>Estimates from draws.</summary>
    /// <param name="prompts">Draws of each prompt, at least one prompt.</param>
    /// <param name="gold">Whether draws have rewards.</param>
    /// <param name="stream">Random numbers of the bootstrap.</param>
    /// <exception cref="ArgumentException">There are no prompts, fewer than two draws from a model, or a score that is not
    /// finite.</exception>
    public static TiltEstimation Of(IReadOnlyList<PromptDraws> prompts, bool gold, RandomStream stream) =>
        Of([.. prompts.Select(WithinPromptMoments.OfDraws)], gold, stream);

    internal static TiltEstimation Of(IReadOnlyList<WithinPromptMoments> prompts, bool gold, RandomStream stream)
    {
        if (prompts.Count == 0) throw new ArgumentException("There are no prompts to estimate from.", nameof(prompts));
        return new TiltEstimator(prompts, gold).Run(stream);
    }
}
