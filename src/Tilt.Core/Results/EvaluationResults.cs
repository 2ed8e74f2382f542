using Tilt.Statistics;

namespace Tilt.Results;

/// <summary>What an evaluation came to: <c>evaluation.json</c> (docs/evaluation.md has the schema).</summary>
public sealed record EvaluationResults
{
    /// <summary>The format's number.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format's number of this file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Version of Tilt that wrote it.</summary>
    public required string TiltVersion { get; init; }

    /// <summary>When, where and by which command; null in files of versions that did not say it.</summary>
    public EvaluationManifest? Manifest { get; init; }

    /// <summary>The model, or the file that the responses come from.</summary>
    public required string Model { get; init; }

    /// <summary>The adapter, or null.</summary>
    public string? Adapter { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Which of its problems.</summary>
    public required string Split { get; init; }

    /// <summary>The reward that judged.</summary>
    public required string Reward { get; init; }

    /// <summary>Most response tokens; null where the responses come from elsewhere.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Seed of sampling.</summary>
    public uint Seed { get; init; }

    /// <summary>What counts as the same answer in maj@k.</summary>
    public VoteRule Vote { get; init; }

    /// <summary>What was left out of the problems and why, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Ids of the problems, in order.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>One entry a method, in the order in which they were asked for.</summary>
    public required IReadOnlyList<MethodEvaluation> Methods { get; init; }
}

/// <summary>
/// Where an evaluation comes from. Everything else in its file but the seconds is the same when it is made again on the same machine.
/// </summary>
/// <param name="StartedAt">UTC, ISO 8601; a call that continues or repeats an evaluation in its folder keeps the first one's.</param>
/// <param name="Command">The command line that gives these results again; null when they were not made by a command.</param>
/// <param name="Machine">Operating system, processor and cores.</param>
public sealed record EvaluationManifest(string StartedAt, string? Command, string Machine);

/// <summary>The figures of one method. Every interval is at 95 % and over problems.</summary>
public sealed record MethodEvaluation
{
    /// <summary>The method.</summary>
    public required string Name { get; init; }

    /// <summary>Whether gold answers decide its outputs: a bound, no gain at inference time.</summary>
    public bool UsesGold { get; init; }

    /// <summary>Outputs of each problem; the least number where they differ.</summary>
    public required int Samples { get; init; }

    /// <summary>Mean over problems of the share of right outputs.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Its interval, [low, high].</summary>
    public required double[] Ci { get; init; }

    /// <summary>pass@k by k, unbiased.</summary>
    public required IReadOnlyDictionary<int, double> PassAtK { get; init; }

    /// <summary>maj@k by k: the answer of most of k outputs is right, by <see cref="EvaluationResults.Vote"/>.</summary>
    public required IReadOnlyDictionary<int, double> MajAtK { get; init; }

    /// <summary>Mean tokens of an output; null where they are not known.</summary>
    public double? MeanLength { get; init; }

    /// <summary>Share of outputs that were cut off at the limit; null where it is not known.</summary>
    public double? Truncated { get; init; }

    /// <summary>Outputs by verdict: correct, incorrect, unparsable, over_budget.</summary>
    public required IReadOnlyDictionary<string, int> Verdicts { get; init; }

    /// <summary>Figures by level of difficulty.</summary>
    public required IReadOnlyDictionary<string, GroupEvaluation> ByLevel { get; init; }

    /// <summary>Figures by subject.</summary>
    public required IReadOnlyDictionary<string, GroupEvaluation> BySubject { get; init; }

    /// <summary>Response tokens drawn, those of discarded candidates included; null where they are not known.</summary>
    public long? TokensGenerated { get; init; }

    /// <summary>Tokens that went through a forward pass; null where they are not known.</summary>
    public long? TokensForward { get; init; }

    /// <summary>Seconds of generation and judging.</summary>
    public double Seconds { get; init; }

    /// <summary>Difference to the first method on the same problems; null for the first.</summary>
    public PairedDifference? VersusFirst { get; init; }

    /// <summary>Difference to the same method of another evaluation; null where none was named.</summary>
    public PairedDifference? VersusOther { get; init; }

    /// <summary>Share of right outputs of each problem.</summary>
    public required double[] PerProblem { get; init; }
}

/// <summary>The figures of a group of problems.</summary>
/// <param name="Problems">Problems in the group.</param>
/// <param name="Accuracy">Mean over them of the share of right outputs.</param>
/// <param name="Ci">Its interval, [low, high].</param>
public sealed record GroupEvaluation(int Problems, double Accuracy, double[] Ci);
