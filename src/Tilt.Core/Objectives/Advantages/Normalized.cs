using Tilt.Rewards;

namespace Tilt.Objectives.Advantages;

/// <summary>
/// Another estimator's advantages, normalised over the step: (A − mean) / (standard deviation + ε), TRL's <c>normalize_advantages</c>.
/// </summary>
/// <remarks>The deviation is the sample's, over all responses that take part.</remarks>
/// <param name="inner">The estimator.</param>
public sealed class Normalized(IAdvantageEstimator inner) : IAdvantageEstimator
{
    /// <summary>ε, added to the standard deviation; default 1e-4, TRL's.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>Advantages of a step of one group.</summary>
    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        inner.Compute(rewards, included, advantages);
        Normalize(advantages, included);
    }

    /// <inheritdoc/>
    public double[][] Of(double[][] rewards, RewardScore[][] scores)
    {
        double[][] advantages = inner.Of(rewards, scores);
        double[] flat = [.. advantages.SelectMany(a => a)];
        Normalize(flat, [.. scores.SelectMany(s => s.Select(score => score.TakesPart))]);
        int next = 0;
        return [.. advantages.Select(group => flat[next..(next += group.Length)])];
    }

    private void Normalize(Span<double> advantages, ReadOnlySpan<bool> included)
    {
        (double sum, int count) = GroupSum.Of(advantages, included, advantages);
        if (count < 2) return;
        double mean = sum / count, deviation = GroupSum.Deviation(advantages, included, mean, count);
        for (int i = 0; i < advantages.Length; i++)
            advantages[i] = included[i] ? (advantages[i] - mean) / (deviation + Epsilon) : 0;
    }
}
