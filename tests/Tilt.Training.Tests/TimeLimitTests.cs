namespace Tilt.Training.Tests;

public sealed class TimeLimitTests
{
    [Fact]
    public void A_run_ends_before_the_step_that_would_not_be_over_in_time()
    {
        var clock = new Clock();
        var limit = new TimeLimit(TimeSpan.FromSeconds(100), clock);
        int steps = 0;
        void Train()
        {
            for (; steps < 1000; steps++)
            {
                limit.Check(steps, 1000);
                clock.Seconds += 7;
                limit.After(7);
            }
        }

        var exception = Assert.Throws<TimeLimitException>(Train);
        // Thirteen steps take 91 seconds; a fourteenth could take 10.5.
        Assert.Equal(13, steps);
        Assert.Contains("13 of 1000 steps are done", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_limit_it_goes_on()
    {
        var limit = new TimeLimit(null, new Clock());
        limit.After(1e9);
        limit.Check(1, 2);
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}
