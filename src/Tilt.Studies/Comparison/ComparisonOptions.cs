using Tilt.Settings;

namespace Tilt.Studies.Comparison;

/// <summary>What a comparison runs with.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Settings of every RL run; objective, seed, name and folder are set for each.</summary>
    public required TrainingConfiguration Training { get; init; }

    /// <summary>Folder of the comparison: results, report, and every run.</summary>
    public required string Out { get; init; }

    /// <summary>First seed.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>One seed, fewer methods, fewer steps.</summary>
    public bool Quick { get; init; }

    /// <summary>Names of the methods to run, beside the base model; null for all. The folder may hold more.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Most seeds a method runs with.</summary>
    public int SeedsPerMethod { get; init; } = int.MaxValue;

    /// <summary>Methods at work at once; results do not depend on it. Default: one a core.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads of each method at work; results may differ in the last bits between numbers of threads. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The command line that gives these results again; null when there is none.</summary>
    public string? Command { get; init; }

    /// <summary>Test problems, of the embedded task a multiple of the number of levels; all where there are fewer.</summary>
    public int TestProblems { get; init; } = 512;

    /// <summary>Outputs a test problem.</summary>
    public int Samples { get; init; } = 16;

    /// <summary>Of those, how many the KL to the base model rests on.</summary>
    public int KlSamples { get; init; } = 4;
}
