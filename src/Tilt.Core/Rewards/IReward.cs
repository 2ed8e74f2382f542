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
/// <param name="Ended">Whether the response ended by itself, rather than at the limit of tokens.</param>
public readonly record struct ScoredResponse(Problem Problem, string Text, bool Ended = true)
{
    /// <summary>A response as a reader sees it: its text, cut at the first end-of-sequence token.</summary>
    public static ScoredResponse Of(Problem problem, ReadOnlySpan<int> responseIds, ITokenizer tokenizer) =>
        new(problem, ResponseText.Of(responseIds, tokenizer), ResponseText.HasEnd(responseIds, tokenizer));
}

/// <summary>The score of one response.</summary>
/// <param name="Value">The reward, usually 0 or 1.</param>
/// <param name="Outcome">How the value came about.</param>
/// <param name="Answer">The extracted answer in canonical form, which majority voting groups by; null when none was found (the response
/// abstains).</param>
public readonly record struct RewardScore(double Value, RewardOutcome Outcome, string? Answer)
{
    /// <summary>The rewards that the value is a weighted sum of, before their weights; null where it is one.</summary>
    public IReadOnlyList<RewardTerm>? Terms { get; init; }

    /// <summary>Whether the response enters loss and baseline: not when its verdict was over budget.</summary>
    public bool TakesPart => Outcome != RewardOutcome.OverBudget;
}

/// <summary>One of the rewards that are summed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it gave a response, before its weight.</param>
public readonly record struct RewardTerm(string Name, double Value);

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
