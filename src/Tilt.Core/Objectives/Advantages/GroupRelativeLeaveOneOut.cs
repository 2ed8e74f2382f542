namespace Tilt.Objectives.Advantages;

/// <summary>
/// GRPO with the other responses' moments, NeMo-RL's form: A_i = (R_i − mean_{j≠i} R_j) / (standard deviation_{j≠i} + ε).
/// </summary>
/// <remarks>
/// Neither mean nor deviation depends on response i, so that the gradient keeps its direction for every prompt alone; across prompts each
/// is scaled by a deviation of its own. Where the others are all equal, and in groups of two, the deviation is 0 and nothing divides. The
/// deviation has (number of others − 1) in the denominator. Advantages are 0 where fewer than two responses are included.
/// </remarks>
public sealed class GroupRelativeLeaveOneOut : IAdvantageEstimator
{
    /// <summary>ε, added to the standard deviation; default 1e-6, NeMo-RL's.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        int count = GroupSum.Of(rewards, included, advantages).Count;
        bool[] others = included.ToArray();
        for (int i = 0; i < rewards.Length; i++)
        {
            advantages[i] = 0;
            if (!included[i] || count < 2) continue;
            others[i] = false;
            double mean = GroupSum.Of(rewards, others, advantages).Sum / (count - 1);
            double deviation = count > 2 ? GroupSum.Deviation(rewards, others, mean, count - 1) : 0;
            others[i] = true;
            advantages[i] = (rewards[i] - mean) / (deviation > Rounding * Math.Abs(mean) ? deviation + Epsilon : 1);
        }
    }

    // The others' mean is rounded: equal rewards do not have the deviation 0 exactly.
    private const double Rounding = 1e-12;
}
