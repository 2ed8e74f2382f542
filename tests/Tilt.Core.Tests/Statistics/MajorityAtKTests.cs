using CsCheck;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Core.Tests.Statistics;

public sealed class MajorityAtKTests
{
    private static readonly RandomStream Stream = new(7, RandomDomain.Statistics, 0, 0, 0);
    private static readonly Gen<string?[]> Answers = Gen.Int[0, 3].Select(i => i == 0 ? null : $"{i}").Array[1, 8];

    [Theory]
    [InlineData(AbstentionRule.Abstain)]
    [InlineData(AbstentionRule.Authors)]
    public void It_is_the_share_of_all_subsets_whose_vote_is_right(AbstentionRule rule) => Answers.Sample(answers =>
    {
        for (int k = 1; k <= answers.Length; k++) Assert.Equal(OverSubsets(answers, k, rule), Of(answers, k, rule), 12);
    }, iter: 300, seed: "0000000000001");

    [Fact]
    public void It_does_not_depend_on_the_order_of_outputs() => Answers.Sample(answers =>
    {
        for (int k = 1; k <= answers.Length; k++) Assert.Equal(Of(answers, k), Of([.. answers.Reverse()], k), 12);
    }, iter: 100, seed: "0000000000001");

    [Fact]
    public void The_authors_rule_lets_unreadable_outputs_win_the_vote()
    {
        Assert.Equal(1, Of(["1", null, null], 3));
        Assert.Equal(0, Of(["1", null, null], 3, AbstentionRule.Authors));
    }

    // The authors' procedure: the first-seen answer of a randomly ordered subset wins a tie.
    [Fact]
    public void First_seen_tie_breaking_over_all_orders_is_the_authors_rule()
    {
        string?[] answers = ["1", "2", null, "1", "2"];
        for (int k = 1; k <= 5; k++)
        {
            double right = Orders(answers, k).Average(o => o.GroupBy(a => a ?? "none").MaxBy(g => g.Count())!.Key == "1" ? 1.0 : 0);
            Assert.Equal(right, Of(answers, k, AbstentionRule.Authors), 12);
        }
    }

    // 1,000 subsets: by Hoeffding a deviation of 0.09 has probability below 2·exp(−2·1000·0.0081) = 2e-7.
    [Fact]
    public void Random_subsets_agree_with_the_exact_vote()
    {
        string?[] answers = [.. Enumerable.Range(0, 128).Select(i => i % 6 == 2 ? null : $"{i % 3}")];
        bool[] correct = [.. answers.Select(a => a == "1")];
        Ballot ballot = new(answers, correct, AbstentionRule.Abstain);
        foreach (int k in (int[])[1, 7, 64, 128])
            Assert.Equal(ballot.ProbabilityCorrect(k), ballot.SampledProbabilityCorrect(k, 1000, Stream), 0.09);
    }

    [Fact]
    public void An_answer_judged_both_ways_is_refused() =>
        Assert.Throws<ArgumentException>(() => MajorityAtK.Of(["1", "1"], [true, false], 1, Stream));

    private static double Of(string?[] answers, int k, AbstentionRule rule = AbstentionRule.Abstain) =>
        MajorityAtK.Of(answers, [.. answers.Select(a => a == "1")], k, Stream, rule);

    private static double OverSubsets(string?[] answers, int k, AbstentionRule rule) =>
        Enumerable.Range(0, 1 << answers.Length).Where(bits => int.PopCount(bits) == k)
            .Average(bits => Vote([.. answers.Where((_, i) => (bits >> i & 1) == 1)], rule));

    private static double Vote(string?[] voters, AbstentionRule rule)
    {
        var groups = voters.Where(a => a is not null || rule == AbstentionRule.Authors).GroupBy(a => a ?? "none").ToList();
        if (groups.Count == 0) return 0;
        int most = groups.Max(g => g.Count());
        return groups.Where(g => g.Count() == most).Average(g => g.Key == "1" ? 1.0 : 0);
    }

    private static IEnumerable<string?[]> Orders(string?[] answers, int k) => k == 0 ? [[]] : Enumerable.Range(0, answers.Length)
        .SelectMany(i => Orders([.. answers.Where((_, j) => j != i)], k - 1).Select(rest => (string?[])[answers[i], .. rest]));
}
