using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tilt.Configuration;

// The descriptions document the properties: comments of recipes and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Tasks.Embedded;

/// <summary>
/// Everything that decides what the embedded model's pretraining corpus looks like: shares of the response styles, error
/// rates, wording. The defaults are those of the shipped model.
/// </summary>
[Description("What the corpus looks like.")]
public sealed record CorpusMixture : IValidatable
{
    [Description("Shares of the response styles, one entry a level, easiest first.")]
    public IReadOnlyList<StyleShares> Levels { get; init; } =
    [
        new() { Careful = 0.22, Hurried = 0.36, Direct = 0.38, GiveUp = 0.04 },
        new() { Careful = 0.22, Hurried = 0.40, Direct = 0.27, GiveUp = 0.11 },
        new() { Careful = 0.22, Hurried = 0.40, Direct = 0.18, GiveUp = 0.20 },
        new() { Careful = 0.22, Hurried = 0.38, Direct = 0.13, GiveUp = 0.27 },
    ];

    [Description("The careful style: First 3*4=12. Then 12+12=24. The answer is \\boxed{24}")]
    public CarefulStyle Careful { get; init; } = new();

    [Description("The hurried style: 12+3*4-7=17\\boxed{17}")]
    public HurriedStyle Hurried { get; init; } = new();

    [Description("The direct style: \\boxed{17}, right with a probability, otherwise off by a rounded normal number, at least 0.")]
    public DirectStyle Direct { get; init; } = new();

    [Description("Texts of give-ups with their weights.")]
    public IReadOnlyList<GiveUpPhrase> GiveUps { get; init; } =
    [
        new() { Text = "I don't know.", Weight = 0.50 },
        new() { Text = "skip", Weight = 0.20 },
        new() { Text = "\\boxed{?}", Weight = 0.15 },
        new() { Text = "too hard.", Weight = 0.15 },
    ];

    [Description("Closings are drawn with weight 1 / rank^exponent; 0 makes the eight equally likely.")]
    [AtLeast(0)]
    public double ClosingExponent { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        int levels = ChainedArithmetic.LevelCount;
        if (Levels.Count != levels)
            yield return new(nameof(Levels), $"has style shares for {Levels.Count} levels, but the task has {levels}.");
        else if (Levels.Any(shares => !AreWeights(shares.Weights)))
            yield return new(nameof(Levels), "has a level whose shares are not weights: none negative, not all zero.");
        if (!AreWeights([.. GiveUps.Select(phrase => phrase.Weight)]))
            yield return new(nameof(GiveUps), "must hold at least one text with a positive weight, and no negative weight.");
    }

    /// <summary>Whether numbers can be weights: at least one, finite, none negative, not all zero.</summary>
    internal static bool AreWeights(IReadOnlyList<double> weights) =>
        weights.Count > 0 && weights.All(weight => double.IsFinite(weight) && weight >= 0) && weights.Sum() > 0;
}

/// <summary>Shares of the response styles on one level, as weights.</summary>
public sealed record StyleShares
{
    [Description("One operation a sentence.")]
    [AtLeast(0)]
    public double Careful { get; init; }

    [Description("Several operations at once.")]
    [AtLeast(0)]
    public double Hurried { get; init; }

    [Description("Only the box.")]
    [AtLeast(0)]
    public double Direct { get; init; }

    [Description("No answer.")]
    [AtLeast(0)]
    public double GiveUp { get; init; }

    /// <summary>The shares in the order of <see cref="ResponseStyle"/>.</summary>
    internal IReadOnlyList<double> Weights => [Careful, Hurried, Direct, GiveUp];
}

/// <summary>The careful style.</summary>
public sealed record CarefulStyle : IValidatable
{
    [Description("Probability that an operation's result is wrong; the rest goes on from it.")]
    [Range(0, 1)]
    public double Slip { get; init; } = 0.005;

    [Description("Probability that the first sentence has no opening word; otherwise one of seven, equally likely.")]
    [Range(0, 1)]
    public double NoOpener { get; init; } = 0.3;

    [Description("How many of the ten connectives are in use.")]
    [AtLeast(1)]
    public int Connectives { get; init; } = 10;

    [Description("Connectives are drawn with weight 1 / rank^exponent; 1 is Zipf's law.")]
    [AtLeast(0)]
    public double ConnectiveExponent { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Connectives > Phrases.Connectives.Count)
            yield return new(nameof(Connectives), $"is {Connectives}, but there are only {Phrases.Connectives.Count}.");
    }
}

/// <summary>The hurried style.</summary>
public sealed record HurriedStyle : IValidatable
{
    [Description("Weights of doing up to 1, 2, 3, … operations at once; a term is never split, so a product takes two at least.")]
    public IReadOnlyList<double> OperationWeights { get; init; } = [0, 0.4, 0.6];

    [Description("Probability of a slip for each operation merged; the rest goes on from it.")]
    [Range(0, 1)]
    public double Slip { get; init; } = 0.04;

    [Description("Weights of the endings: the box at once, a semicolon and the box, a full stop and a closing with the box.")]
    public IReadOnlyList<double> EndingWeights { get; init; } = [0.6, 0.2, 0.2];

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (!CorpusMixture.AreWeights(OperationWeights))
            yield return new(nameof(OperationWeights), "must be weights: at least one number, none negative, not all zero.");
        if (EndingWeights.Count != 3 || !CorpusMixture.AreWeights(EndingWeights))
            yield return new(nameof(EndingWeights), "must be three weights: none negative, not all zero.");
    }
}

/// <summary>The direct style.</summary>
public sealed record DirectStyle : IValidatable
{
    [Description("Probability of the right answer, one entry a level.")]
    public IReadOnlyList<double> Right { get; init; } = [0.95, 0.6, 0.25, 0.08];

    [Description("Standard deviation of the error is this plus deviation_per_level times the level.")]
    [AtLeast(0)]
    public double Deviation { get; init; } = 4;

    [Description("Growth of the standard deviation with the level.")]
    [AtLeast(0)]
    public double DeviationPerLevel { get; init; } = 3;

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Right.Count != ChainedArithmetic.LevelCount || Right.Any(probability => probability is not (>= 0 and <= 1)))
            yield return new(nameof(Right), $"must be {ChainedArithmetic.LevelCount} probabilities, one a level.");
    }
}

/// <summary>One way of giving up.</summary>
public sealed record GiveUpPhrase
{
    [Description("The whole response, made of the task's tokens.")]
    public string Text { get; init; } = "";

    [Description("Its weight among give-ups.")]
    [AtLeast(0)]
    public double Weight { get; init; } = 1;
}
