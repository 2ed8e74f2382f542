using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Exact;

public sealed class ExactGradientTests
{
    private static readonly ExactProblem Problem = SmallProblems.Random();

    private static readonly TabularPolicy Policy = SmallProblems.HalfWay(Problem, new ExactTarget(Problem, Objective.Tilted(2, 4)).Law);

    [Fact]
    public void A_policy_has_the_law_it_was_made_of()
    {
        Assert.True(TabularPolicy.Base(Problem.Space).Law.TotalVariation(Problem.Base) < 1e-14);
        ResponseLaw law = new ExactTarget(Problem, Objective.Tilted(3, 10)).Law;
        Assert.True(Math.Abs(law.KlTo(TabularPolicy.Of(Problem.Space, law).Law)) < 1e-13);
        ResponseLaw onRight = new ExactTarget(Problem, Objective.TaskReward).Law;
        Assert.True(onRight.TotalVariation(TabularPolicy.Of(Problem.Space, onRight).Law) < 1e-13);
    }

    [Fact]
    public void The_gradient_is_the_slope_of_the_objective_in_every_logit()
    {
        const double Step = 1e-5;
        foreach (Objective objective in SmallProblems.Objectives)
        {
            var exact = new ExactObjective(Problem, objective);
            double[] gradient = exact.Gradient(Policy);
            for (int at = 0; at < gradient.Length; at++)
            {
                double slope = (exact.Value(Moved(at, Step).Law) - exact.Value(Moved(at, -Step).Law)) / (2 * Step);
                Assert.Equal(slope, gradient[at], 1e-9);
            }
        }
    }

    [Fact]
    public void A_weighted_sum_of_scores_is_the_gradient_of_the_weighted_log_probabilities()
    {
        const double Step = 1e-5;
        double[] coefficients = [.. Enumerable.Range(0, Problem.Space.Count).Select(i => Math.Sin(i + 1))];
        double[] gradient = Policy.ScoreSum(coefficients);
        double Sum(TabularPolicy policy) => coefficients.Select((c, i) => c * policy.Law.LogProbabilities[i]).Sum();
        for (int at = 0; at < gradient.Length; at++)
            Assert.Equal((Sum(Moved(at, Step)) - Sum(Moved(at, -Step))) / (2 * Step), gradient[at], 1e-8);
    }

    [Fact]
    public void Token_weights_enter_token_by_token()
    {
        double[] weights = [.. Enumerable.Range(0, Policy.Conditionals.Length).Select(at => 1 + (0.1 * at))];
        int response = Problem.Space.IndexOf([0, 1, 2]);
        double[] one = new double[Problem.Space.Count], sum = new double[weights.Length];
        one[response] = 1;
        int context = 0, vocabulary = Problem.Space.VocabularySize;
        foreach (int token in Problem.Space.ResponseIds(response))
        {
            for (int other = 0; other < vocabulary; other++)
            {
                double score = (other == token ? 1 : 0) - Math.Exp(Policy.Conditionals[(context * vocabulary) + other]);
                sum[(context * vocabulary) + other] += weights[(context * vocabulary) + token] * score;
            }
            context = Problem.Space.Children[(context * vocabulary) + token];
        }
        Assert.True(SmallProblems.Distance(sum, Policy.ScoreSum(one, weights)) < 1e-13);
    }

    [Fact]
    public void A_token_by_token_temperature_is_not_a_power_of_the_law()
    {
        TabularPolicy cold = TabularPolicy.Base(Problem.Space).Tempered(0.5);
        var model = TabularLanguageModel.Random(new(3, RandomDomain.Initialization, 0, 0, 0), 3, [SmallProblems.EndOfSequence], 16)
            .Tempered(0.5);
        double[] wanted = ResponseSpace.Enumerate(model, [0], 3).Law();
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], cold.Law.Probabilities[i], 1e-12);
        Assert.True(cold.Law.TotalVariation(new ExactTarget(Problem, Objective.Tempered(2)).Law) > 0.01);
    }

    private static TabularPolicy Moved(int at, double step)
    {
        double[] logits = [.. Policy.Logits];
        logits[at] += step;
        return new TabularPolicy(Policy.Space, logits);
    }
}
