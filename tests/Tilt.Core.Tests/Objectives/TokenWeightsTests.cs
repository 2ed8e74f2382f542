using Tilt.Core.Tests.Exact;
using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Objectives;

/// <summary>
/// The weights that training uses, proven by the laboratory: summed over every group that can be drawn they are its estimator.
/// </summary>
public sealed class TokenWeightsTests
{
    private static readonly ExactProblem Problem = SmallProblems.Random();
    private static readonly ExactObjective Tilted = new(Problem, Objective.Tilted(2, 4));
    private static readonly TabularPolicy Policy = SmallProblems.HalfWay(Problem, new ExactTarget(Problem, Tilted.Objective).Law),
        Stale = new(Policy.Space, [.. Policy.Logits.ToArray().Select((l, i) => l + 0.3 * Math.Sin(i))]);

    public static TheoryData<LossAggregation, ImportanceLevel> Rules =>
        new MatrixTheoryData<LossAggregation, ImportanceLevel>(Enum.GetValues<LossAggregation>(), Enum.GetValues<ImportanceLevel>());

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_expected_gradient_of_the_weights_is_the_laboratorys(LossAggregation aggregation, ImportanceLevel level)
    {
        const int size = 2;
        var rule = new LossRule(aggregation, 7, new(level, 1.1));
        var estimator = new GradientEstimator(size, new LeaveOneOut(), aggregation) { Divisor = 7, Importance = rule.Importance };
        double[] expected = EstimatorMoments.Of(Tilted, Policy, Stale, estimator).Mean, mean = new double[expected.Length],
            rewards = Tilted.ShapedRewards(Policy.Law);
        IAdvantageEstimator advantages = new LeaveOneOut();
        GroupEnumeration.ForEach(Stale.Law.Probabilities, size, (drawn, probability) =>
        {
            int[] group = drawn.ToArray();
            Completion[] completions =
                [.. group.Select(r => new Completion([0], Policy.Space.ResponseIds(r), Logs(Stale, r), Logs(Policy, r),
                    StopReason.EndOfSequence))];
            PromptGroup[] groups = [new(new("p", "", ""), completions)];
            RewardScore[][] scores = [[.. group.Select(_ => new RewardScore(0, RewardOutcome.Correct, null))]];
            double[][] gains = advantages.Of([[.. group.Select(r => rewards[r])]], scores);
            float[][][] weights =
                TokenWeights.Of(groups, scores, gains, Likelihoods.Of([[.. completions.Select(c => c.LogProbabilities)]], null), rule);
            for (int i = 0; i < size; i++)
            {
                double[] gradient = Gradient(group[i], weights[0][i]);
                for (int at = 0; at < mean.Length; at++) mean[at] += probability * gradient[at];
            }
        });
        // The weights are float32.
        Assert.True(SmallProblems.Distance(mean, expected) < 1e-5 * Math.Max(1e-2, SmallProblems.Norm(expected)),
            $"{SmallProblems.Distance(mean, expected)}");
    }

    [Fact]
    public void A_verdict_over_budget_leaves_loss_and_divisor()
    {
        Completion[] completions =
            [.. new[] { 2, 5 }.Select(
                length => new Completion([0], new int[length], new float[length], new float[length], StopReason.Length))];
        RewardScore[][] scores = [[new(1, RewardOutcome.Correct, null), new(0, RewardOutcome.OverBudget, null)]];
        float[][][] weights = TokenWeights.Of([new(new("p", "", ""), completions)], scores, [[1, 1]],
            Likelihoods.Of([[.. completions.Select(c => c.LogProbabilities)]], null),
            new(LossAggregation.TokenMean, 1, ImportanceCorrection.None));
        Assert.Equal([0.5f, 0.5f], weights[0][0]);
        Assert.Empty(weights[0][1]);
    }

    private static float[] Logs(TabularPolicy policy, int response) => [.. Path(response).Select(at => (float)policy.Conditionals[at])];

    // Where each token of a response stands among the conditionals.
    private static IEnumerable<int> Path(int response)
    {
        int context = 0;
        foreach (int token in Policy.Space.ResponseIds(response))
        {
            int at = (context * Policy.Space.VocabularySize) + token;
            yield return at;
            context = Policy.Space.Children[at];
        }
    }

    // Σ_t weight_t·∇log π(y_t) in the policy's logits: each token's score is its one-hot minus its context's probabilities.
    private static double[] Gradient(int response, float[] weights)
    {
        int vocabulary = Policy.Space.VocabularySize;
        double[] gradient = new double[Policy.Logits.Length];
        int t = 0;
        foreach (int at in Path(response))
        {
            int context = at / vocabulary;
            for (int token = 0; token < vocabulary; token++)
                gradient[(context * vocabulary) + token] += weights[t] * ((context * vocabulary) + token == at
                    ? 1 - Math.Exp(Policy.Conditionals[at])
                    : -Math.Exp(Policy.Conditionals[(context * vocabulary) + token]));
            t++;
        }

        return gradient;
    }
}
