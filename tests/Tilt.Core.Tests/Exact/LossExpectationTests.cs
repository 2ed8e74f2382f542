using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Objectives.Losses;

namespace Tilt.Core.Tests.Exact;

/// <summary>What losses, KL penalties and masks of a training step expect to be: docs/theory.md has the table.</summary>
public sealed class LossExpectationTests
{
    // Log-probabilities of a step are float32; where only their ratio at π = π_old enters, it is 1.
    private const double Exact = 1e-10, Single = 1e-5, Biased = 1e-3;

    private static readonly Clipping Usual = new(0.2, 0.2), Unbounded = new(1, 1e9);

    private static readonly ExactProblem Problem = SmallProblems.Random();

    private static readonly ExactObjective TaskReward = new(Problem, Objective.TaskReward);

    private static readonly TabularPolicy
        Policy = SmallProblems.HalfWay(Problem, new ExactTarget(Problem, Objective.Tilted(1.5, 4)).Law),
        Stale = TabularPolicy.Base(Problem.Space);

    [Fact]
    public void At_the_policy_that_sampled_every_ratio_is_1_and_the_gradient_exact()
    {
        foreach (IPolicyLoss loss in (IPolicyLoss[])[new Reinforce(), new PpoClip(Usual), new Cispo(2), new Gspo(Usual)])
            IsExact(Fit(Policy, Sums(loss)), Exact, loss);
        // A response is one action there: the tokens' shares of its advantage add up.
        IsExact(Fit(Policy, Sums(new RlooClip(Usual)) with { Aggregation = LossAggregation.SequenceMeanTokenMean }), Exact, "RLOO");
    }

    [Fact]
    public void Once_the_policy_has_moved_only_the_ratio_of_whole_responses_without_a_clip_is_exact()
    {
        LossRule Whole(Clipping clipping) =>
            Sums(new RlooClip(clipping)) with { Aggregation = LossAggregation.SequenceMeanTokenMean };
        IsExact(Fit(Stale, Whole(Unbounded)), Exact, "RLOO");
        // A narrow clip leaves nothing where every right response has gained and every wrong one lost: the ranges are wide here.
        Assert.True(Fit(Stale, Whole(new(0.3, 0.7))).Residual > Biased);
        foreach (IPolicyLoss loss in (IPolicyLoss[])[new Reinforce(), new PpoClip(Unbounded), new PpoClip(Usual), new Cispo(1e9),
            new Cispo(1.2), new Gspo(Unbounded), new Gspo(Usual)])
            Assert.True(Fit(Stale, Sums(loss)).Residual > Biased, loss.ToString());
    }

    [Fact]
    public void Masked_importance_weights_and_masked_responses_bend_the_gradient()
    {
        foreach (ImportanceCorrection importance in (ImportanceCorrection[])[
            new(ImportanceLevel.Sequence, 1.5) { Bound = ImportanceBound.Mask, Floor = 0.5 },
            new(ImportanceLevel.Token, 1.5) { Bound = ImportanceBound.Mask, Floor = 0.5 },
            new(ImportanceLevel.Token, 1.2) { Bound = ImportanceBound.MaskSequence, Floor = 0.8 }])
        {
            var estimator = new GradientEstimator(2, new LeaveOneOut(), LossAggregation.SequenceSum) { Importance = importance };
            double[] mean = EstimatorMoments.Of(TaskReward, Policy, Stale, estimator).Mean;
            Assert.True(SmallProblems.Fit(mean, TaskReward.Gradient(Policy)).Residual > Biased, importance.ToString());
        }

        Assert.True(Fit(Policy, Sums(new Reinforce()) with { Mask = new() { Truncated = true } }).Residual > Biased);
        // Sums over responses keep their constant divisor: who has no advantage adds nothing, in the loss or out of it.
        IsExact(Fit(Policy, Sums(new Reinforce()) with { Mask = new() { ZeroVariance = true } }, groups: 2), Exact, "zero variance");
        Assert.True(Fit(Policy, Sums(new Reinforce()) with
        {
            Aggregation = LossAggregation.TokenMean,
            Mask = new() { ZeroVariance = true },
        }, groups: 2).Residual > Biased);
    }

