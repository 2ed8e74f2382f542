using System.Globalization;
using Tilt.Results;

namespace Tilt.TiltFit;

/// <summary>What the rules of docs/diagnosis.md say.</summary>
public enum VerdictKind
{
    /// <summary>The models give nearly the same responses.</summary>
    Unchanged,

    /// <summary>α cannot be told from the draws.</summary>
    NotIdentified,

    /// <summary>The draws do not decide.</summary>
    Undecided,

    /// <summary>Neither likelihood nor reward explains the change.</summary>
    Neither,

    /// <summary>The parts that count name the change.</summary>
    Explained,
}

/// <summary>What the change did to the base model's own preferences.</summary>
public enum LikelihoodPart
{
    /// <summary>It does not count.</summary>
    None,

    /// <summary>α above 1.</summary>
    Sharpened,

    /// <summary>α below 1.</summary>
    Flattened,
}

/// <summary>What the change did to rewarded responses beyond what their likelihood explains.</summary>
public enum RewardPart
{
    /// <summary>It does not count.</summary>
    None,

    /// <summary>1/β above 0.</summary>
    Learned,

    /// <summary>1/β below 0.</summary>
    AgainstReward,
}

/// <summary>The verdict, by thresholds fixed before any model was diagnosed.</summary>
/// <param name="Kind">Which rule decided.</param>
/// <param name="Likelihood">The likelihood part.</param>
/// <param name="Reward">The reward part.</param>
/// <param name="Name">The verdict in a few words, such as "learned, mostly, and flattened".</param>
/// <param name="Reason">Why, with the figures.</param>
/// <param name="Direction">Which way the change points, by signs alone; null where nothing changed or α is not identified.</param>
/// <param name="Reach">What happened to the reach; null without gold answers.</param>
public sealed record DiagnosisVerdict(
    VerdictKind Kind, LikelihoodPart Likelihood, RewardPart Reward, string Name, string Reason, string? Direction, string? Reach)
{
    /// <summary>Models whose J lies below this many nats a response count as the same.</summary>
    public const double UnchangedBelow = 0.1;

    /// <summary>A fit below this explains nothing.</summary>
    public const double SmallestFit = 0.25;

    /// <summary>A part with a smaller unique share does not count.</summary>
    public const double SmallestShare = 0.05;

    /// <summary>A part with this many times the other's unique share is most of the change.</summary>
    public const double MostlyRatio = 2;

    /// <summary>Applies the rules.</summary>
    public static DiagnosisVerdict Of(TiltEstimation estimation, Divergences divergences, ReachComparison? reach)
    {
        string? reachText = reach is null ? null : ReachText(reach);
        string only = LikelihoodOnly(estimation.Mixture);
        DiagnosisVerdict Decide(VerdictKind kind, string name, string reason) => new(
            kind, LikelihoodPart.None, RewardPart.None, name, reason + only,
            kind == VerdictKind.Unchanged ? null : DirectionOf(estimation.Mixture), reachText);

        if (divergences.Sum.IsBelow(UnchangedBelow))
            return Decide(VerdictKind.Unchanged, "unchanged",
                string.Create(CultureInfo.InvariantCulture,
                    $"The two models give nearly the same responses: J = {Text(divergences.Sum)} nats a response, "
                        + $"below {UnchangedBelow}."));
        if (estimation.Mixture.Alpha is not { } alpha)
            return Decide(VerdictKind.NotIdentified, "not identified", estimation.Mixture.AlphaIdentification == Identification.Collinear
                ? "Likelihood and reward go together exactly within prompts, so that neither α nor 1/β can be told."
                : "The base model's log-probability does not vary within any prompt, so that α cannot be told.");
        if (alpha.Interval is null || estimation.Variance?.Fit.Interval is null)
            return Decide(VerdictKind.Undecided, "undecided", "There are too few prompts for intervals, and without them no verdict.");
        VarianceSplit variance = estimation.Variance;
        string line = Line(estimation.Mixture, variance);
        string explains = estimation.Mixture.BetaInverse is null ? "likelihood" : "likelihood and reward";
        if (variance.Fit.IsBelow(SmallestFit) || alpha.IsBelow(0))
            return Decide(VerdictKind.Neither, estimation.Mixture.BetaInverse is null ? "not likelihood" : "neither",
                alpha.IsBelow(0)
                    ? $"The tuned model's log-probabilities run against the base's: {line}."
                    : string.Create(CultureInfo.InvariantCulture,
                        $"The fit of {explains} is {Text(variance.Fit)}, below {SmallestFit}: {line}."));
        if (!variance.Fit.IsAbove(SmallestFit) || !alpha.IsAbove(0))
            return Decide(VerdictKind.Undecided, "undecided",
                alpha.IsAbove(0)
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"The interval of the fit, {Text(variance.Fit)}, holds {SmallestFit}: {line}.")
                    : $"The interval of α holds 0: {line}.");
        LikelihoodPart likelihood = LikelihoodOf(alpha, variance);
        RewardPart reward = RewardOf(estimation.Mixture.BetaInverse, variance);
        if (likelihood == LikelihoodPart.None && reward == RewardPart.None)
            return Decide(VerdictKind.Undecided, "undecided",
                $"{Capital(explains)} explain the change but no part counts by itself: {line}.");
        return new DiagnosisVerdict(VerdictKind.Explained, likelihood, reward, NameOf(likelihood, reward, variance), line + "." + only,
            DirectionOf(estimation.Mixture), reachText);
    }

    private static LikelihoodPart LikelihoodOf(TiltEstimate alpha, VarianceSplit variance) =>
        variance.Likelihood.Value < SmallestShare ? LikelihoodPart.None
        : alpha.IsAbove(1) ? LikelihoodPart.Sharpened
        : alpha.IsBelow(1) ? LikelihoodPart.Flattened : LikelihoodPart.None;

    private static RewardPart RewardOf(TiltEstimate? betaInverse, VarianceSplit variance) =>
        betaInverse is null || !(variance.Reward?.Value >= SmallestShare) ? RewardPart.None
        : betaInverse.IsAbove(0) ? RewardPart.Learned
        : betaInverse.IsBelow(0) ? RewardPart.AgainstReward : RewardPart.None;

    private static string NameOf(LikelihoodPart likelihood, RewardPart reward, VarianceSplit variance)
    {
        string first = likelihood switch { LikelihoodPart.Sharpened => "sharpened", LikelihoodPart.Flattened => "flattened", _ => "" };
        string second = reward switch { RewardPart.Learned => "learned", RewardPart.AgainstReward => "moved against the reward", _ => "" };
        if (first.Length == 0 || second.Length == 0) return first + second;
        if (variance.Likelihood.Value >= MostlyRatio * variance.Reward!.Value) return $"mostly {first}, and {second}";
        return variance.Reward.Value >= MostlyRatio * variance.Likelihood.Value ? $"mostly {second}, and {first}" : $"{second} and {first}";
    }

    /// <summary>What the intervals' signs say, whatever the fit.</summary>
    private static string? DirectionOf(FittedTilt fit)
    {
        if (fit.Alpha is not { Interval: not null } alpha) return null;
        string likelihood = alpha switch
        {
            _ when alpha.IsAbove(1) => "prefers what the base found likely, and more strongly",
            _ when alpha.IsBelow(0) => "prefers what the base found unlikely",
            _ when alpha.IsBelow(1) && alpha.IsAbove(0) => "prefers what the base found likely, but less strongly",
            _ when alpha.IsBelow(1) => "hardly minds what the base found likely",
            _ when alpha.IsAbove(0) => "prefers what the base found likely, about as strongly",
            _ => "cannot be compared with the base's preferences",
        };
        string? reward = fit.BetaInverse switch
        {
            null or { Interval: null } => null,
            var weight when weight.IsAbove(0) => "beyond that it prefers rewarded ones",
            var weight when weight.IsBelow(0) => "beyond that it avoids rewarded ones",
            _ => "beyond that it is indifferent to the reward within the error",
        };
        return $"Direction, by signs alone: among responses to one prompt the tuned "
            + $"model {likelihood}{(reward is null ? "" : "; " + reward)}.";
    }

    private static string Line(FittedTilt fit, VarianceSplit variance)
    {
        string alpha = $"α = {Text(fit.Alpha!)}", explained = $"{Percent(variance.Explained)} of the log-ratio's variance";
        return fit.BetaInverse is { } betaInverse && variance is { Reward: { } reward, Shared: { } shared }
            ? $"{alpha}, 1/β = {Text(betaInverse)}; they explain {explained} ({Percent(variance.Likelihood)} unique to "
                + $"likelihood, {Percent(reward)} unique to reward, {Percent(shared)} shared)"
            : $"{alpha}; it explains {explained}";
    }

    private static string LikelihoodOnly(FittedTilt fit) => fit.BetaInverseIdentification switch
    {
        Identification.LeftOut => " There are no gold answers: r is left out, and this is about likelihood only.",
        Identification.NoVariation =>
            " The reward does not vary within any prompt: 1/β is not identified, and this is about likelihood only.",
        _ => "",
    };

    private static string ReachText(ReachComparison reach)
    {
        PassAtKPair widest = reach.PassAtK[^1];
        string direction = widest.Difference switch
        {
            { Interval: null } => "cannot be compared with so few prompts",
            var d when d.IsAbove(0) => "is wider",
            var d when d.IsBelow(0) => "is narrower",
            _ => "is the same within the error",
        };
        string passes =
            string.Create(CultureInfo.InvariantCulture,
                $"Reach {direction}: pass@{widest.K} goes from {100 * widest.Base.Value:0.0} % to {100 * widest.Tuned.Value:0.0} %.");
        return reach.NeverSolvedByBase == 0
            ? passes + $" The base solved every problem at least once in {reach.Draws} draws."
            : passes + string.Create(CultureInfo.InvariantCulture,
                $" The base never solved {NumberText.Counted(reach.NeverSolvedByBase, "problem")} in {reach.Draws} draws "
                    + $"(each at most {100 * reach.NeverSolvedBound:0.#} % of the time); the tuned model "
                    + $"solved {reach.ThenSolvedByTuned} of "
                    + $"them at least once, {reach.NewlySolved} beyond that bound.");
    }

    private static string Text(TiltEstimate estimate) => NumberText.Compact(estimate.Value)
        + (estimate.Interval is { } interval ? $" ({NumberText.Compact(interval[0])} to {NumberText.Compact(interval[1])})" : "");

    private static string Percent(TiltEstimate share) => $"{NumberText.Fixed(100 * share.Value, 0)} %";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
