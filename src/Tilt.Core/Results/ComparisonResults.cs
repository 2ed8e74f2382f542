using System.Text.Json.Serialization;
using Tilt.Statistics;

namespace Tilt.Results;

/// <summary>Everything <c>tilt compare</c> found: the content of <c>results.json</c> (schema: docs/results.md).</summary>
public sealed record ComparisonResults
{
    /// <summary>Version of the schema.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The base model.</summary>
    public required string Base { get; init; }

    /// <summary>Wall-clock seconds of the whole comparison, interruptions not counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>The paper's claims, judged by the rules of docs/claims.md.</summary>
    public required IReadOnlyList<ClaimResult> Claims { get; init; }

    /// <summary>One entry per method, base first.</summary>
    public required IReadOnlyList<MethodResult> Methods { get; init; }

    /// <summary>Problems, samples, seeds and settings: what was run.</summary>
    public required ComparisonSettings Settings { get; init; }

    /// <summary>A few test problems with every method's response.</summary>
    public required IReadOnlyList<SampleProblem> Samples { get; init; }
}

/// <summary>What was run.</summary>
public sealed record ComparisonSettings
{
    /// <summary>Version of Tilt.</summary>
    public required string TiltVersion { get; init; }
    /// <summary>Operating system, processor and cores.</summary>
    public required string Machine { get; init; }
    /// <summary>True for <c>--quick</c>.</summary>
    public required bool Quick { get; init; }
    /// <summary>First seed of the run.</summary>
    public required int Seed { get; init; }
    /// <summary>Test problems.</summary>
    public required int TestProblems { get; init; }
    /// <summary>Selection problems, on which best checkpoints are chosen.</summary>
    public required int SelectionProblems { get; init; }
    /// <summary>Outputs a problem on which accuracies rest.</summary>
    public required int SamplesPerProblem { get; init; }
    /// <summary>Training steps of each run.</summary>
    public required int Steps { get; init; }
    /// <summary>Prompts a step.</summary>
    public required int PromptsPerStep { get; init; }
    /// <summary>Responses a prompt.</summary>
    public required int Generations { get; init; }
    /// <summary>Most response tokens.</summary>
    public required int MaxNewTokens { get; init; }
    /// <summary>Learning rate of every RL run.</summary>
    public required double LearningRate { get; init; }
    /// <summary>Precision of the loss's forward and backward: <c>float32</c> or <c>bfloat16</c>.</summary>
    public required string Precision { get; init; }
    /// <summary>The command line that gives these results again; null when they were not made by a command.</summary>
    public string? Command { get; init; }
}

/// <summary>What a method is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MethodKind>))]
public enum MethodKind
{
    /// <summary>The base model, sampled at temperature 1.</summary>
    [JsonStringEnumMemberName("base")] Base,
    /// <summary>An inference-time method on the base model.</summary>
    [JsonStringEnumMemberName("inference")] Inference,
    /// <summary>Reinforcement learning, then sampling at temperature 1.</summary>
    [JsonStringEnumMemberName("rl")] Rl,
}

/// <summary>One method's row.</summary>
public sealed record MethodResult
{
    /// <summary>Name, such as <c>task-reward</c> or <c>beam-4</c>.</summary>
    public required string Name { get; init; }
    /// <summary>What the method is.</summary>
    public required MethodKind Kind { get; init; }
    /// <summary>Weights of the objective; null unless <see cref="Kind"/> is <see cref="MethodKind.Rl"/>.</summary>
    public ObjectiveWeights? Objective { get; init; }
    /// <summary>Seeds of its runs.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }
    /// <summary>Test figures at the last checkpoint (or of the inference-time method).</summary>
    public required TestResult Test { get; init; }
    /// <summary>Test figures at the checkpoint that was best on selection problems, step 0 excluded; null unless RL.</summary>
    public TestResult? Best { get; init; }
    /// <summary>Step of the best checkpoint, one per seed; null unless RL.</summary>
    public IReadOnlyList<int>? BestSteps { get; init; }
    /// <summary>True when the base model beat every checkpoint of every seed on selection problems; null unless RL.</summary>
    public bool? BaseBeatsAllCheckpoints { get; init; }
    /// <summary>Course of training on selection problems, mean over seeds; empty unless RL.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }
    /// <summary>Course of training for each seed; empty unless RL.</summary>
    // Generated deserialisation hands null to the initialiser when the key is absent.
    public IReadOnlyList<IReadOnlyList<CurvePoint>> CurvePerSeed { get; init => field = value ?? []; } = [];
    /// <summary>Tokens generated, all seeds, training and test together.</summary>
    public required long TokensGenerated { get; init; }
    /// <summary>Tokens that went through a forward pass of any model, all seeds.</summary>
    public required long TokensForward { get; init; }
    /// <summary>Whether gold answers were used to produce outputs or weights.</summary>
    public required bool UsesGold { get; init; }
    /// <summary>Seconds of work, all seeds.</summary>
    public required double Seconds { get; init; }
}

