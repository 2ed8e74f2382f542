using Tilt.Rewards;

namespace Tilt.Core.Tests.Rewards;

public sealed class LastNumberRewardTests
{
    [Theory]
    [InlineData("1 + 1 is 2.", true, RewardOutcome.Correct)]
    [InlineData("2", true, RewardOutcome.Correct)]
    [InlineData("2.0", true, RewardOutcome.Correct)]
    [InlineData("2 is 1 + 1", true, RewardOutcome.Incorrect)]
    [InlineData("-2", true, RewardOutcome.Incorrect)]
    [InlineData("1 + 1 is 2", false, RewardOutcome.Incorrect)]
    [InlineData("two", true, RewardOutcome.Unparsable)]
    public async Task The_last_number_of_a_response_that_ended_counts(string text, bool ended, RewardOutcome outcome)
    {
        RewardScore score = Assert.Single(
            await new LastNumberReward().ScoreAsync([new(new("a", "1 + 1", "2"), text, ended)], TestContext.Current.CancellationToken));
        Assert.Equal(outcome, score.Outcome);
        Assert.Equal(outcome == RewardOutcome.Correct ? 1 : 0, score.Value);
    }

    [Fact]
    public async Task Thousands_separators_are_no_other_number()
    {
        RewardScore score = Assert.Single(
            await new LastNumberReward().ScoreAsync([new(new("a", "?", "1200"), "It makes 1,200")], TestContext.Current.CancellationToken));
        Assert.Equal((RewardOutcome.Correct, "1200"), (score.Outcome, score.Answer));
    }

    [Fact]
    public async Task A_gold_that_is_no_number_is_an_error() =>
        await Assert.ThrowsAsync<InputException>(async () =>
            await new LastNumberReward().ScoreAsync([new(new("a", "?", "x+1"), "1")], TestContext.Current.CancellationToken));
}
