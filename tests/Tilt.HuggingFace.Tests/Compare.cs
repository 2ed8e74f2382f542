namespace Tilt.HuggingFace.Tests;

/// <summary>Distances between arrays of numbers.</summary>
internal static class Compare
{
    public static double LargestDifference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (x, y) => Math.Abs((double)x - y)).Max();
    }

    /// <summary>L2 norm of the difference over that of what is expected.</summary>
    public static double RelativeDifference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = expected.Zip(actual, (x, y) => ((double)x - y) * ((double)x - y)).Sum(),
            norm = expected.Sum(x => (double)x * x);
        return Math.Sqrt(difference / norm);
    }
}
