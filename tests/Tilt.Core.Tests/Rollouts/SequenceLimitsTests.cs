using Tilt.Rollouts;

namespace Tilt.Core.Tests.Rollouts;

public sealed class SequenceLimitsTests
{
    [Theory]
    [InlineData(new[] { 0, 6 }, 3, null)]
    [InlineData(new[] { 0, 1, 2, 3, 4 }, 0, null)]
    [InlineData(new int[0], 0, "has no tokens; at least one is needed")]
    [InlineData(new[] { 0, 1, 2, 3, 4, 5 }, 0, "has 6 tokens, which exceeds the model's context of 5")]
    [InlineData(new[] { 0, 6 }, 4, "has 2 tokens, and with 4 new ones (--max-new-tokens) exceeds the model's context of 5")]
    [InlineData(new[] { 0, 6 }, int.MaxValue,
        "has 2 tokens, and with 2147483647 new ones (--max-new-tokens) exceeds the model's context of 5")]
    [InlineData(new[] { 0, 7 }, 0, "holds the token id 7, which is outside the model's vocabulary of 7")]
    [InlineData(new[] { -1 }, 0, "holds the token id -1, which is outside the model's vocabulary of 7")]
    public void What_a_model_cannot_take_is_told(int[] ids, int newTokens, string? told) =>
        Assert.Equal(told, new SequenceLimits(5, 7).Problem(ids, newTokens, "--max-new-tokens"));
}
