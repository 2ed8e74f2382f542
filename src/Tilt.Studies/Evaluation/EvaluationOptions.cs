using Tilt.Inference.Methods.Contracts;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Studies.Evaluation;

/// <summary>What is evaluated, on what, and how often.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Which of its problems.</summary>
    public required string Split { get; init; }

    /// <summary>The problems.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>Judges the outputs.</summary>
    public required IReward Reward { get; init; }

    /// <summary>What was left out of the problems and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The methods; the first is what the others are compared with.</summary>
    public required IReadOnlyList<MethodOptions> Methods { get; init; }

    /// <summary>Outputs of each problem; a deterministic method gives one. Default 16.</summary>
    public int Samples { get; init; } = 16;

    /// <summary>Most response tokens.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Seed of the random numbers.</summary>
    public uint Seed { get; init; } = 42;

    /// <summary>What counts as the same answer in maj@k; outputs do not depend on it.</summary>
    public VoteRule Vote { get; init; }

    /// <summary>The command line that is at work, for the results; null where there is none.</summary>
    public string? Command { get; init; }

    /// <summary>Folder of the evaluation.</summary>
    public required string Out { get; init; }
}

/// <summary>The model that is evaluated.</summary>
/// <param name="Name">Its folder or repository, for the results.</param>
/// <param name="Adapter">Its adapter, or null.</param>
/// <param name="Identity">What its outputs depend on: weights, engine, precision, prompts.</param>
/// <param name="Resources">What methods run on.</param>
/// <param name="Tokenizer">Makes texts of responses.</param>
/// <param name="Prompt">Token ids of a problem's prompt.</param>
/// <param name="Portion">Responses that are drawn together and saved at once; a part of what results depend on, as batches round
/// differently.</param>
public sealed record EvaluatedModel(string Name, string? Adapter, string Identity, MethodResources Resources, ITokenizer Tokenizer,
    Func<Problem, int[]> Prompt, int Portion);

/// <summary>News of an evaluation.</summary>
/// <param name="Method">The method at work.</param>
/// <param name="Problems">Problems of it that are done.</param>
/// <param name="AllProblems">All its problems.</param>
/// <param name="Done">Problems done of all methods.</param>
/// <param name="All">Problems of all methods.</param>
/// <param name="Accuracy">Accuracy so far.</param>
/// <param name="Resumed">Of <paramref name="Done"/>, those that an earlier call had done.</param>
public readonly record struct EvaluationProgress(string Method, int Problems, int AllProblems, int Done, int All, double Accuracy,
    int Resumed);
