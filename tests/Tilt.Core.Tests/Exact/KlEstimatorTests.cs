using Tilt.Exact;
using Tilt.Objectives;

namespace Tilt.Core.Tests.Exact;

public sealed class KlEstimatorTests
{
    private static readonly ExactProblem Problem = SmallProblems.Random();

    private static readonly TabularPolicy Policy = SmallProblems.HalfWay(Problem, new ExactTarget(Problem, Objective.Tilted(2, 4)).Law);

    private static readonly double[] Forward = KlEstimatorMoments.GradientOfKl(Problem, Policy),
        Reverse = KlEstimatorMoments.GradientOfReverseKl(Problem, Policy);

    [Fact]
    public void The_gradients_of_both_divergences_are_their_slopes()
    {
        const double Step = 1e-5;
        for (int at = 0; at < Forward.Length; at++)
        {
            TabularPolicy up = Moved(at, Step), down = Moved(at, -Step);
            Assert.Equal((up.Law.KlTo(Problem.Base) - down.Law.KlTo(Problem.Base)) / (2 * Step), Forward[at], 1e-9);
            Assert.Equal((Problem.Base.KlTo(up.Law) - Problem.Base.KlTo(down.Law)) / (2 * Step), Reverse[at], 1e-9);
        }
    }

    [Theory]
    [InlineData(KlEstimatorLevel.Sequence)]
    [InlineData(KlEstimatorLevel.Token)]
    public void The_values_of_k1_and_k3_are_unbiased_and_that_of_k2_is_not(KlEstimatorLevel level)
    {
        double kl = Policy.Law.KlTo(Problem.Base);
        Assert.Equal(kl, Moments(KlEstimator.K1, level).Mean, 1e-12);
        Assert.Equal(kl, Moments(KlEstimator.K3, level).Mean, 1e-12);
        Assert.True(Math.Abs(Moments(KlEstimator.K2, level).Mean - kl) > 0.01 * kl);
        Assert.True(Moments(KlEstimator.K3, level).Variance < Moments(KlEstimator.K1, level).Variance);
    }

    [Fact]
    public void In_the_loss_over_whole_sequences_k1_gives_nothing_k2_the_gradient_of_KL_and_k3_that_of_the_reverse_KL()
    {
        Assert.True(SmallProblems.Norm(Moments(KlEstimator.K1, KlEstimatorLevel.Sequence).GradientMean) < 1e-14);
        Assert.True(SmallProblems.Distance(Forward, Moments(KlEstimator.K2, KlEstimatorLevel.Sequence).GradientMean) < 1e-14);
        Assert.True(SmallProblems.Distance(Reverse, Moments(KlEstimator.K3, KlEstimatorLevel.Sequence).GradientMean) < 1e-14);
        Assert.True(SmallProblems.Distance(Forward, Reverse) > 0.1 * SmallProblems.Norm(Forward));
        Assert.True(Moments(KlEstimator.K1, KlEstimatorLevel.Sequence).GradientTotalVariance > 0.1);
    }

    [Fact]
    public void In_the_loss_token_by_token_neither_k2_nor_k3_gives_the_gradient_of_a_divergence()
    {
        Assert.True(SmallProblems.Norm(Moments(KlEstimator.K1, KlEstimatorLevel.Token).GradientMean) < 1e-14);
        foreach (KlEstimator estimator in (KlEstimator[])[KlEstimator.K2, KlEstimator.K3])
        {
            double[] gradient = Moments(estimator, KlEstimatorLevel.Token).GradientMean;
            Assert.True(SmallProblems.Fit(gradient, Forward).Residual > 1e-2);
            Assert.True(SmallProblems.Fit(gradient, Reverse).Residual > 1e-2);
        }
    }

    [Fact]
    public void Of_whole_distributions_the_value_is_unbiased_with_less_noise_and_loss_and_reward_together_give_the_gradient_of_KL()
    {
        double kl = Policy.Law.KlTo(Problem.Base);
        KlEstimatorMoments loss = KlEstimatorMoments.OfWhole(Problem, Policy, KlPlace.Loss),
            both = KlEstimatorMoments.OfWhole(Problem, Policy, KlPlace.Both),
            reward = KlEstimatorMoments.OfWhole(Problem, Policy, KlPlace.Reward);
        Assert.Equal(kl, loss.Mean, 1e-12);
        Assert.True(loss.Variance < Moments(KlEstimator.K1, KlEstimatorLevel.Sequence).Variance / 2);
        Assert.True(SmallProblems.Distance(Forward, both.GradientMean) < 1e-14);
        Assert.True(SmallProblems.Distance(Forward, loss.GradientMean) > 0.01 * SmallProblems.Norm(Forward));
        Assert.True(SmallProblems.Distance(Forward, reward.GradientMean) > 0.01 * SmallProblems.Norm(Forward));
        Assert.True(both.GradientTotalVariance < Moments(KlEstimator.K2, KlEstimatorLevel.Sequence).GradientTotalVariance);
    }

    [Fact]
    public void The_gradient_of_an_estimate_is_its_derivative_in_the_log_ratio()
    {
        const double Step = 1e-6;
        foreach (KlEstimator estimator in Enum.GetValues<KlEstimator>())
        {
            foreach (double x in (double[])[-2, -0.3, 0, 0.7, 3])
                Assert.Equal((estimator.Value(x + Step) - estimator.Value(x - Step)) / (2 * Step), estimator.Derivative(x), 1e-8);
        }
    }

    private static KlEstimatorMoments Moments(KlEstimator estimator, KlEstimatorLevel level) =>
        KlEstimatorMoments.Of(Problem, Policy, estimator, level);

    private static TabularPolicy Moved(int at, double step)
    {
        double[] logits = [.. Policy.Logits];
        logits[at] += step;
        return new TabularPolicy(Policy.Space, logits);
    }
}