/// <summary>Weights of the objective R = reward·r + likelihood·N(ℓ_ref) − kl·(ℓ_π − ℓ_ref).</summary>
/// <param name="Reward">w_r.</param>
/// <param name="Likelihood">w_ℓ.</param>
/// <param name="Kl">w_kl.</param>
/// <param name="Normalization">N: <c>sum</c>, <c>mean</c> or <c>weighted_mean</c>.</param>
/// <param name="FixedLength">Trained with the end-of-sequence token ignored.</param>
public sealed record ObjectiveWeights(double Reward, double Likelihood, double Kl, string Normalization, bool FixedLength = false);

/// <summary>Figures on the test problems. Undefined or intractable quantities are null.</summary>
public sealed record TestResult
{
    /// <summary>Mean over problems of the share of right outputs, mean over seeds.</summary>
    public required double Accuracy { get; init; }
    /// <summary>95 % interval over problems, [low, high].</summary>
    public required double[] Ci { get; init; }
    /// <summary>Accuracy of each seed's run.</summary>
    public required double[] PerSeed { get; init; }
    /// <summary>Standard deviation of accuracy over seeds; null for one run.</summary>
    public double? SeedSd { get; init; }
    /// <summary>Unbiased pass@k by k.</summary>
    public IReadOnlyDictionary<int, double>? PassAtK { get; init; }
    /// <summary>maj@k by k; unparsable answers abstain.</summary>
    public IReadOnlyDictionary<int, double>? MajAtK { get; init; }
    /// <summary>Mean response tokens, the end-of-sequence token included.</summary>
    public double? MeanLength { get; init; }
    /// <summary>Entropy of the policy's own conditionals at temperature 1 along its own samples, nats per token.</summary>
    public double? Entropy { get; init; }
    /// <summary>E_q[log q − log p] against the base model p under the distribution q drawn from, nats per response.</summary>
    public double? Kl { get; init; }
    /// <summary>Accuracy by level.</summary>
    public required IReadOnlyDictionary<int, double> ByLevel { get; init; }
    /// <summary>Share of responses without a readable answer.</summary>
    public required double Unparsable { get; init; }
    /// <summary>Accuracy minus base's, paired by problem; null for base.</summary>
    public PairedDifference? VersusBase { get; init; }
    /// <summary>Mean accuracy of each problem in test order (over outputs and seeds), for further paired tests.</summary>
    public required double[] PerProblem { get; init; }
}

/// <summary>One point of a training curve, measured on selection problems (rewards: on that step's rollouts).</summary>
public sealed record CurvePoint
{
    /// <summary>Optimiser steps done.</summary>
    public required int Step { get; init; }
    /// <summary>Accuracy on selection problems.</summary>
    public required double Accuracy { get; init; }
    /// <summary>Mean response tokens.</summary>
    public required double Length { get; init; }
    /// <summary>Nats per token.</summary>
    public required double Entropy { get; init; }
    /// <summary>KL to the base model, nats per response; null when it was not measured.</summary>
    public double? Kl { get; init; }
    /// <summary>Mean task reward of the rollouts; null at step 0.</summary>
    public double? RewardTask { get; init; }
    /// <summary>Mean shaped reward of the rollouts; null at step 0.</summary>
    public double? RewardShaped { get; init; }
}

/// <summary>Verdict on one claim of the paper.</summary>
/// <param name="Id">Identifier used in docs/claims.md.</param>
/// <param name="Claim">The claim in one sentence.</param>
/// <param name="Verdict"><c>supported</c>, <c>not supported</c> or <c>undecided</c>.</param>
/// <param name="Statistic">The statistic on which the verdict rests; null when a method it needs was not run.</param>
/// <param name="Rule">Statistic and threshold in words.</param>
/// <param name="Explanation">What was seen, in one sentence with numbers.</param>
public sealed record ClaimResult(string Id, string Claim, string Verdict, double? Statistic, string Rule, string Explanation);

/// <summary>A test problem with one response of each method.</summary>
/// <param name="Id">Problem id.</param>
/// <param name="Level">Difficulty.</param>
/// <param name="Text">Problem text.</param>
/// <param name="Answer">Gold answer.</param>
/// <param name="Responses">One response a method.</param>
public sealed record SampleProblem(string Id, int? Level, string Text, string Answer, IReadOnlyList<SampleResponse> Responses);

/// <summary>One method's response to a sample problem.</summary>
/// <param name="Method">Method name.</param>
/// <param name="Text">Response text.</param>
/// <param name="Verdict"><c>correct</c>, <c>incorrect</c> or <c>unparsable</c>.</param>
/// <param name="Answer">Extracted answer, or null.</param>
/// <param name="Length">Response tokens.</param>
public sealed record SampleResponse(string Method, string Text, string Verdict, string? Answer, int Length);
