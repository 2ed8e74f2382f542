using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tilt.Configuration;

// The descriptions document the properties: docs/configuration.md and the theory page are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>A problem small enough to enumerate: what <c>tilt theory</c> reads.</summary>
[Description("A problem small enough to enumerate.")]
public sealed record TheoryConfiguration : IValidatable
{
    /// <summary>Most responses: with more, the gradient flows take minutes.</summary>
    public const int MostResponses = 100_000;

    [Description("How the model's conditional distributions are made.")]
    public TheoryTable Table { get; init; } = TheoryTable.Stepwise;

    [Description("Token ids: the end token, one token for a slip, and the wordings of a right step.")]
    [Range(3, 26)]
    public int Vocabulary { get; init; } = 5;

    [Description("L, the most tokens of a response, the end token included.")]
    [Range(2, 64)]
    public int Horizon { get; init; } = 6;

    [Description("Steps that a right response has at least, before its end token and without a slip.")]
    [AtLeast(1)]
    public int Steps { get; init; } = 4;

    [Description("Share of short answers: probability of ending at once. Used by the stepwise table.")]
    [Range(0, 0.999)]
    public double GiveUp { get; init; } = 0.05;

    [Description("Probability of ending at a later token before the steps are done. Used by the stepwise table.")]
    [Range(0, 0.999)]
    public double Abandon { get; init; } = 0.02;

    [Description("Probability that a step is a slip. Used by the stepwise table.")]
    [Range(0, 0.999)]
    public double Slip { get; init; } = 0.15;

    [Description("Probability of ending at a token after the steps are done. Used by the stepwise table.")]
    [Range(0.001, 1)]
    public double Finish { get; init; } = 0.85;

    [Description("Concentration of the Dirichlet distribution that shares are drawn from: 1 is uniform, more is more even. The stepwise "
        + "table draws the shares of the wordings, the random table whole rows.")]
    [Range(0.05, 10_000)]
    public double Concentration { get; init; } = 4;

    [Description("Seed of the drawn shares.")]
    [AtLeast(0)]
    public int Seed { get; init; } = 1;

    [Description("Whether the end token is ignored while responses are made, so that all have horizon tokens; after it the table starts "
        + "afresh.")]
    public bool FixedLength { get; init; }

    [Description("Largest exponent alpha of the charts.")]
    [Range(1.5, 100)]
    public double AlphaMost { get; init; } = 4;

    /// <summary>Responses of variable or of fixed length, if none has probability 0.</summary>
    public double ResponseCount(bool fixedLength)
    {
        if (fixedLength) return Math.Pow(Vocabulary, Horizon);
        double others = Vocabulary - 1, contexts = (Math.Pow(others, Horizon) - 1) / (others - 1);
        return contexts + Math.Pow(others, Horizon);
    }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Steps >= Horizon)
            yield return new(nameof(Steps),
                string.Create(CultureInfo.InvariantCulture,
                    $"is {Steps}, but a right response has that many steps and an end token in at most horizon = {Horizon} tokens; it must "
                    + $"be below {Horizon}."));
        if (ResponseCount(FixedLength) is var count and > MostResponses)
            yield return new(nameof(Horizon),
                string.Create(CultureInfo.InvariantCulture,
                    $"is {Horizon}, which over {Vocabulary} tokens makes {count:0.###e+0} responses; at most {MostResponses:N0} are "
                    + $"enumerated here. Lower the horizon or the vocabulary."));
        if (Table != TheoryTable.Random) yield break;
        TheoryConfiguration defaults = new();
        foreach ((string property,
            bool changed) in new[] { (nameof(GiveUp), GiveUp != defaults.GiveUp), (nameof(Abandon), Abandon != defaults.Abandon),
                (nameof(Slip), Slip != defaults.Slip), (nameof(Finish), Finish != defaults.Finish) })
        {
            if (changed) yield return new(property, "has no effect on the table 'random'; leave it out, or choose 'stepwise'.");
        }
    }
}

/// <summary>How the conditional distributions of a small problem are made.</summary>
public enum TheoryTable
{
    [Description("given shares of giving up, slips and ends; wordings by random shares")]
    Stepwise,

    [Description("every row drawn at random")]
    Random,
}
