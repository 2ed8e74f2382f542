using System.Globalization;
using System.Text.RegularExpressions;

namespace Tilt.Rewards;

/// <summary>
/// 1 for a response that ended by itself and whose last number is the gold answer, else 0: for questions whose answers are plain numbers,
/// asked of models that were not taught to box them.
/// </summary>
public sealed partial class LastNumberReward : IReward
{
    /// <inheritdoc/>
    public string Name => "last_number";

    /// <inheritdoc/>
    /// <exception cref="InputException">The gold answer of a problem is no number.</exception>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        return ValueTask.FromResult<RewardScore[]>([.. responses.Select(Score)]);
    }

    private static RewardScore Score(ScoredResponse response)
    {
        if (Value(response.Problem.Answer) is not { } gold)
            throw new InputException($"The gold answer of problem '{response.Problem.Id}' is '{response.Problem.Answer}', which is no "
                + $"number; judge it by the reward 'math'.");
        Match? last = Numbers().Matches(response.Text).LastOrDefault();
        if (last is null || Value(last.Value) is not { } number) return new(0, RewardOutcome.Unparsable, null);
        bool right = number == gold && response.Ended;
        // A response that was cut off gives no answer to vote for: what it would have ended with is not known.
        string? answer = response.Ended ? number.ToString("0.#############################", CultureInfo.InvariantCulture) : null;
        return new(right ? 1 : 0, right ? RewardOutcome.Correct : RewardOutcome.Incorrect, answer);
    }

    private static decimal? Value(string text) =>
        decimal.TryParse(text.Trim().Replace(",", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? value : null;

    [GeneratedRegex(@"-?[0-9][0-9,]*(\.[0-9]+)?")]
    private static partial Regex Numbers();
}
