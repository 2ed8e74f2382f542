using CsCheck;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;

namespace Tilt.Core.Tests.Objectives;

public sealed class ObjectiveTests
{
    [Fact]
    public void At_the_tilted_target_every_response_has_the_same_shaped_reward()
    {
        // log π* = α·log p + r/β − log Z, so R is constant in y: π* is a fixed point of the policy gradient.
        double[] p = [0.5, 0.3, 0.15, 0.05], r = [0, 1, 0, 1];
        const double alpha = 1.7, betaInverse = 3;
        var objective = Objective.Tilted(alpha, betaInverse);
        double[] weights = [.. p.Zip(r, (pi, ri) => Math.Pow(pi, alpha) * Math.Exp(ri * betaInverse))];
        double z = weights.Sum();
        double[] shaped =
            [.. Enumerable.Range(0, 4).Select(i => objective.ShapedReward(r[i], Math.Log(p[i]), Math.Log(weights[i] / z), 1))];
        Assert.All(shaped, value => Assert.Equal(shaped[0], value, 1e-12));
    }

    [Fact]
    public void The_regimes_are_the_rows_of_the_papers_table()
    {
        Assert.Equal(new Objective(1, 0, 0), Objective.TaskReward);
        Assert.Equal(new Objective(0, 1, 0), Objective.Sharpening());
        Assert.Equal(new Objective(0, 0, 1), Objective.Tempered(1));
        Assert.Equal(new Objective(0, 3, 1), Objective.Tempered(4));
        Assert.Equal(new Objective(1, 0.01, 0.01), Objective.Tilted(2, 100));
        Assert.Equal(new Objective(1, 0.02, 0), Objective.RewardPlusLikelihood(2, 100));
    }

    [Fact]
    public void Leave_one_out_advantages_sum_to_zero_and_ignore_a_shift()
    {
        Gen.Double[-50, 50].Array[2, 16].Sample(rewards =>
        {
            bool[] all = [.. rewards.Select(_ => true)];
            double[] advantages = new double[rewards.Length], shifted = new double[rewards.Length];
            new LeaveOneOut().Compute(rewards, all, advantages);
            new LeaveOneOut().Compute([.. rewards.Select(r => r + 7)], all, shifted);
            Assert.Equal(0, advantages.Sum(), 1e-9);
            for (int i = 0; i < rewards.Length; i++) Assert.Equal(advantages[i], shifted[i], 1e-9);
        });
    }

    [Fact]
    public void A_response_over_budget_leaves_the_baseline_and_gets_no_advantage()
    {
        double[] advantages = new double[4];
        new LeaveOneOut().Compute([1, 1000, 0, 0], [true, false, true, true], advantages);
        Assert.Equal([1, 0, -0.5, -0.5], advantages);
    }
}
