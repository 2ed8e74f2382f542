using Tilt.Cli.Progress;

namespace Tilt.Cli.Tests;

public sealed class ProgressLineTests
{
    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(90, "0:01:30")]
    [InlineData(27_000, "7:30:00")]
    [InlineData(183_600, "2 d 03:00:00")]
    [InlineData(1e9, "more than 100 d")]
    public void Hours_and_days_are_never_dropped(double seconds, string text) =>
        Assert.Equal(text, TimeLeft.Text(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Time_left_follows_the_pace_and_is_not_told_without_one()
    {
        Assert.Equal(", 0:00:30 left", TimeLeft.After(TimeSpan.FromSeconds(10), 1, 3));
        Assert.Equal("", TimeLeft.After(TimeSpan.FromSeconds(10), 0, 3));
        Assert.Equal("", TimeLeft.After(TimeSpan.FromSeconds(10), 3, 0));
    }

    [Fact]
    public void A_terminal_has_one_line_that_is_rewritten_and_wiped()
    {
        var clock = new Clock();
        using var errors = new StringWriter();
        using (var line = new ProgressLine(clock, errors, isTerminal: true))
        {
            line.Show(0.1, () => "early");
            clock.Seconds = 0.6;
            line.Show(0.2, () => "longer text");
            clock.Seconds = 1.2;
            line.Show(0.3, () => "text");
        }
        Assert.Equal("\rlonger text\rtext       \r    \r", errors.ToString());
    }

    [Fact]
    public void A_file_has_a_line_for_every_tenth()
    {
        var clock = new Clock();
        using var errors = new StringWriter();
        using (var line = new ProgressLine(clock, errors, isTerminal: false))
        {
            for (int done = 0; done <= 1000; done++)
            {
                clock.Seconds = 0.1 * done;
                line.Show(done / 1000.0, () => $"{done}");
            }
        }
        Assert.Equal(["100", "200", "300", "400", "500", "600", "700", "800", "900", "1000"],
            errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Work_of_unknown_amount_has_a_line_a_minute()
    {
        var clock = new Clock();
        using var errors = new StringWriter();
        using var line = new ProgressLine(clock, errors, isTerminal: false);
        for (; clock.Seconds <= 150; clock.Seconds++) line.Show(null, () => $"{clock.Seconds}");
        Assert.Equal(["60", "120"], errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)Math.Round(1_000_000 * Seconds);
    }
}
