using Tilt.Configuration;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;
using Tilt.Objectives;
using Tilt.Results;
using Tilt.Settings;

namespace Tilt.Studies.Comparison;

/// <summary>The methods of a comparison: what <c>tilt compare</c> runs, in the order of its table.</summary>
public static class ComparisonPlan
{
    /// <summary>The methods that the options ask for.</summary>
    /// <exception cref="InputException">A method's name is unknown, or one of its numbers is out of range.</exception>
    public static IReadOnlyList<ComparedMethod> Of(ComparisonOptions options)
    {
        IReadOnlyList<ComparedMethod> plan = options.Quick ? Quick(options.Seed) : Full(options.Seed);
        if (options.Methods is { } chosen)
        {
            ComparedMethod[] wanted = [.. chosen.Select(name => Named(name, options.Seed)).DistinctBy(m => m.Name, StringComparer.Ordinal)];
            string[] names = [.. wanted.Select(m => m.Name)];
            // Methods that the full plan does not have come behind its inference-time ones.
            IEnumerable<ComparedMethod> all = [.. Full(options.Seed), .. wanted.Where(m => Row(m.Name, options.Seed) is null)];
            plan = [.. all.Where(m => m.Kind == MethodKind.Base || names.Contains(m.Name)).OrderBy(m => m.Kind)];
            if (options.Quick) plan = [.. plan.Select(m => m with { Seeds = [options.Seed] })];
        }

        return [.. plan.Select(m => m with { Seeds = [.. m.Seeds.Take(options.SeedsPerMethod)] })];
    }

    /// <summary>Every method of the full comparison.</summary>
    /// <param name="seed">First seed; methods of three seeds take the two after it as well.</param>
    public static IReadOnlyList<ComparedMethod> Full(int seed)
    {
        int[] one = [seed], three = [seed, seed + 1, seed + 2];
        return
        [
            ComparedMethod.BaseModel(seed),
            .. Decodings(seed),
            Rl("task-reward", three, new() { Regime = Regime.TaskReward }),
            Rl("sharpening", three, new() { Regime = Regime.Sharpening }),
            Rl("tempered-0.5", one, Tempered(0.5)),
            Rl("tempered-1", one, Tempered(1)),
            Rl("tempered-1.25", one, Tempered(1.25)),
            Rl("tempered-2", three, Tempered(2)),
            Rl("tempered-4", one, Tempered(4)),
            Rl("tilted-1-100", three, Tilted(1, 100)),
            Rl("tilted-2-1", three, Tilted(2, 1)),
            Rl("tilted-2-4", three, Tilted(2, 4)),
            Rl("tilted-2-16", three, Tilted(2, 16)),
            Rl("tilted-2-100", three, Tilted(2, 100)),
            Rl("tilted-4-100", one, Tilted(4, 100)),
            Rl("tilted-1-10000", one, Tilted(1, 10000)),
            Rl("sharpening-mean", one, new() { Regime = Regime.Sharpening, Normalization = LengthNormalization.Mean }),
            Rl("tempered-2-mean", one, Tempered(2) with { Normalization = LengthNormalization.Mean }),
            Rl("sharpening-fixed-length", one, new() { Regime = Regime.Sharpening, FixedLength = true }),
        ];
    }

    /// <summary>The methods of <c>--quick</c>: one seed, the ends of the paper's argument.</summary>
    public static IReadOnlyList<ComparedMethod> Quick(int seed)
    {
        string[] names = ["base", "temperature-0.5", "greedy", "beam-4", "best-of-8-likelihood", "majority-8", "task-reward", "sharpening",
            "tempered-2", "tilted-1-100"];
        return [.. Full(seed).Where(m => names.Contains(m.Name)).Select(m => m with { Seeds = [seed] })];
    }

    /// <summary>The row of a name: one of the full plan's, or any other inference-time method.</summary>
    private static ComparedMethod Named(string name, int seed)
    {
        if (Row(name, seed) is { } row) return row;
        if (InferenceMethods.Find(name) is { } method) return Row(method.Name, seed) ?? ComparedMethod.Decoding(method, seed);
        string[] rows = [.. Full(seed).Select(m => m.Name)];
        string question = (NearestName.Among(rows, name) ?? InferenceMethods.Nearest(name)) is { } nearest
            ? $" Did you mean {nearest}?"
            : "";
        throw new InputException(
            $"There is no method '{name}'.{question} There are {string.Join(", ", rows)}, and inference-time methods of every other name: "
            + $"{InferenceMethods.Choices}.");
    }

    private static ComparedMethod? Row(string name, int seed) => Full(seed).FirstOrDefault(m => m.Name == name);

    private static IEnumerable<ComparedMethod> Decodings(int seed) => ((string[])
    [
        "temperature-0.25",
        "temperature-0.5",
        "temperature-0.7",
        "greedy",
        "beam-4",
        "beam-16",
        "beam-4-penalty-0.5",
        "beam-4-penalty-1",
        "power-4-blocks-4-moves-5",
        "best-of-8-likelihood",
        "best-of-8-mean-likelihood",
        "majority-8",
    ]).Select(name => ComparedMethod.Decoding(InferenceMethods.Parse(name), seed));

    private static ComparedMethod Rl(string name, int[] seeds, ObjectiveConfiguration objective) =>
        new(name, MethodKind.Rl, seeds, objective);

    private static ObjectiveConfiguration Tempered(double alpha) => new() { Regime = Regime.Tempered, Alpha = alpha };

    private static ObjectiveConfiguration Tilted(double alpha, double betaInverse) =>
        new() { Regime = Regime.Tilted, Alpha = alpha, BetaInverse = betaInverse };
}

/// <summary>One method of a comparison.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Kind">Base, inference-time or RL.</param>
/// <param name="Seeds">Seeds it runs with.</param>
/// <param name="Objective">What RL maximises; null otherwise.</param>
public sealed record ComparedMethod(string Name, MethodKind Kind, IReadOnlyList<int> Seeds, ObjectiveConfiguration? Objective)
{
    /// <summary>The inference-time method; null unless it is one.</summary>
    public MethodOptions? Inference { get; init; }

    /// <summary>The base model.</summary>
    public static ComparedMethod BaseModel(int seed) => new("base", MethodKind.Base, [seed], null);

    /// <summary>An inference-time method on the base model.</summary>
    public static ComparedMethod Decoding(MethodOptions method, int seed) =>
        new(method.Name, MethodKind.Inference, [seed], null) { Inference = method };

    /// <summary>The objective's weights for the results; null unless RL.</summary>
    public ObjectiveWeights? Weights()
    {
        if (Objective is null) return null;
        var objective = Objective.ToObjective();
        return new(objective.RewardWeight, objective.LikelihoodWeight, objective.KlWeight,
            ConfigurationName.OfEnum(objective.Normalization).Replace('-', '_'), Objective.FixedLength);
    }

    /// <summary>Whether gold answers are used to produce outputs or weights; every reward of a comparison knows them.</summary>
    public bool UsesGold => Inference?.UsesReward ?? (Objective is not null && Objective.ToObjective().RewardWeight != 0);
}
