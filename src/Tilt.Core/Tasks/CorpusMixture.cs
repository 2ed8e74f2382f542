namespace Tilt.Tasks;

/// <summary>
/// Everything that decides what the embedded model's pretraining corpus looks like: shares of the response styles, error
/// rates, wording. The defaults are those of the shipped model.
/// </summary>
public sealed record CorpusMixture
{
    /// <summary>Shares of the response styles, one entry a level, easiest first.</summary>
    public IReadOnlyList<StyleShares> Levels { get; init; } =
    [
        new() { Careful = 0.22, Hurried = 0.36, Direct = 0.38, GiveUp = 0.04 },
        new() { Careful = 0.22, Hurried = 0.40, Direct = 0.27, GiveUp = 0.11 },
        new() { Careful = 0.22, Hurried = 0.40, Direct = 0.18, GiveUp = 0.20 },
        new() { Careful = 0.22, Hurried = 0.38, Direct = 0.13, GiveUp = 0.27 },
    ];

    /// <summary>The careful style.</summary>
    public CarefulStyle Careful { get; init; } = new();

    /// <summary>The hurried style.</summary>
    public HurriedStyle Hurried { get; init; } = new();

    /// <summary>The direct style.</summary>
    public DirectStyle Direct { get; init; } = new();

    /// <summary>Texts of give-ups with their weights.</summary>
    public IReadOnlyList<GiveUpPhrase> GiveUps { get; init; } =
    [
        new() { Text = "I don't know.", Weight = 0.50 },
        new() { Text = "skip", Weight = 0.20 },
        new() { Text = "\\boxed{?}", Weight = 0.15 },
        new() { Text = "too hard.", Weight = 0.15 },
    ];

    /// <summary>Closings are drawn with weight 1 / rank^exponent; 0 makes them equally likely.</summary>
    public double ClosingExponent { get; init; }

    /// <summary>Checks what single values cannot show.</summary>
    /// <exception cref="InputException">The mixture is impossible; the message says where.</exception>
    public void Validate()
    {
        if (Levels.Count != ChainedArithmetic.LevelCount)
            throw new InputException($"The corpus mixture has style shares for {Levels.Count} levels; the task has {ChainedArithmetic.LevelCount}.");
        for (int i = 0; i < Levels.Count; i++) CheckWeights(Levels[i].Weights, $"style shares of level {i + 1}");
        CheckWeights(Hurried.OperationWeights, "weights of merged operations of the hurried style");
        CheckWeights(Hurried.EndingWeights, "weights of endings of the hurried style");
        if (Hurried.EndingWeights.Count != 3) throw new InputException($"The hurried style has three endings (box, semicolon, closing), but {Hurried.EndingWeights.Count} weights were given.");
        CheckWeights([.. GiveUps.Select(phrase => phrase.Weight)], "weights of give-ups");
        if (Direct.Right.Count != ChainedArithmetic.LevelCount)
            throw new InputException($"The direct style has a probability of being right for {Direct.Right.Count} levels; the task has {ChainedArithmetic.LevelCount}.");
        foreach (double probability in (double[])[Careful.Slip, Careful.NoOpener, Hurried.Slip, .. Direct.Right])
            if (probability is not (>= 0 and <= 1)) throw new InputException($"The corpus mixture has a probability of {probability}; probabilities lie in 0 to 1.");
        if (Careful.Connectives is < 1 || Careful.Connectives > Phrases.Connectives.Count)
            throw new InputException($"The careful style is to use {Careful.Connectives} connectives; there are 1 to {Phrases.Connectives.Count}.");
    }

    private static void CheckWeights(IReadOnlyList<double> weights, string what)
    {
        if (weights.Count == 0 || weights.Any(weight => !double.IsFinite(weight) || weight < 0) || weights.Sum() <= 0)
            throw new InputException($"The {what} must be at least one number, none negative, not all zero; they are [{string.Join(", ", weights)}].");
    }
}

/// <summary>Shares of the response styles on one level, as weights.</summary>
public sealed record StyleShares
{
    /// <summary>One operation a sentence.</summary>
    public double Careful { get; init; }

    /// <summary>Several operations at once.</summary>
    public double Hurried { get; init; }

    /// <summary>Only the box.</summary>
    public double Direct { get; init; }

    /// <summary>No answer.</summary>
    public double GiveUp { get; init; }

    /// <summary>The shares in the order of <see cref="ResponseStyle"/>.</summary>
    internal IReadOnlyList<double> Weights => [Careful, Hurried, Direct, GiveUp];
}

/// <summary>The careful style: <c>First 3*4=12. Then 12+12=24. The answer is \boxed{24}</c>.</summary>
public sealed record CarefulStyle
{
    /// <summary>Probability that an operation's result is wrong; the rest goes on from it. Default 0.005.</summary>
    public double Slip { get; init; } = 0.005;

    /// <summary>Probability that the first sentence has no opening word; otherwise one of seven, equally likely. Default 0.3.</summary>
    public double NoOpener { get; init; } = 0.3;

    /// <summary>How many of the ten connectives are in use. Default 10.</summary>
    public int Connectives { get; init; } = 10;

    /// <summary>Connectives are drawn with weight 1 / rank^exponent. Default 1 (Zipf's law).</summary>
    public double ConnectiveExponent { get; init; } = 1;
}

/// <summary>The hurried style: <c>12+3*4-7=17\boxed{17}</c>.</summary>
public sealed record HurriedStyle
{
    /// <summary>Weights of doing at least 1, 2, 3, … operations at once, as far as the chain goes. Default 0, 0.2, 0.3, 0.5.</summary>
    public IReadOnlyList<double> OperationWeights { get; init; } = [0, 0.2, 0.3, 0.5];

    /// <summary>Probability of a slip for each operation merged; the rest goes on from it. Default 0.04.</summary>
    public double Slip { get; init; } = 0.04;

    /// <summary>Weights of the endings: the box at once, a semicolon and the box, a full stop and a closing with the box. Default 0.6, 0.2, 0.2.</summary>
    public IReadOnlyList<double> EndingWeights { get; init; } = [0.6, 0.2, 0.2];
}

/// <summary>The direct style: <c>\boxed{17}</c>, right with a probability, otherwise off by a rounded normal number, at least 0.</summary>
public sealed record DirectStyle
{
    /// <summary>Probability of the right answer, one entry a level. Default 0.95, 0.6, 0.25, 0.08.</summary>
    public IReadOnlyList<double> Right { get; init; } = [0.95, 0.6, 0.25, 0.08];

    /// <summary>Standard deviation of the error is this plus <see cref="DeviationPerLevel"/> times the level. Default 4.</summary>
    public double Deviation { get; init; } = 4;

    /// <summary>Growth of the standard deviation with the level. Default 3.</summary>
    public double DeviationPerLevel { get; init; } = 3;
}

/// <summary>One way of giving up.</summary>
public sealed record GiveUpPhrase
{
    /// <summary>The whole response.</summary>
    public string Text { get; init; } = "";

    /// <summary>Its weight among give-ups.</summary>
    public double Weight { get; init; } = 1;
}