    [Fact]
    public void In_the_reward_only_k1_is_the_gradient_of_the_KL()
    {
        const double weight = 0.25;
        double[] wanted = new ExactObjective(Problem, new Objective(1, 0, weight)).Gradient(Policy);
        foreach (KlEstimator estimator in Enum.GetValues<KlEstimator>())
        {
            var loss = new EnumeratedLoss(TaskReward, Policy, Policy) { Shaping = new() { Kl = new(weight, estimator) } };
            var fit = SmallProblems.Fit(loss.Mean(1, 2, new LeaveOneOut(), Sums(new Reinforce())), wanted);
            if (estimator == KlEstimator.K1) IsExact(fit, Single, estimator);
            else Assert.True(fit.Residual > Biased, estimator.ToString());
        }
    }

    [Fact]
    public void In_the_loss_a_penalty_has_the_expected_gradient_that_the_laboratory_finds_token_by_token()
    {
        const double weight = 0.25;
        var nothing = new ExactObjective(Problem, new Objective(0, 0, 0));
        foreach (KlEstimator estimator in Enum.GetValues<KlEstimator>())
        {
            LossRule rule = Sums(new Reinforce()) with { Kl = new(weight, estimator, KlPlace.Loss) };
            double[] mean = new EnumeratedLoss(nothing, Policy, Policy).Mean(1, 2, new LeaveOneOut(), rule);
            double[] expected = KlEstimatorMoments.Of(Problem, Policy, estimator, KlEstimatorLevel.Token).GradientMean;
            Assert.True(SmallProblems.Distance(mean, expected.Select(g => -weight * g)) < Single, estimator.ToString());
        }
    }

    [Fact]
    public void Reinforce_plus_plus_bends_the_gradient_by_its_normalisation()
    {
        foreach (bool baseline in (bool[])[false, true])
        {
            double[] mean = new EnumeratedLoss(TaskReward, Policy, Policy)
                .Mean(1, 3, new ReinforcePlusPlus { MinusBaseline = baseline }, Sums(new Reinforce()));
            Assert.True(SmallProblems.Fit(mean, TaskReward.Gradient(Policy)).Residual > Biased);
        }
    }

    [Fact]
    public void The_deviation_of_the_step_bends_the_gradient_less_the_more_problems_it_has()
    {
        double Residual(IAdvantageEstimator advantages, int groups) =>
            SmallProblems.Fit(new EnumeratedLoss(new(Problem, Objective.Tilted(1.5, 4)), Policy, Policy)
                .Mean(groups, 2, advantages, Sums(new Reinforce())), new ExactObjective(Problem, Objective.Tilted(1.5, 4)).Gradient(Policy))
                .Residual;
        foreach (IAdvantageEstimator advantages in (IAdvantageEstimator[])[new BatchScaled(), new Normalized(new LeaveOneOut())])
        {
            double one = Residual(advantages, 1), two = Residual(advantages, 2);
            Assert.True(one > two && two > Biased, $"{advantages}: {one}, {two}");
        }
    }

    private static LossRule Sums(IPolicyLoss loss) => new(LossAggregation.SequenceSum, 1, ImportanceCorrection.None) { Loss = loss };

    private static (double Scale, double Residual) Fit(TabularPolicy sampler, LossRule rule, int groups = 1) => SmallProblems.Fit(
        new EnumeratedLoss(TaskReward, Policy, sampler).Mean(groups, 2, new LeaveOneOut(), rule), TaskReward.Gradient(Policy));

    private static void IsExact((double Scale, double Residual) fit, double tolerance, object what)
    {
        Assert.True(fit.Residual < tolerance, $"{what}: {fit.Residual}");
        Assert.Equal(1, fit.Scale, tolerance);
    }
}
