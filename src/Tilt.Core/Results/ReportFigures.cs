using Tilt.Statistics;

namespace Tilt.Results;

/// <summary>What a report of training runs and evaluations shows: figures read from their folders, and conclusions from them.</summary>
public sealed record ReportFigures
{
    /// <summary>The evaluations, one group for each task and set of problems.</summary>
    public required IReadOnlyList<ReportGroup> Groups { get; init; }

    /// <summary>The training runs, in the order in which they were given.</summary>
    public required IReadOnlyList<ReportRun> Runs { get; init; }

    /// <summary>What the curves of the runs say, a sentence each.</summary>
    public required IReadOnlyList<string> RunConclusions { get; init; }

    /// <summary>What was left out and why, a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>Evaluations on the same problems of a task.</summary>
public sealed record ReportGroup
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Which of its problems.</summary>
    public required string Split { get; init; }

    /// <summary>Number of problems.</summary>
    public required int Problems { get; init; }

    /// <summary>Whether the first of <see cref="Methods"/> is of an untrained model, so that "the base" is the word for it.</summary>
    public required bool HasBase { get; init; }

    /// <summary>The evaluations; the first is the one that others are compared with.</summary>
    public required IReadOnlyList<ReportEvaluation> Evaluations { get; init; }

    /// <summary>Every method of every evaluation, in order.</summary>
    public required IReadOnlyList<ReportMethod> Methods { get; init; }

    /// <summary>First responses to a fixed choice of problems.</summary>
    public IReadOnlyList<ReportProblem> Samples { get; init; } = [];

    /// <summary>What the figures say, a sentence each.</summary>
    public IReadOnlyList<string> Conclusions { get; init; } = [];
}

/// <summary>An evaluation in a report.</summary>
/// <param name="Label">A name that no other evaluation of the report has.</param>
/// <param name="Folder">Its folder, as it was given.</param>
/// <param name="Results">Its figures.</param>
public sealed record ReportEvaluation(string Label, string Folder, EvaluationResults Results)
{
    /// <summary>The training run of the report that its model comes from, or null.</summary>
    public ReportRun? Run { get; init; }

    /// <summary>Whether its model was trained: it has an adapter, or is a checkpoint.</summary>
    public required bool IsTrained { get; init; }
}

/// <summary>A method of an evaluation.</summary>
/// <param name="Of">The evaluation.</param>
/// <param name="Figures">Its figures.</param>
public sealed record ReportMethod(ReportEvaluation Of, MethodEvaluation Figures)
{
    /// <summary>A name that no other row of the report has.</summary>
    public string Name => $"{Of.Label}, {Figures.Name}";

    /// <summary>Family of the method; null for a model whose objective is not known.</summary>
    public required MethodFamily? Family { get; init; }

    /// <summary>Difference to the group's first method on the same problems; null for that one.</summary>
    public PairedDifference? VersusBase { get; init; }

    /// <summary>Difference to the same method of the group's first evaluation; null where there is none or it is the first.</summary>
    public PairedDifference? VersusSame { get; init; }
}

/// <summary>A problem with one response of several models.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text; null where the evaluation did not keep it.</param>
/// <param name="Answer">The gold answer; null where the evaluation did not keep it.</param>
/// <param name="Responses">The responses, in the order of the evaluations.</param>
public sealed record ReportProblem(string Id, string? Text, string? Answer, IReadOnlyList<ReportResponse> Responses);

/// <summary>A response.</summary>
/// <param name="Method">Name of the row that it belongs to.</param>
/// <param name="Text">Its text.</param>
/// <param name="Answer">The answer that was read from it, or null.</param>
/// <param name="Verdict">correct, incorrect, unparsable or over_budget.</param>
/// <param name="Tokens">Its tokens; null where they are not known.</param>
public sealed record ReportResponse(string Method, string Text, string? Answer, string Verdict, int? Tokens);
