using Tilt.Configuration;
using Tilt.Exact;
using Tilt.Exact.Theory;
using Tilt.Settings;

namespace Tilt.Core.Tests.Exact;

public sealed class StepwiseProblemTests
{
    private static readonly TheoryConfiguration Standard = new();

    [Fact]
    public void The_table_has_the_shares_that_are_given()
    {
        ExactProblem problem = new StepwiseProblem(Standard).Enumerate(fixedLength: false);
        Assert.Equal(Standard.ResponseCount(false), problem.Space.Count);
        Assert.Equal(Standard.GiveUp, problem.Base.Probabilities[problem.Space.IndexOf([0])], 1e-14);
        // Right: not given up, four steps without a slip, three times not abandoned, then an end at once or after one more step.
        double steps = 0.95 * Math.Pow(0.85, 4) * Math.Pow(0.98, 3);
        Assert.Equal(steps * (0.85 + (0.15 * 0.85 * 0.85)), problem.Base.Expectation(problem.Rewards), 1e-13);
        Assert.Equal(Math.Pow(3, 4) + Math.Pow(3, 5), problem.Rewards.Sum());
    }

    [Fact]
    public void What_follows_an_end_does_not_change_answers_and_starts_the_table_afresh()
    {
        TheoryConfiguration small = Standard with { Horizon = 4, Steps = 2 };
        ExactProblem variable = new StepwiseProblem(small).Enumerate(fixedLength: false),
            fixedLength = new StepwiseProblem(small).Enumerate(fixedLength: true);
        Assert.Equal(Math.Pow(5, 4), fixedLength.Space.Count);
        Assert.Equal(variable.Base.Expectation(variable.Rewards), fixedLength.Base.Expectation(fixedLength.Rewards), 1e-13);
        double once = fixedLength.Base.LogProbabilities[fixedLength.Space.IndexOf([1, 0, 0, 0])],
            one = variable.Base.LogProbabilities[variable.Space.IndexOf([1, 0])];
        Assert.Equal(one + (2 * Math.Log(small.GiveUp)), once, 1e-12);
        for (int i = 0; i < fixedLength.Space.Count; i++)
        {
            int[] ids = fixedLength.Space.ResponseIds(i), answer = ids[..StepwiseProblem.AnswerLength(ids)];
            Assert.Equal(variable.Rewards[variable.Space.IndexOf(answer)], fixedLength.Rewards[i]);
        }
    }

    [Theory]
    [InlineData("aaaa■", 1)]
    [InlineData("abcab■", 1)]
    [InlineData("aaa■", 0)]
    [InlineData("axaa■", 0)]
    [InlineData("aaaaa", 0)]
    [InlineData("aaaa■x", 1)]
    [InlineData("■aaaa■", 0)]
    public void Right_is_enough_steps_without_a_slip_before_the_first_end(string text, double reward)
    {
        var problem = new StepwiseProblem(Standard);
        int[] ids = [.. text.Select(symbol => symbol switch { '■' => 0, 'x' => 4, _ => symbol - 'a' + 1 })];
        Assert.Equal(reward, problem.Reward(ids));
        Assert.Equal(text, problem.Text(ids));
    }

    [Fact]
    public void The_same_seed_gives_the_same_table_and_another_seed_another()
    {
        double[] Law(int seed, TheoryTable table) =>
            new StepwiseProblem(Standard with { Seed = seed, Table = table }).Enumerate(false).Base.Probabilities;
        foreach (TheoryTable table in Enum.GetValues<TheoryTable>())
        {
            Assert.Equal(Law(1, table), Law(1, table));
            Assert.NotEqual(Law(1, table), Law(2, table));
        }
    }

    [Fact]
    public void Shares_are_even_at_high_concentration()
    {
        ExactProblem problem = new StepwiseProblem(Standard with { Concentration = 10_000 }).Enumerate(false);
        double[] words = [.. Enumerable.Range(1, 3).Select(token => Math.Exp(problem.Space.Conditionals[token]))];
        Assert.All(words, word => Assert.Equal(0.95 * 0.85 / 3, word, 0.01));
    }

    [Fact]
    public void Impossible_problems_are_told_with_every_reason()
    {
        var exception = Assert.Throws<InputException>(
            () => ConfigurationReader.Read<TheoryConfiguration>(null, ["steps=6", "vocabulary=20", "table=random", "give_up=0.5"]));
        foreach (string part in (string[])["steps", "horizon", "give_up", "3 problems"])
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => ConfigurationReader.Read<TheoryConfiguration>(null, ["vocabulary=2"]));
        Assert.Throws<InputException>(() => ConfigurationReader.Read<TheoryConfiguration>(null, ["concentration=0"]));
    }
}
