using Tilt.Objectives;
using Tilt.Objectives.Losses;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Objectives;

public sealed class LossTests
{
    private static readonly double[] Current = [-0.9, -1.4, -0.2, -2.1], Old = [-1, -1, -0.5, -2], Advantages = [0.3, 0.3, 0.3, 0.3];

    public static TheoryData<double, double> Ranges => new() { { 0.2, 0.28 }, { 0.05, 0.05 }, { 0.9, 2 } };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Weights_are_minus_the_losss_derivatives(double low, double high)
    {
        foreach (IPolicyLoss loss in (IPolicyLoss[])[new Reinforce(), new PpoClip(new(low, high)), new PpoClip(new(low, high, 3.5)),
            new Gspo(new(low, high)), new RlooClip(new(low, high))])
        {
            foreach (double sign in (double[])[1, -1])
            {
                double[] advantages = [.. Advantages.Select(a => sign * a)], weights = new double[Current.Length];
                loss.Compute(advantages, Current, Old, weights);
                for (int t = 0; t < Current.Length; t++)
                {
                    double Shifted(double by) =>
                        loss.Compute(advantages, [.. Current.Select((l, k) => k == t ? l + by : l)], Old, new double[Current.Length]);
                    Assert.Equal(-(Shifted(1e-6) - Shifted(-1e-6)) / 2e-6, weights[t], 1e-7);
                }
            }
        }
    }

    [Fact]
    public void What_is_clipped_is_counted_by_token_or_by_response_and_only_where_there_is_an_advantage()
    {
        // Ratios e^0.1, e^-0.4, e^0.3, e^-0.1; of the response e^-0.1, of its tokens in the mean e^-0.025.
        (IPolicyLoss Loss, double Sign, int Clipped)[] cases =
        [
            (new Reinforce(), 1, 0), (new PpoClip(new(0.2, 0.2)), 1, 1), (new PpoClip(new(0.2, 0.2)), -1, 1),
            (new PpoClip(new(0.5, 0.5)), 1, 0),
            (new PpoClip(new(0.05, 0.05)), 1, 2), (new Cispo(1.2), 1, 1), (new Cispo(1.05), -1, 2), (new Gspo(new(0.2, 0.2)), 1, 0),
            (new Gspo(new(0.01, 0.01)), -1, 4), (new Gspo(new(0.01, 0.01)), 1, 0), (new RlooClip(new(0.05, 0.05)), -1, 4),
        ];
        foreach ((IPolicyLoss loss, double sign, int clipped) in cases)
        {
            double[] advantages = [.. Advantages.Select(a => sign * a)], weights = new double[4], nothing = new double[4];
            loss.Compute(advantages, Current, Old, weights);
            Assert.Equal(clipped, loss.CountClipped(advantages, Current, Old, weights));
            loss.Compute(nothing, Current, Old, weights);
            Assert.Equal(0, loss.CountClipped(nothing, Current, Old, weights));
        }
    }

    [Fact]
    public void Divisors_and_importance_weights_are_factors_of_every_loss()
    {
        foreach (IPolicyLoss loss in (IPolicyLoss[])[new Reinforce(), new PpoClip(new(0.2, 0.2, 3)), new Cispo(1.1),
            new Gspo(new(0.2, 0.2)), new RlooClip(new(0.2, 0.2))])
        {
            double[] one = new double[4], third = new double[4];
            double whole = loss.Compute(Advantages, Current, Old, one);
            Assert.Equal(whole / 3, loss.Compute([.. Advantages.Select(a => a / 3)], Current, Old, third), 1e-12);
            for (int t = 0; t < 4; t++) Assert.Equal(one[t] / 3, third[t], 1e-12);
        }
    }

    [Fact]
    public void The_soft_length_penalty_falls_from_0_to_its_weight_over_the_last_tokens()
    {
        var penalty = new LengthPenalty(100, 20, 0.5);
        Assert.Equal([0, 0, -0.25, -0.5, -0.5], ((int[])[1, 80, 90, 100, 120]).Select(penalty.Of));
    }

    [Fact]
    public void Bnpo_is_the_mean_over_problems_of_the_mean_over_their_tokens()
    {
        float[][][] weights = Weights([[2, 3], [5]], [[1, 1], [1]], new(LossAggregation.Bnpo, 1, ImportanceCorrection.None));
        Assert.Equal(1f / (2 * 5), weights[0][0][0]);
        Assert.Equal(1f / (2 * 5), weights[1][0][0]);
    }

    [Fact]
    public void Truncated_responses_problems_without_advantage_and_responses_far_from_the_trainer_leave_loss_and_divisor()
    {
        var rule = new LossRule(LossAggregation.TokenMean, 1, ImportanceCorrection.None);
        // Every second response met the limit.
        Assert.Equal(1f / 6, Weights([[2, 3], [4]], [[1, 1], [1]], rule with { Mask = new() { Truncated = true } })[0][0][0]);
        Assert.Empty(Weights([[2, 3], [4]], [[1, 1], [1]], rule with { Mask = new() { Truncated = true } })[0][1]);
        Assert.Equal(1f / 4, Weights([[2, 3], [4]], [[0, 0], [1]], rule with { Mask = new() { ZeroVariance = true } })[1][0][0]);
        Assert.Empty(Weights([[2, 3]], [[1, 1]], rule with { Mask = new() { ErrorThreshold = 1.05 } }, sampling: -1.1f)[0][0]);
        Assert.NotEmpty(Weights([[2, 3]], [[1, 1]], rule with { Mask = new() { ErrorThreshold = 1.2 } }, sampling: -1.1f)[0][0]);
    }

    [Fact]
    public void Rewards_are_clipped_in_R_and_long_responses_punished()
    {
        var shaping = new RewardShaping { Minimum = -1, Maximum = 0.5, Length = new(4, 2) };
        double[][] shaped = shaping.ShapedRewards(Objective.TaskReward, Groups([[2, 3, 4]], -1),
            [[.. ((double[])[2, -3, 0.25]).Select(r => new RewardScore(r, RewardOutcome.Correct, null))]], Logs([[2, 3, 4]]));
        Assert.Equal([0.5, -1.5, -0.75], shaped[0]);
    }

    private static float[][][] Weights(int[][] lengths, double[][] advantages, LossRule rule, float sampling = -1) =>
        TokenWeights.Of(Groups(lengths, sampling),
            [.. lengths.Select(g => (RewardScore[])[.. g.Select(_ => new RewardScore(1, RewardOutcome.Correct, null))])], advantages,
            Logs(lengths), rule);

    private static PromptGroup[] Groups(int[][] lengths, float sampling) => [.. lengths.Select(group => new PromptGroup(new("p", "", ""),
        [.. group.Select((length, i) => new Completion([0], new int[length], Row(length, sampling), Row(length, -1),
            i % 2 == 1 ? StopReason.Length : StopReason.EndOfSequence))]))];

    private static Likelihoods Logs(int[][] lengths) =>
        Likelihoods.Of([.. lengths.Select(group => (float[][])[.. group.Select(length => Row(length, -1))])], null);

    private static float[] Row(int length, float value) => [.. Enumerable.Repeat(value, length)];
}
