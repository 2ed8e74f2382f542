using Tilt.Rewards;

namespace Tilt.Objectives.Advantages;

/// <summary>
/// The group's mean, and the standard deviation of all rewards of the step: A_i = (R_i − mean of the group) / (deviation of the step + ε).
/// </summary>
/// <remarks>
/// TRL's <c>scale_rewards="batch"</c>; Liu et al., "Tricks or traps?" (arXiv 2508.08221). One deviation for every prompt: with many prompts
/// it hardly depends on a single response, and is then a matter of the learning rate. Advantages are 0 in groups of fewer than two.
/// </remarks>
public sealed class BatchScaled : IAdvantageEstimator
{
    private static readonly GroupRelative Centred = new() { DivideByDeviation = false };

    /// <summary>ε, added to the standard deviation; default 1e-4, TRL's.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>Advantages of a step of one group.</summary>
    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        Centred.Compute(rewards, included, advantages);
        double divisor = Divisor(rewards, included);
        foreach (ref double advantage in advantages) advantage /= divisor;
    }

    /// <inheritdoc/>
    public double[][] Of(double[][] rewards, RewardScore[][] scores)
    {
        double[][] advantages = ((IAdvantageEstimator)Centred).Of(rewards, scores);
        double divisor = Divisor([.. rewards.SelectMany(r => r)], [.. scores.SelectMany(s => s.Select(score => score.TakesPart))]);
        foreach (double[] group in advantages)
            foreach (ref double advantage in group.AsSpan()) advantage /= divisor;
        return advantages;
    }

    private double Divisor(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included)
    {
        (double sum, int count) = GroupSum.Of(rewards, included, rewards);
        return count < 2 ? 1 : GroupSum.Deviation(rewards, included, sum / count, count) + Epsilon;
    }
}
