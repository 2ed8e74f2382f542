using Tilt.Rewards;

namespace Tilt.Studies.Evaluation;

/// <summary>One judged output of a model or method: a line of <c>samples/METHOD.jsonl</c>.</summary>
/// <param name="Problem">Id of the problem.</param>
/// <param name="Sample">Index of the output among those of the problem.</param>
/// <param name="Response">Its text, cut at the first end-of-sequence token.</param>
/// <param name="Answer">The extracted answer in canonical form; null where none was found.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Value">The reward.</param>
public sealed record EvaluatedOutput(string Problem, int Sample, string Response, string? Answer, RewardOutcome Outcome, double Value)
{
    /// <summary>Response tokens, the end-of-sequence token included; null where they are not known.</summary>
    public int? Tokens { get; init; }

    /// <summary>Whether it ended by itself; null where that is not known.</summary>
    public bool? Ended { get; init; }

    /// <summary>Log-probability of the response under the untempered model, nats; null where it is not known.</summary>
    public double? LogProbability { get; init; }
}
