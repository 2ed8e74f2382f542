namespace Tilt.Advantages;

/// <summary>
/// Leave-one-out advantages (RLOO): A_i = R_i − mean of the other rewards of the group. No division by a standard deviation.
/// </summary>
/// <remarks>
/// The baseline does not depend on response i, so it leaves the gradient's expectation alone. Used by the paper
/// (arXiv 2604.16259); Kool, van Hoof and Welling, "Buy 4 REINFORCE samples, get a baseline for free!" (2019).
/// </remarks>
public static class LeaveOneOut
{
    /// <summary>Advantages of one group.</summary>
    /// <param name="rewards">Shaped rewards of a prompt's responses, <c>[G]</c>.</param>
    /// <param name="included">False for responses that take no part (their verdict was over budget): advantage 0, not in any baseline. <c>[G]</c>.</param>
    /// <param name="advantages">Receives the advantages, <c>[G]</c>; 0 where fewer than two responses are included.</param>
    /// <exception cref="ArgumentException">The three lengths differ.</exception>
    public static void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        if (included.Length != rewards.Length || advantages.Length != rewards.Length)
            throw new ArgumentException($"A group needs equally many rewards, inclusions and advantages; there are {rewards.Length}, {included.Length} and {advantages.Length}.");
        double sum = 0;
        int count = 0;
        for (int i = 0; i < rewards.Length; i++)
        {
            if (!included[i]) continue;
            sum += rewards[i];
            count++;
        }

        for (int i = 0; i < rewards.Length; i++)
            advantages[i] = included[i] && count > 1 ? rewards[i] - (sum - rewards[i]) / (count - 1) : 0;
    }
}
