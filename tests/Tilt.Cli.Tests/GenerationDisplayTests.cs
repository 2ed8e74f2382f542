using Tilt.Cli.Progress;

namespace Tilt.Cli.Tests;

public sealed class GenerationDisplayTests
{
    [Fact]
    public void Before_the_first_prompt_is_done_the_limit_bounds_the_time() =>
        Assert.Equal("0 of 4 prompts, 100 tokens, 10 tokens/s, at most 0:00:30 left",
            Text(new(0, 4, 0, Tokens: 100, WrittenTokens: 0, MostTokens: 100)));

    [Fact]
    public void Then_the_prompts_that_are_done_tell_it() =>
        Assert.Equal("12 of 14 prompts (10 before), 300 tokens, 30 tokens/s, 0:00:03 left",
            Text(new(12, 14, 10, Tokens: 300, WrittenTokens: 200, MostTokens: 100_000)));

    [Fact]
    public void What_cannot_be_known_is_not_told() =>
        Assert.Equal("0 of 4 prompts, 100 tokens, 10 tokens/s", Text(new(0, 4, 0, Tokens: 100, WrittenTokens: 0, MostTokens: null)));

    [Fact]
    public void Nothing_is_told_of_time_before_the_first_token() =>
        Assert.Equal("0 of 4 prompts, 0 tokens, 0 tokens/s", Text(new(0, 4, 0, Tokens: 0, WrittenTokens: 0, MostTokens: 10)));

    private static string Text(GenerationProgress value) => GenerationDisplay.Text(value, TimeSpan.FromSeconds(10));
}
