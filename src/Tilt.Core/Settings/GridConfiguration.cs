using System.ComponentModel;
using System.Globalization;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: docs/configuration.md is made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>A grid of training runs: what <c>tilt compare --grid</c> reads.</summary>
[Description("A grid of training runs.")]
public sealed record GridConfiguration : IValidatable
{
    [Description("Name of the grid; every run's name begins with it.")]
    public string Name { get; init; } = "grid";

    [Description("Settings of every run; objective, name, adapter and folder are the grid's.")]
    public TrainingConfiguration Training { get; init; } = new();

    [Description("Whether RL with the task reward alone is a run.")]
    public bool TaskReward { get; init; } = true;

    [Description("Whether sharpening, which maximises the likelihood alone, is a run.")]
    public bool Sharpening { get; init; } = true;

    [Description("Exponents alpha of the runs that sample from a target.")]
    public IReadOnlyList<double> Alphas { get; init; } = [];

    [Description("1/beta of those runs; 0 is without task reward (tempered).")]
    public IReadOnlyList<double> BetaInverses { get; init; } = [];

    [Description("Normalisations of the likelihood.")]
    public IReadOnlyList<LengthNormalization> Normalizations { get; init; } = [LengthNormalization.Sum];

    [Description("Whether every run is there a second time with responses of fixed length.")]
    public bool FixedLengthToo { get; init; }

    [Description("Which variants of every run there are: full (all weights, as published), lora (an adapter, a deviation).")]
    public IReadOnlyList<GridVariant> Variants { get; init; } = [GridVariant.Full];

    [Description("Rank of the adapters of the variant lora.")]
    [AtLeast(1)]
    public int LoraRank { get; init; } = 32;

    [Description("Learning rate of the variant lora.")]
    [GreaterThan(0)]
    public double LoraLearningRate { get; init; } = 1e-5;

    [Description("Outputs of each test problem.")]
    [AtLeast(1)]
    public int TestSamples { get; init; } = 16;

    [Description("Floating-point operations a second, in TFLOP/s, that time estimates assume.")]
    [GreaterThan(0)]
    public double AssumedTflops { get; init; } = 300;

    /// <summary>The runs, each a whole configuration, variants behind one another.</summary>
    /// <param name="folder">Folder that the runs are written below.</param>
    public IReadOnlyList<TrainingConfiguration> Runs(string folder) =>
    [
        .. from variant in Variants
           from fixedLength in FixedLengthToo ? (bool[])[false, true] : [false]
           from normalization in Normalizations
           from objective in Objectives(normalization, fixedLength)
           select Run(variant, objective, folder),
    ];

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Alphas.Count == 0 != (BetaInverses.Count == 0))
            yield return new(nameof(Alphas), "and beta_inverses belong together; give both or neither.");
        if (Alphas.Any(alpha => alpha < 0) || BetaInverses.Any(beta => beta < 0))
            yield return new(nameof(Alphas), "and beta_inverses must not be negative.");
        if (Variants.Count == 0) yield return new(nameof(Variants), "is empty; there are full and lora.");
        if (Normalizations.Count == 0) yield return new(nameof(Normalizations), "is empty; there are sum, mean and weighted-mean.");
        if (!TaskReward && !Sharpening && Alphas.Count == 0) yield return new(nameof(Alphas), "is empty, and so is the grid.");
    }

    private IEnumerable<ObjectiveConfiguration> Objectives(LengthNormalization normalization, bool fixedLength)
    {
        if (TaskReward && normalization == Normalizations[0]) yield return new() { Regime = Regime.TaskReward, FixedLength = fixedLength };
        if (Sharpening) yield return new() { Regime = Regime.Sharpening, Normalization = normalization, FixedLength = fixedLength };
        foreach (double alpha in Alphas)
        {
            foreach (double beta in BetaInverses)
            {
                yield return beta == 0
                    ? new() { Regime = Regime.Tempered, Alpha = alpha, Normalization = normalization, FixedLength = fixedLength }
                    : new()
                    {
                        Regime = Regime.Tilted,
                        Alpha = alpha,
                        BetaInverse = beta,
                        Normalization = normalization,
                        FixedLength = fixedLength
                    };
            }
        }
    }

    private TrainingConfiguration Run(GridVariant variant, ObjectiveConfiguration objective, string folder)
    {
        string regime = objective.Regime switch
        {
            Regime.Tempered => string.Create(CultureInfo.InvariantCulture, $"tempered-{objective.Alpha}"),
            Regime.Tilted => string.Create(CultureInfo.InvariantCulture, $"tilted-{objective.Alpha}-{objective.BetaInverse}"),
            _ => ConfigurationName.OfEnum(objective.Regime),
        };
        string norm = objective.Normalization == LengthNormalization.Sum ? "" : "-" + ConfigurationName.OfEnum(objective.Normalization);
        string name = $"{Name}-{ConfigurationName.OfEnum(variant)}-{regime}{norm}{(objective.FixedLength ? "-fixed" : "")}";
        bool lora = variant == GridVariant.Lora;
        return Training with
        {
            Name = name,
            Out = Path.Combine(folder, "runs", name),
            Objective = objective,
            Adapter = lora ? new() { Rank = LoraRank } : null,
            Optimizer = lora ? Training.Optimizer with { LearningRate = LoraLearningRate } : Training.Optimizer,
        };
    }
}

/// <summary>What is trained in a run of a grid.</summary>
public enum GridVariant
{
    [Description("all weights, as published")]
    Full,

    [Description("a low-rank adapter: a deviation that one 80 GB device has room for")]
    Lora,
}
