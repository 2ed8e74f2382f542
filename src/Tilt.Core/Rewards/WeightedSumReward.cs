namespace Tilt.Rewards;

/// <summary>
/// The weighted sum of several rewards. Outcome and answer are those of the first, the task's own; but a part that is over budget puts
/// the whole over budget, so that no sample is scored by a part of its reward.
/// </summary>
public sealed class WeightedSumReward : IReward
{
    private readonly (IReward Reward, double Weight)[] _parts;

    /// <summary>Makes the sum.</summary>
    /// <param name="parts">Rewards and weights, the task reward first.</param>
    /// <exception cref="InputException">There is no part, or a weight is not finite.</exception>
    public WeightedSumReward(IReadOnlyList<(IReward Reward, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new InputException("A weighted sum of rewards needs at least one reward.");
        foreach ((IReward reward, double weight) in parts)
        {
            if (!double.IsFinite(weight))
                throw new InputException($"The weight of reward '{reward.Name}' must be a finite number, but is {weight}.");
        }
        this._parts = [.. parts];
    }

    /// <inheritdoc/>
    public string Name => "weighted_sum";

    /// <inheritdoc/>
    public async ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var sums = new RewardScore[responses.Count];
        for (int part = 0; part < _parts.Length; part++)
        {
            (IReward reward, double weight) = _parts[part];
            RewardScore[] scores = await reward.ScoreAsync(responses, cancellationToken).ConfigureAwait(false);
            if (scores.Length != sums.Length)
                throw new InvalidOperationException($"Reward '{reward.Name}' returned {scores.Length} scores for {sums.Length} responses.");
            for (int i = 0; i < sums.Length; i++)
            {
                RewardScore first = part == 0 ? scores[i] with { Value = 0 } : sums[i];
                RewardOutcome outcome = scores[i].Outcome == RewardOutcome.OverBudget ? RewardOutcome.OverBudget : first.Outcome;
                sums[i] = new(first.Value + (weight * scores[i].Value), outcome, first.Answer)
                {
                    Terms = [.. part == 0 ? [] : first.Terms!, new(reward.Name, scores[i].Value)]
                };
            }
        }
        return sums;
    }
}
