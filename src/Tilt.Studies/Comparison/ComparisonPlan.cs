using Tilt.Configuration;
using Tilt.Objectives;
using Tilt.Results;
using Tilt.Settings;

namespace Tilt.Studies.Comparison;

/// <summary>The methods of a comparison: what <c>tilt compare</c> runs, in the order of its table.</summary>
public static class ComparisonPlan
{
    /// <summary>The methods that the options ask for.</summary>
    /// <exception cref="InputException">A method's name is unknown.</exception>
    public static IReadOnlyList<ComparedMethod> Of(ComparisonOptions options)
    {
        IReadOnlyList<ComparedMethod> plan = options.Quick ? Quick(options.Seed) : Full(options.Seed);
        if (options.Methods is { } chosen)
        {
            IReadOnlyList<ComparedMethod> all = Full(options.Seed);
            string[] unknown = [.. chosen.Where(name => all.All(m => m.Name != name))];
            if (unknown.Length > 0)
                throw new InputException($"There is no method {string.Join(", ", unknown.Select(n => $"'{n}'"))}. There are: {string.Join(", ", all.Select(m => m.Name))}.");
            plan = [.. (options.Quick ? all.Select(m => m with { Seeds = [options.Seed] }) : all).Where(m => m.Kind == MethodKind.Base || chosen.Contains(m.Name))];
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
            .. InferenceMethods(seed),
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
        string[] names = ["base", "temperature-0.5", "greedy", "beam-4", "best-of-8-likelihood", "majority-8", "task-reward", "sharpening", "tempered-2", "tilted-1-100"];
        return [.. Full(seed).Where(m => names.Contains(m.Name)).Select(m => m with { Seeds = [seed] })];
    }

    private static IEnumerable<ComparedMethod> InferenceMethods(int seed) =>
    [
        ComparedMethod.Decoding("temperature-0.25", seed),
        ComparedMethod.Decoding("temperature-0.5", seed),
        ComparedMethod.Decoding("temperature-0.7", seed),
        ComparedMethod.Decoding("greedy", seed),
        ComparedMethod.Decoding("beam-4", seed),
        ComparedMethod.Decoding("beam-16", seed),
        ComparedMethod.Decoding("beam-4-penalty-0.5", seed),
        ComparedMethod.Decoding("beam-4-penalty-1", seed),
        ComparedMethod.Decoding("power-4", seed),
        ComparedMethod.Decoding("best-of-8-likelihood", seed),
        ComparedMethod.Decoding("best-of-8-mean-likelihood", seed),
        ComparedMethod.Decoding("majority-8", seed),
    ];

    private static ComparedMethod Rl(string name, int[] seeds, ObjectiveConfiguration objective) => new(name, MethodKind.Rl, seeds, objective);

    private static ObjectiveConfiguration Tempered(double alpha) => new() { Regime = Regime.Tempered, Alpha = alpha };

    private static ObjectiveConfiguration Tilted(double alpha, double betaInverse) => new() { Regime = Regime.Tilted, Alpha = alpha, BetaInverse = betaInverse };
}

/// <summary>One method of a comparison.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Kind">Base, inference-time or RL.</param>
/// <param name="Seeds">Seeds it runs with.</param>
/// <param name="Objective">What RL maximises; null otherwise.</param>
public sealed record ComparedMethod(string Name, MethodKind Kind, IReadOnlyList<int> Seeds, ObjectiveConfiguration? Objective)
{
    /// <summary>The base model.</summary>
    public static ComparedMethod BaseModel(int seed) => new("base", MethodKind.Base, [seed], null);

    /// <summary>An inference-time method on the base model.</summary>
    public static ComparedMethod Decoding(string name, int seed) => new(name, MethodKind.Inference, [seed], null);

    /// <summary>The objective's weights for the results; null unless RL.</summary>
    public ObjectiveWeights? Weights()
    {
        if (Objective is null) return null;
        var objective = Objective.ToObjective();
        return new(objective.RewardWeight, objective.LikelihoodWeight, objective.KlWeight, ConfigurationName.OfEnum(objective.Normalization).Replace('-', '_'), Objective.FixedLength);
    }

    /// <summary>Whether gold answers are used to produce outputs or weights.</summary>
    public bool UsesGold => Objective is not null && Objective.ToObjective().RewardWeight != 0;
}
