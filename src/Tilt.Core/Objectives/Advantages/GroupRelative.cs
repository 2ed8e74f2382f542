namespace Tilt.Objectives.Advantages;

/// <summary>
/// Group-relative advantages (GRPO): A_i = (R_i − mean) / (standard deviation + ε) over the group, response i included.
/// </summary>
/// <remarks>
/// Shao et al., "DeepSeekMath" (arXiv 2402.03300), as in TRL. The mean holds R_i itself, which scales the gradient's expectation by
/// (G − 1)/G and leaves its direction alone; the standard deviation depends on R_i too, and bends it. Without the division this
/// is the advantage of Liu et al., "Understanding R1-Zero-like training" (arXiv 2503.20783). The deviation is the sample's, with
/// G − 1 in the denominator. Advantages are 0 where fewer than two responses are included.
/// </remarks>
public sealed class GroupRelative : IAdvantageEstimator
{
    /// <summary>Whether the standard deviation divides; default true.</summary>
    public bool DivideByDeviation { get; init; } = true;

    /// <summary>ε, added to the standard deviation; default 1e-4, TRL's. NeMo-RL adds 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        (double sum, int count) = GroupSum.Of(rewards, included, advantages);
        double mean = sum / count;
        double divisor = DivideByDeviation ? GroupSum.Deviation(rewards, included, mean, count) + Epsilon : 1;
        for (int i = 0; i < rewards.Length; i++)
            advantages[i] = included[i] && count > 1 ? (rewards[i] - mean) / divisor : 0;
    }
}
