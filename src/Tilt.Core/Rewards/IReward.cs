using Tilt.Rollouts;

namespace Tilt.Rewards;

/// <summary>A task reward r(x, y): scores responses to problems, batched.</summary>
public interface IReward
{
    /// <summary>Name used in metrics (<c>reward/NAME</c>).</summary>
    string Name { get; }

    /// <summary>Scores each response, in order.</summary>
    /// <param name="responses">Responses with the problems they answer; text without special tokens, cut at the first end-of-sequence
    /// token.</param>
    /// <param name="cancellationToken">Cancels rewards that wait for a service.</param>
    ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default);
}

/// <summary>A response to score.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Text">The response text.</param>
public readonly record struct ScoredResponse(Problem Problem, string Text);

/// <summary>The score of one response.</summary>
/// <param name="Value">The reward, usually 0 or 1.</param>
/// <param name="Outcome">How the value came about.</param>
/// <param name="Answer">The extracted answer in canonical form, which majority voting groups by; null when none was found (the response
/// abstains).</param>
public readonly record struct RewardScore(double Value, RewardOutcome Outcome, string? Answer)
{
    /// <summary>Whether the response enters loss and baseline: not when its verdict was over budget.</summary>
    public bool TakesPart => Outcome != RewardOutcome.OverBudget;
}

/// <summary>How a reward came about. Every outcome is counted and logged.</summary>
public enum RewardOutcome
{
    /// <summary>The answer is right.</summary>
    Correct,

    /// <summary>The answer is wrong.</summary>
    Incorrect,

    /// <summary>No answer could be read from the response; reward 0.</summary>
    Unparsable,

    /// <summary>Judging would have taken more work than its budget: 0 in evaluation, left out of loss and baseline in training.</summary>
    OverBudget,
}
