using System.Text.RegularExpressions;

namespace Tilt.Rewards;

/// <summary>
/// 1 for a response that a pattern matches, else 0. With a group named <c>answer</c> in the pattern, its text must also be the gold
/// answer. Patterns run in linear time (<see cref="RegexOptions.NonBacktracking"/>), so that no response can make them hang.
/// </summary>
public sealed class RegexReward : IReward
{
    private const string AnswerGroup = "answer";
    private readonly Regex _pattern;
    private readonly bool _comparesAnswer;

    /// <summary>Makes the reward.</summary>
    /// <param name="pattern">A .NET regular expression without back-references and look-around.</param>
    /// <exception cref="InputException">The pattern is wrong, or cannot be run in linear time.</exception>
    public RegexReward(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        try
        {
            this._pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new InputException($"The reward's pattern '{pattern}' cannot be used: {exception.Message} Back-references and "
                + $"look-around are not allowed.", exception);
        }
        _comparesAnswer = this._pattern.GetGroupNames().Contains(AnswerGroup);
    }

    /// <inheritdoc/>
    public string Name => "regex";

    /// <inheritdoc/>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        return ValueTask.FromResult(responses.Select(Score).ToArray());
    }

    private RewardScore Score(ScoredResponse response)
    {
        Match match = _pattern.Match(response.Text);
        if (!match.Success) return new(0, RewardOutcome.Unparsable, null);
        if (!_comparesAnswer) return new(1, RewardOutcome.Correct, null);
        string answer = match.Groups[AnswerGroup].Value.Trim();
        bool correct = answer == response.Problem.Answer.Trim();
        return new(correct ? 1 : 0, correct ? RewardOutcome.Correct : RewardOutcome.Incorrect, answer);
    }
}
