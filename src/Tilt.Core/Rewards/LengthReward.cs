namespace Tilt.Rewards;

/// <summary>
/// 0 for a response of up to <c>free</c> characters, falling linearly to −1 at <c>limit</c> characters and beyond. The shape is the soft
/// overlong punishment of Yu et al., "DAPO" (2025), equation 13, in characters: a reward sees text.
/// </summary>
public sealed class LengthReward : IReward
{
    private readonly int _free;
    private readonly int _limit;

    /// <summary>Makes the reward.</summary>
    /// <param name="free">Characters without a penalty.</param>
    /// <param name="limit">Characters from which the penalty is −1; more than <paramref name="free"/>.</param>
    /// <exception cref="InputException">The limits are negative or in the wrong order.</exception>
    public LengthReward(int free, int limit)
    {
        if (free < 0 || limit <= free)
            throw new InputException($"The length reward needs 0 <= free < limit, but free is {free} and limit is {limit} characters.");
        (this._free, this._limit) = (free, limit);
    }

    /// <inheritdoc/>
    public string Name => "length";

    /// <inheritdoc/>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var scores = new RewardScore[responses.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            double excess = Math.Clamp((responses[i].Text.Length - _free) / (double)(_limit - _free), 0, 1);
            scores[i] = new(0 - excess, excess == 0 ? RewardOutcome.Correct : RewardOutcome.Incorrect, null);
        }
        return ValueTask.FromResult(scores);
    }
}
