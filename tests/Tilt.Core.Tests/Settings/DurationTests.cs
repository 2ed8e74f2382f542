using Tilt.Settings;

namespace Tilt.Core.Tests.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("3h45m", 13500)]
    [InlineData("90m", 5400)]
    [InlineData("1d2h3m4s", 93784)]
    [InlineData("30s", 30)]
    public void A_length_of_time_is_read(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0m")]
    [InlineData("3")]
    [InlineData("45m3h")]
    [InlineData("-3h")]
    [InlineData("3h ")]
    [InlineData("3,5h")]
    public void What_is_none_is_refused_with_an_example(string text)
    {
        Assert.Null(Duration.TryParse(text));
        Assert.Contains("write it like 3h45m", Assert.Throws<InputException>(() => Duration.Parse(text)).Message, StringComparison.Ordinal);
    }
}
