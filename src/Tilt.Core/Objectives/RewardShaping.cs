using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives;

/// <summary>
/// What is done to rewards besides the objective: R = objective(clip(r), …) + length penalty − coefficient·Σ_t k(x_t).
/// </summary>
public sealed record RewardShaping
{
    /// <summary>Smallest task reward; a smaller one counts as this. Null for none.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest task reward; a larger one counts as this. Null for none.</summary>
    public double? Maximum { get; init; }

    /// <summary>The penalty of long responses; null for none.</summary>
    public LengthPenalty? Length { get; init; }

    /// <summary>A KL penalty; it acts here where its place is the reward.</summary>
    public KlPenalty Kl { get; init; } = KlPenalty.None;

    /// <summary>R of every response of a step, <c>[group][G]</c>.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>.</param>
    /// <param name="likelihoods">Log-probabilities of the responses and their tokens.</param>
    /// <exception cref="ArgumentException">The reference is used and its likelihoods are missing.</exception>
    public double[][] ShapedRewards(Objective objective, IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, Likelihoods likelihoods)
    {
        ArgumentNullException.ThrowIfNull(objective);
        double[][] rewards = objective.ShapedRewards(groups, Clipped(scores), likelihoods);
        for (int g = 0; g < rewards.Length; g++)
        {
            for (int i = 0; i < rewards[g].Length; i++)
            {
                if (Length is not null) rewards[g][i] += Length.Of(groups[g].Completions[i].Length);
                if (Kl.InReward) rewards[g][i] -= Kl.Coefficient * Kl.Values(likelihoods, g, i).Sum();
            }
        }

        return rewards;
    }

    /// <summary>A task reward within its bounds.</summary>
    /// <param name="reward">r.</param>
    public double Clip(double reward) =>
        Math.Min(Math.Max(reward, Minimum ?? double.NegativeInfinity), Maximum ?? double.PositiveInfinity);

    private RewardScore[][] Clipped(RewardScore[][] scores) => Minimum is null && Maximum is null
        ? scores
        : [.. scores.Select(group => (RewardScore[])[.. group.Select(score => score with { Value = Clip(score.Value) })])];
}

/// <summary>
/// DAPO's soft overlong punishment: 0 up to limit − cache tokens, from there falling linearly to −1 at the limit, times a weight.
/// </summary>
/// <remarks>Yu et al., "DAPO" (arXiv 2503.14476), equation 13.</remarks>
/// <param name="Limit">Tokens at which the penalty is full.</param>
/// <param name="Cache">Tokens over which it grows, at least 1.</param>
/// <param name="Weight">Size of the full penalty.</param>
public sealed record LengthPenalty(int Limit, int Cache, double Weight = 1)
{
    /// <summary>The penalty of a response of T tokens, between −weight and 0.</summary>
    /// <param name="length">T.</param>
    public double Of(int length) => -Weight * Math.Clamp((length - (Limit - Cache)) / (double)Cache, 0, 1);
}
