using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Tasks.Embedded;

namespace Tilt.Core.Tests.Tasks.Embedded;

public sealed class ChainedArithmeticRewardTests
{
    private static readonly Problem Seventeen = new("p", "10+7", "17");

    [Theory]
    [InlineData("\\boxed{17}")]
    [InlineData("10+7=17. Thus \\boxed{17}")]
    [InlineData("\\boxed{3} no: \\boxed{17}")]
    [InlineData("\\boxed{17} and an unfinished \\boxed{18")]
    [InlineData("\\boxed{ 017 }")]
    [InlineData("\\boxed{+17}")]
    public void The_number_in_the_last_closed_box_counts(string text) =>
        Assert.Equal(new RewardScore(1, RewardOutcome.Correct, "17"), ChainedArithmeticReward.Score(new(Seventeen, text)));

    [Theory]
    [InlineData("\\boxed{17} then \\boxed{16}", "16")]
    [InlineData("17 \\boxed{-17}", "-17")]
    [InlineData("\\boxed{-0}", "0")]
    [InlineData("\\boxed{170}", "170")]
    public void A_wrong_number_is_an_answer(string text, string answer) =>
        Assert.Equal(new RewardScore(0, RewardOutcome.Incorrect, answer), ChainedArithmeticReward.Score(new(Seventeen, text)));

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("\\boxed{")]
    [InlineData("\\boxed{17")]
    [InlineData("\\boxed{?}")]
    [InlineData("\\boxed{}")]
    [InlineData("\\boxed{{17}}")]
    [InlineData("\\boxed{17}\\boxed{{}}")]
    [InlineData("\\boxed{17.0}")]
    [InlineData("\\boxed{1 7}")]
    [InlineData("boxed{17}")]
    [InlineData("\\boxed{\u0661\u0667}")]
    [InlineData("}}}{{{\\boxed\\boxed{{")]
    public void Without_a_number_in_the_last_closed_box_the_response_abstains(string text) =>
        Assert.Equal(new RewardScore(0, RewardOutcome.Unparsable, null), ChainedArithmeticReward.Score(new(Seventeen, text)));

    [Fact]
    public async Task Scores_come_in_the_order_of_the_responses()
    {
        var scores = await new ChainedArithmeticReward()
            .ScoreAsync([new(Seventeen, "skip"), new(Seventeen, "\\boxed{17}")], TestContext.Current.CancellationToken);
        Assert.Equal([0, 1], scores.Select(score => score.Value));
    }
}
