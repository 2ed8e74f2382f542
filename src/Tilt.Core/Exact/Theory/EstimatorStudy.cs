using Tilt.Configuration;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Settings;

namespace Tilt.Exact.Theory;

/// <summary>
/// Computes <see cref="EstimatorResults"/> on a problem of fifteen responses, at the policy half way from p to the target.
/// </summary>
public static class EstimatorStudy
{
    private const double Alpha = 1.5, BetaInverse = 4, Cap = 1.5;

    private static readonly int[] GroupSizes = [2, 4, 8];

    private static readonly TheoryConfiguration Configuration = new()
    {
        Vocabulary = 3,
        Horizon = 3,
        Steps = 1,
        GiveUp = 0.3,
        Slip = 0.4,
        Finish = 0.5,
    };

    /// <summary>Computes the moments of every estimator.</summary>
    public static EstimatorResults Run()
    {
        ExactProblem problem = new StepwiseProblem(Configuration).Enumerate(fixedLength: false);
        var objective = new ExactObjective(problem, Objective.Tilted(Alpha, BetaInverse));
        TabularPolicy stale = TabularPolicy.Base(problem.Space),
            policy = HalfWay(problem, new ExactTarget(problem, objective.Objective).Law);
        return new(Configuration, problem.Space.Count, "tilted-1.5-4", GroupSizes, [.. Gradients(objective, policy, stale)],
            policy.Law.KlTo(problem.Base), [.. KlRows(problem, policy)]);
    }

    private static TabularPolicy HalfWay(ExactProblem problem, ResponseLaw target)
    {
        double[] log = new double[problem.Space.Count];
        for (int i = 0; i < log.Length; i++) log[i] = (problem.Base.LogProbabilities[i] + target.LogProbabilities[i]) / 2;
        return TabularPolicy.Of(problem.Space, ResponseLaw.Normalized(log, out _));
    }

    private static IEnumerable<GradientEstimatorRow> Gradients(ExactObjective objective, TabularPolicy policy, TabularPolicy stale)
    {
        IAdvantageEstimator leaveOneOut = new LeaveOneOut(), scaled = new GroupRelative(),
            centred = new GroupRelative { DivideByDeviation = false };
        yield return Row("leave-one-out, sequence sum", leaveOneOut, LossAggregation.SequenceSum);
        yield return Row("no baseline, sequence sum", new NoBaseline(), LossAggregation.SequenceSum);
        yield return Row("group mean, sequence sum", centred, LossAggregation.SequenceSum);
        yield return Row("group mean and std, sequence sum", scaled, LossAggregation.SequenceSum);
        yield return Row("others' mean and std, sequence sum", new GroupRelativeLeaveOneOut(), LossAggregation.SequenceSum);
        yield return Row("group mean, std of a step of one group, sequence sum", new BatchScaled(), LossAggregation.SequenceSum);
        yield return Row("leave-one-out, normalised over the step, sequence sum", new Normalized(leaveOneOut), LossAggregation.SequenceSum);
        yield return Row("leave-one-out, token mean", leaveOneOut, LossAggregation.TokenMean);
        yield return Row("leave-one-out, sequence mean", leaveOneOut, LossAggregation.SequenceMeanTokenMean);
        yield return Row("group mean and std, token mean", scaled, LossAggregation.TokenMean);
        yield return Row("group mean and std, sequence mean", scaled, LossAggregation.SequenceMeanTokenMean);
        yield return Stale("no importance weight", ImportanceCorrection.None);
        yield return Stale("token ratio", new(ImportanceLevel.Token));
        yield return Stale("token ratio, at most 1.5", new(ImportanceLevel.Token, Cap));
        yield return Stale("sequence ratio", new(ImportanceLevel.Sequence));
        yield return Stale("sequence ratio, at most 1.5", new(ImportanceLevel.Sequence, Cap));

        GradientEstimatorRow Row(string name, IAdvantageEstimator advantage, LossAggregation aggregation) =>
            new(name, "policy", [.. GroupSizes.Select(size => Moments(policy, new GradientEstimator(size, advantage, aggregation)))]);

        GradientEstimatorRow Stale(string name, ImportanceCorrection importance) =>
            new(name, "base",
                [.. GroupSizes.Select(size =>
                    Moments(stale, new GradientEstimator(size, leaveOneOut, LossAggregation.SequenceSum) { Importance = importance }))]);

        GradientMoments Moments(TabularPolicy sampler, GradientEstimator estimator)
        {
            EstimatorMoments moments = EstimatorMoments.Of(objective, policy, sampler, estimator);
            double[] gradient = objective.Gradient(policy);
            double scale = Product(moments.Mean, gradient) / Product(gradient, gradient);
            double length = Math.Abs(scale) * Math.Sqrt(Product(gradient, gradient));
            return new(estimator.GroupSize, scale, Distance(moments.Mean, gradient, scale) / length,
                Math.Sqrt(moments.TotalVariance) / length);
        }
    }

    private static IEnumerable<KlEstimatorRow> KlRows(ExactProblem problem, TabularPolicy policy)
    {
        double[] forward = KlEstimatorMoments.GradientOfKl(problem, policy),
            reverse = KlEstimatorMoments.GradientOfReverseKl(problem, policy);
        double forwardNorm = Math.Sqrt(Product(forward, forward)), reverseNorm = Math.Sqrt(Product(reverse, reverse));
        foreach (KlEstimatorLevel level in Enum.GetValues<KlEstimatorLevel>())
        {
            foreach (KlEstimator estimator in Enum.GetValues<KlEstimator>())
                yield return Row(
                    $"{ConfigurationName.OfEnum(estimator)}, {(level == KlEstimatorLevel.Sequence ? "whole sequence" : "token by token")}",
                    KlEstimatorMoments.Of(problem, policy, estimator, level));
        }

        yield return Row("whole distributions, in the loss", KlEstimatorMoments.OfWhole(problem, policy, KlPlace.Loss));
        yield return Row("whole distributions, in loss and reward", KlEstimatorMoments.OfWhole(problem, policy, KlPlace.Both));

        KlEstimatorRow Row(string name, KlEstimatorMoments moments)
        {
            double[] gradient = moments.GradientMean;
            return new(name, moments.Mean, Math.Sqrt(moments.Variance), Math.Sqrt(Product(gradient, gradient)) / forwardNorm,
                Distance(gradient, forward, 1) / forwardNorm, Distance(gradient, reverse, 1) / reverseNorm,
                Math.Sqrt(moments.GradientTotalVariance) / forwardNorm);
        }
    }

    private static double Product(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Distance(double[] a, double[] b, double scale) =>
        Math.Sqrt(a.Zip(b, (x, y) => (x - (scale * y)) * (x - (scale * y))).Sum());
}
