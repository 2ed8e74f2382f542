namespace Tilt.Objectives.Advantages;

/// <summary>
/// Leave-one-out advantages (RLOO): A_i = R_i − mean of the other rewards of the group. No division by a standard deviation.
/// </summary>
/// <remarks>
/// The baseline does not depend on response i, so it leaves the gradient's expectation alone. Used by the paper
/// (arXiv 2604.16259); Kool, van Hoof and Welling, "Buy 4 REINFORCE samples, get a baseline for free!" (2019). Advantages are 0
/// where fewer than two responses are included.
/// </remarks>
public sealed class LeaveOneOut : IAdvantageEstimator
{
    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        (double sum, int count) = GroupSum.Of(rewards, included, advantages);
        for (int i = 0; i < rewards.Length; i++)
            advantages[i] = included[i] && count > 1 ? rewards[i] - (sum - rewards[i]) / (count - 1) : 0;
    }
}
