using Tilt.Rewards;

namespace Tilt.Objectives;

/// <summary>
/// Groups whose responses all have the same R: no estimator with a baseline of the group learns from them. Rewards that differ by rounding
/// are the same, so that the question is asked of rewards, not of advantages.
/// </summary>
public static class UniformRewards
{
    private const double Rounding = 1e-9;

    /// <summary>Which groups are uniform, <c>[group]</c>.</summary>
    /// <param name="rewards">R, <c>[group][G]</c>.</param>
    /// <param name="scores">Task-reward scores, which tell who takes part, <c>[group][G]</c>.</param>
    public static bool[] Of(double[][] rewards, RewardScore[][] scores) => [.. rewards.Select((group, g) => Are(group, scores[g]))];

    /// <summary>Whether the rewards of a group that take part are all the same; true of fewer than two.</summary>
    /// <param name="rewards">R, <c>[G]</c>.</param>
    /// <param name="scores">Task-reward scores, <c>[G]</c>.</param>
    public static bool Are(double[] rewards, RewardScore[] scores)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        for (int i = 0; i < rewards.Length; i++)
        {
            if (!scores[i].TakesPart) continue;
            least = Math.Min(least, rewards[i]);
            most = Math.Max(most, rewards[i]);
        }

        return !(most - least > Rounding * Math.Max(1, Math.Max(Math.Abs(most), Math.Abs(least))));
    }
}
