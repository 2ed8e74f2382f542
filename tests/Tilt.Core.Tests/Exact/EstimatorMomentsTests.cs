using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;

namespace Tilt.Core.Tests.Exact;

/// <summary>What policy-gradient estimators estimate, by enumeration of every group.</summary>
public sealed class EstimatorMomentsTests
{
    private const double Exact = 1e-10, Biased = 1e-3;

    private static readonly ExactProblem Problem = SmallProblems.Random();

    private static readonly ExactObjective Tilted = new(Problem, Objective.Tilted(1.5, 4));

    private static readonly TabularPolicy Policy = SmallProblems.HalfWay(Problem, new ExactTarget(Problem, Tilted.Objective).Law);

    private static readonly TabularPolicy Stale = TabularPolicy.Base(Problem.Space);

    public static TheoryData<int> GroupSizes => [2, 3, 4];

    public static TheoryData<LossAggregation> Aggregations => [.. Enum.GetValues<LossAggregation>()];

    [Theory]
    [MemberData(nameof(GroupSizes))]
    public void Leave_one_out_with_sequence_sums_and_a_constant_divisor_is_the_exact_gradient(int groupSize)
    {
        foreach (Objective objective in SmallProblems.Objectives)
        {
            var exact = new ExactObjective(Problem, objective);
            var estimator = new GradientEstimator(groupSize, new LeaveOneOut(), LossAggregation.SequenceSum) { Divisor = 7 };
            double[] mean = EstimatorMoments.Of(exact, Policy, Policy, estimator).Mean;
            Assert.True(SmallProblems.Distance(mean.Select(g => 7 * g), exact.Gradient(Policy)) < Exact, objective.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(GroupSizes))]
    public void Averaging_over_tokens_bends_the_gradient(int groupSize)
    {
        foreach (LossAggregation aggregation in (LossAggregation[])[LossAggregation.TokenMean, LossAggregation.SequenceMeanTokenMean])
            Assert.True(Bias(new GradientEstimator(groupSize, new LeaveOneOut(), aggregation), Policy).Residual > Biased);
    }

    [Theory]
    [MemberData(nameof(GroupSizes))]
    public void A_group_mean_shrinks_the_gradient_and_a_standard_deviation_bends_it(int groupSize)
    {
        var mean =
            Bias(new GradientEstimator(groupSize, new GroupRelative { DivideByDeviation = false }, LossAggregation.SequenceSum), Policy);
        Assert.Equal((groupSize - 1.0) / groupSize, mean.Scale, Exact);
        Assert.True(mean.Residual < Exact);
        Assert.True(Bias(new GradientEstimator(groupSize, new GroupRelative(), LossAggregation.SequenceSum), Policy).Residual > Biased);
    }

    [Theory]
    [MemberData(nameof(GroupSizes))]
    public void The_others_mean_and_deviation_scale_the_gradient_and_keep_its_direction(int groupSize)
    {
        var fit = Bias(new GradientEstimator(groupSize, new GroupRelativeLeaveOneOut(), LossAggregation.SequenceSum), Policy);
        Assert.True(fit.Residual < Exact);
        // In groups of two there is no deviation of the others, and nothing divides.
        if (groupSize == 2) Assert.Equal(1, fit.Scale, Exact);
        else Assert.True(fit.Scale > 1.1);
    }

    [Theory]
    [MemberData(nameof(GroupSizes))]
    public void Of_a_stale_samplers_corrections_only_the_whole_sequence_ratio_without_a_cap_is_unbiased(int groupSize)
    {
        GradientEstimator With(ImportanceCorrection importance) =>
            new(groupSize, new LeaveOneOut(), LossAggregation.SequenceSum) { Importance = importance };
        var whole = Bias(With(new(ImportanceLevel.Sequence)), Stale);
        Assert.Equal(1, whole.Scale, Exact);
        Assert.True(whole.Residual < Exact);
        Assert.True(Bias(With(ImportanceCorrection.None), Stale).Residual > Biased);
        Assert.True(Bias(With(new(ImportanceLevel.Token)), Stale).Residual > Biased);
        Assert.True(Bias(With(new(ImportanceLevel.Token, 1.5)), Stale).Residual > Biased);
        Assert.True(Bias(With(new(ImportanceLevel.Sequence, 1.5)), Stale).Residual > Biased);
    }

    [Theory]
    [MemberData(nameof(Aggregations))]
    public void With_a_KL_term_the_target_is_a_fixed_point_of_every_aggregation_group_by_group(LossAggregation aggregation)
    {
        foreach (Objective objective in SmallProblems.Objectives.Where(objective => objective.KlWeight > 0))
        {
            var exact = new ExactObjective(Problem, objective);
            TabularPolicy target = TabularPolicy.Of(Problem.Space, new ExactTarget(Problem, objective).Law);
            foreach (IAdvantageEstimator advantage in (IAdvantageEstimator[])[new LeaveOneOut(), new GroupRelative(),
                new GroupRelative { DivideByDeviation = false }])
            {
                foreach (TabularPolicy sampler in (TabularPolicy[])[target, Stale])
                {
                    EstimatorMoments moments = EstimatorMoments.Of(exact, target, sampler,
                        new(3, advantage, aggregation) { Importance = new(ImportanceLevel.Token, 2) });
                    Assert.True(SmallProblems.Norm(moments.Mean) < 1e-8);
                    Assert.True(moments.TotalVariance < 1e-15);
                }
            }
        }
        // Away from the target it is none, so that the test above says something.
        Assert.True(SmallProblems.Norm(EstimatorMoments.Of(Tilted, Policy, Policy, new(3, new LeaveOneOut(), aggregation)).Mean) > 1e-2);
    }

    [Fact]
    public void Without_a_baseline_the_gradient_is_unbiased_and_noisier_when_rewards_are_far_from_zero()
    {
        // −ℓ is far from 0 for every response.
        var exact = new ExactObjective(Problem, new Objective(0, -1, 0));
        EstimatorMoments plain = EstimatorMoments.Of(exact, Policy, Policy, new(4, new NoBaseline(), LossAggregation.SequenceSum));
        EstimatorMoments leaveOneOut = EstimatorMoments.Of(exact, Policy, Policy, new(4, new LeaveOneOut(), LossAggregation.SequenceSum));
        Assert.True(SmallProblems.Distance(plain.Mean, exact.Gradient(Policy)) < Exact);
        Assert.True(plain.TotalVariance > 2 * leaveOneOut.TotalVariance);
    }

    [Fact]
    public void The_expected_leave_one_out_advantage_of_a_response_is_its_reward_less_the_mean()
    {
        EstimatorMoments moments = EstimatorMoments.Of(Tilted, Policy, Policy, new(3, new LeaveOneOut(), LossAggregation.SequenceSum));
        double[] rewards = Tilted.ShapedRewards(Policy.Law);
        double mean = Policy.Law.Expectation(rewards);
        for (int i = 0; i < rewards.Length; i++) Assert.Equal(rewards[i] - mean, moments.MeanAdvantages[i], 1e-10);
        // A_i = R_i − mean of two others: variance σ²·(1 + 1/2).
        double variance = Policy.Law.Expectation([.. rewards.Select(r => (r - mean) * (r - mean))]);
        Assert.Equal(1.5 * variance, moments.AdvantageVariance, 1e-12);
    }

    [Fact]
    public void Groups_that_differ_in_order_only_are_counted_together_and_nothing_is_lost()
    {
        var estimator =
            new GradientEstimator(3, new GroupRelative(), LossAggregation.TokenMean) { Importance = new(ImportanceLevel.Sequence, 1.5) };
        EstimatorMoments moments = EstimatorMoments.Of(Tilted, Policy, Stale, estimator);
        (double[] mean, double variance) = ByOrderedTuples(estimator);
        Assert.True(SmallProblems.Distance(mean, moments.Mean) < 1e-13);
        Assert.Equal(variance, moments.TotalVariance, 1e-12);
    }

    // The definition, word for word: every ordered triple, its gradient, its probability.
    private static (double[] Mean, double Variance) ByOrderedTuples(GradientEstimator estimator)
    {
        int count = Problem.Space.Count;
        double[] rewards = Tilted.ShapedRewards(Policy.Law), mean = new double[Policy.Logits.Length], advantages = new double[3],
            weights = new double[3];
        double square = 0;
        for (int tuple = 0; tuple < count * count * count; tuple++)
        {
            int[] group = [tuple / (count * count), tuple / count % count, tuple % count];
            double probability = group.Aggregate(1.0, (product, i) => product * Stale.Law.Probabilities[i]);
            estimator.Advantage.Compute([.. group.Select(i => rewards[i])], [true, true, true], advantages);
            estimator.Aggregation.TokenWeights([.. group.Select(i => Problem.Space.Lengths[i])], 1, weights);
            double[] coefficients = new double[count];
            for (int i = 0; i < 3; i++)
                coefficients[group[i]] +=
                    weights[i] * advantages[i] * Math.Min(1.5, Policy.Law.Probabilities[group[i]] / Stale.Law.Probabilities[group[i]]);
            double[] gradient = Policy.ScoreSum(coefficients);
            for (int at = 0; at < mean.Length; at++) mean[at] += probability * gradient[at];
            square += probability * gradient.Sum(g => g * g);
        }
        return (mean, square - mean.Sum(g => g * g));
    }

    private static (double Scale, double Residual) Bias(GradientEstimator estimator, TabularPolicy sampler) =>
        SmallProblems.Fit(EstimatorMoments.Of(Tilted, Policy, sampler, estimator).Mean, Tilted.Gradient(Policy));
}
