namespace Tilt.Objectives.Advantages;

/// <summary>Sum and number of the rewards that take part.</summary>
internal static class GroupSum
{
    /// <summary>Checks the lengths and sums.</summary>
    /// <exception cref="ArgumentException">The three lengths differ.</exception>
    public static (double Sum, int Count) Of(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, ReadOnlySpan<double> advantages)
    {
        if (included.Length != rewards.Length || advantages.Length != rewards.Length)
            throw new ArgumentException($"A group needs equally many rewards, inclusions and advantages; there "
                + $"are {rewards.Length}, {included.Length} and {advantages.Length}.");
        double sum = 0;
        int count = 0;
        for (int i = 0; i < rewards.Length; i++)
        {
            if (!included[i]) continue;
            sum += rewards[i];
            count++;
        }
        return (sum, count);
    }

    /// <summary>Standard deviation of the rewards that take part, with their number less 1 in the denominator.</summary>
    public static double Deviation(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, double mean, int count)
    {
        double squares = 0;
        for (int i = 0; i < rewards.Length; i++)
        {
            if (included[i]) squares += (rewards[i] - mean) * (rewards[i] - mean);
        }

        return Math.Sqrt(squares / (count - 1));
    }
}
