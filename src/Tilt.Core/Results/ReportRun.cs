namespace Tilt.Results;

/// <summary>A training run in a report.</summary>
public sealed record ReportRun
{
    /// <summary>A name that no other run of the report has.</summary>
    public required string Label { get; init; }

    /// <summary>What its monitor found, in order: name, step and sentence.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Its folder, as it was given.</summary>
    public required string Folder { get; init; }

    /// <summary>Family of its objective.</summary>
    public required MethodFamily Family { get; init; }

    /// <summary>Number of its setting: runs that differ by the seed alone have the same.</summary>
    public required int Setting { get; init; }

    /// <summary>The objective in a few words.</summary>
    public required string Objective { get; init; }

    /// <summary>Its seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Steps that were done.</summary>
    public required int StepsDone { get; init; }

    /// <summary>Steps that it was to have.</summary>
    public required int Steps { get; init; }

    /// <summary>Selection problems of an evaluation during training.</summary>
    public required int SelectionProblems { get; init; }

    /// <summary>What was run: names and values in reading order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>Curves by the names of <c>metrics.jsonl</c>; each has at least one point.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ReportPoint>> Curves { get; init; }
}

/// <summary>A point of a curve.</summary>
/// <param name="Step">Optimiser step.</param>
/// <param name="Value">The value; finite.</param>
public readonly record struct ReportPoint(int Step, double Value);
