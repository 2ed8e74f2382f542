namespace Tilt.Objectives.Advantages;

/// <summary>Plain REINFORCE: A_i = R_i. Unbiased and noisy (Williams, "Simple statistical gradient-following algorithms", 1992).</summary>
public sealed class NoBaseline : IAdvantageEstimator
{
    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        GroupSum.Of(rewards, included, advantages);
        for (int i = 0; i < rewards.Length; i++) advantages[i] = included[i] ? rewards[i] : 0;
    }
}
