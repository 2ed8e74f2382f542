using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Core.Tests.Statistics;

public sealed class IntervalsTests
{
    private static readonly RandomStream Stream = new(7, RandomDomain.Statistics, 0, 0, 0);

    [Fact]
    public void Student_t_equals_the_value_by_hand()
    {
        // Mean 2, s = 1, n = 3, t(2, 0.975) = 4.302653.
        Interval interval = Intervals.StudentT([1, 2, 3]);
        Assert.Equal(2 - 4.302653 / Math.Sqrt(3), interval.Low, 5);
        Assert.Equal(2 + 4.302653 / Math.Sqrt(3), interval.High, 5);
    }

    // One problem of 512 sometimes solved: a third of the resamples have no spread, and they are the tail that bounds the mean from above.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_rare_success_leaves_room_above_the_estimate(int solved)
    {
        double[] perProblem = new double[512];
        for (int i = 0; i < solved; i++) perProblem[i] = 0.5;
        Interval interval = Intervals.OfAccuracy(perProblem, Stream);
        Interval student = Intervals.StudentT(perProblem);
        Assert.Equal(student.High, interval.High);
        Assert.Equal(0, interval.Low);
    }

    [Fact]
    public void The_interval_leans_to_the_long_tail()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(i => i < 36 ? i % 3 / 30.0 : 0.9)];
        Interval interval = Intervals.BootstrapT(values, Stream);
        Assert.True(interval.High - values.Average() > values.Average() - interval.Low);
    }

    [Fact]
    public void Few_values_get_Students_interval() =>
        Assert.Equal(Intervals.StudentT([0.1, 0.5, 0.4]), Intervals.BootstrapT([0.1, 0.5, 0.4], Stream));
}
