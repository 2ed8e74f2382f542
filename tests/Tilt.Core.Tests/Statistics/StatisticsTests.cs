using CsCheck;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Core.Tests.Statistics;

public sealed class StatisticsTests
{
    private static readonly RandomStream Stream = new(7, RandomDomain.Statistics, 0, 0, 0);

    [Fact]
    public void Pass_at_k_equals_the_share_of_subsets_with_a_right_output()
    {
        for (int n = 1; n <= 7; n++)
        {
            for (int c = 0; c <= n; c++)
            {
                for (int k = 1; k <= n; k++)
                {
                    int[][] subsets = [.. Subsets(n, k)];
                    Assert.Equal(subsets.Average(s => s.Any(i => i < c) ? 1.0 : 0), PassAtK.Of(n, c, k), 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Pass_at_more_outputs_than_there_are_is_refused() => Assert.Throws<ArgumentException>(() => PassAtK.Of(4, 2, 5));

    [Fact]
    public void Majority_of_all_outputs_abstains_breaks_ties_uniformly_and_fails_when_all_abstain()
    {
        Assert.Equal(1, MajorityAtK.Of(["5", "5", "4", null], [true, true, false, false], 4, Stream));
        Assert.Equal(0.5, MajorityAtK.Of(["5", "4", null, null], [true, false, false, false], 4, Stream));
        Assert.Equal(0, MajorityAtK.Of([null, null], [false, false], 2, Stream));
        Assert.Equal(0, MajorityAtK.Of(["4", "4", "5"], [false, false, true], 3, Stream));
    }

    [Fact]
    public void Majority_over_random_subsets_agrees_with_enumeration()
    {
        string?[] answers = ["5", "5", "4", "4", "4", null, "6", "5"];
        bool[] correct = [.. answers.Select(a => a == "5")];
        foreach (int k in (int[])[1, 2, 3, 5])
        {
            double exact =
                Subsets(8, k).Average(s => MajorityAtK.Of([.. s.Select(i => answers[i])], [.. s.Select(i => correct[i])], k, Stream));
            // 1,000 subsets: by Hoeffding a deviation of 0.09 has probability below 2·exp(−2·1000·0.0081) = 2e-7.
            Assert.Equal(exact, MajorityAtK.Of(answers, correct, k, Stream), 0.09);
        }
    }

    [Fact]
    public void Pass_at_k_grows_with_k()
    {
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 20]).Sample((n, c) =>
        {
            c = Math.Min(c, n);
            for (int k = 2; k <= n; k++) Assert.True(PassAtK.Of(n, c, k) >= PassAtK.Of(n, c, k - 1) - 1e-12);
            Assert.Equal((double)c / n, PassAtK.Of(n, c, 1), 1e-12);
        });
    }

    [Theory]
    [InlineData(0, 10, 0, 0.3085)]
    [InlineData(5, 10, 0.1871, 0.8129)]
    [InlineData(10, 10, 0.6915, 1)]
    public void Clopper_Pearson_gives_the_tabled_values(int successes, int count, double low, double high)
    {
        Interval interval = Intervals.ClopperPearson(successes, count);
        Assert.Equal(low, interval.Low, 1e-4);
        Assert.Equal(high, interval.High, 1e-4);
    }

    [Fact]
    public void Accuracies_of_zero_and_one_alone_get_a_Clopper_Pearson_interval()
    {
        double[] perProblem = [1, 0, 1, 1, 0, 1, 1, 0, 0, 0];
        Assert.Equal(Intervals.ClopperPearson(5, 10), Intervals.OfAccuracy(perProblem, Stream));
    }

    [Fact]
    public void Bootstrap_t_covers_the_true_mean_about_as_often_as_it_says()
    {
        // 400 data sets of 128 problems, 16 outputs each, accuracies uniform in 0 … 1: coverage is binomial around 0.95, and
        // fewer than 340 (0.85) of 400 has probability below 1e-12 at a true coverage of 0.93.
        int covered = 0;
        for (uint set = 0; set < 400; set++)
        {
            var random = new RandomStream(11, RandomDomain.Statistics, set, 0, 0);
            uint position = 0;
            double[] perProblem = new double[128];
            for (int p = 0; p < perProblem.Length; p++)
            {
                double accuracy = random.Uniform(position++);
                for (int s = 0; s < 16; s++) perProblem[p] += random.Uniform(position++) < accuracy ? 1 / 16.0 : 0;
            }

            Interval interval = Intervals.OfAccuracy(perProblem, random with { Sample = 9 });
            if (interval.Low <= 0.5 && 0.5 <= interval.High) covered++;
        }

        Assert.InRange(covered, 340, 400);
    }

    [Fact]
    public void The_sign_flip_test_is_exact_on_few_problems_and_symmetric()
    {
        double[] differences = [1, 1, 1, 0];
        Assert.Equal(0.25, PairedComparison.PValue(differences, Stream));
        Assert.Equal(0.25, PairedComparison.PValue([.. differences.Select(d => -d)], Stream));
        Assert.Equal(1, PairedComparison.PValue([0, 0], Stream));
    }

    [Fact]
    public void The_sampled_sign_flip_test_finds_a_clear_difference_and_none_in_noise()
    {
        double[] clear = [.. Enumerable.Range(0, 100).Select(i => 0.2 + 0.3 * Math.Sin(i))];
        double[] noise = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 0.5 : -0.5)];
        Assert.True(PairedComparison.PValue(clear, Stream) < 1e-3);
        Assert.True(PairedComparison.PValue(noise, Stream) > 0.5);
    }

    private static IEnumerable<int[]> Subsets(int n, int k) =>
        Enumerable.Range(0, 1 << n).Select(bits => (int[])[.. Enumerable.Range(0, n).Where(i => (bits >> i & 1) == 1)])
            .Where(s => s.Length == k);
}
