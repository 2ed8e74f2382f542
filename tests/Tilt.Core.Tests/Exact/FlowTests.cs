using Tilt.Exact;
using Tilt.Objectives;

namespace Tilt.Core.Tests.Exact;

public sealed class FlowTests
{
    private static readonly ExactProblem Problem = SmallProblems.Random();

    [Fact]
    public void Stopped_sharpening_is_a_power_of_the_base_model_under_the_natural_gradient()
    {
        var sharpening = new ExactObjective(Problem, Objective.Sharpening(1.5));
        foreach (double time in (double[])[0, 0.3, 2])
        {
            double[] power = Problem.Space.PowerLaw(1 + (1.5 * time)),
                law = NaturalGradientFlow.At(sharpening, Problem.Base, time).Probabilities;
            for (int i = 0; i < power.Length; i++) Assert.Equal(power[i], law[i], 1e-13);
        }
    }

    [Fact]
    public void The_natural_gradient_flow_in_the_logits_passes_through_the_closed_form()
    {
        foreach (Objective objective in SmallProblems.Objectives)
        {
            var exact = new ExactObjective(Problem, objective);
            TabularPolicy start = SmallProblems.HalfWay(Problem, new ExactTarget(Problem, Objective.Tempered(0.3)).Law);
            double[] times = [0.4, 1.5];
            double[][] states =
                [.. DormandPrince.Integrate(logits => NaturalGradient(exact, new(Problem.Space, logits)), [.. start.Logits], times, 1e-10)];
            for (int i = 0; i < times.Length; i++)
                Assert.True(new TabularPolicy(Problem.Space, states[i]).Law.TotalVariation(
                    NaturalGradientFlow.At(exact, start.Law, times[i])) < 1e-8);
        }
    }

    [Fact]
    public void With_a_KL_term_the_natural_gradient_flow_ends_at_the_target()
    {
        var exact = new ExactObjective(Problem, Objective.Tilted(2, 4));
        Assert.True(NaturalGradientFlow.At(exact, Problem.Base, 1000).TotalVariation(new ExactTarget(Problem, exact.Objective).Law)
            < 1e-12);
    }

    [Fact]
    public void The_flow_in_the_logits_climbs_at_the_rate_of_the_squared_gradient()
    {
        var exact = new ExactObjective(Problem, Objective.Sharpening());
        double[] times = [1, 1.001];
        TabularPolicy[] policies = [.. GradientFlow.Run(exact, TabularPolicy.Base(Problem.Space), times, 1e-10)];
        double rate = (exact.Value(policies[1].Law) - exact.Value(policies[0].Law)) / 0.001;
        Assert.Equal(exact.Gradient(policies[0]).Sum(g => g * g), rate, 1e-3 * rate);
        Assert.True(exact.Value(policies[0].Law) > exact.Value(Problem.Base));
    }

    [Fact]
    public void A_flow_cannot_start_where_a_possible_token_is_excluded()
    {
        var exact = new ExactObjective(Problem, Objective.TaskReward);
        TabularPolicy onRight = TabularPolicy.Of(Problem.Space, new ExactTarget(Problem, Objective.TaskReward).Law);
        Assert.Throws<ArgumentException>(() => GradientFlow.Run(exact, onRight, [1]));
    }

    [Fact]
    public void Impossible_tokens_take_no_part_in_a_flow()
    {
        var model = new TabularLanguageModel(3, [2], 8, context => context.Length == 1 ? [0.5, 0, 0.5] : [0.2, 0.3, 0.5]);
        var problem = ExactProblem.Create(ResponseSpace.Enumerate(model, [0], 2), ids => ids.Length - 1);
        TabularPolicy end = GradientFlow.Run(new(problem, Objective.TaskReward), TabularPolicy.Base(problem.Space), [1000]).Single();
        Assert.True(end.Law.Expectation(problem.Rewards) > 0.99);
        Assert.Equal(double.NegativeInfinity, end.Conditionals[1]);
    }

    [Fact]
    public void The_integrator_keeps_its_tolerance_and_arrives_at_the_times_asked_for()
    {
        // y'' = −y: a circle.
        double[] times = [0, 1, 10];
        double[][] states = [.. DormandPrince.Integrate(y => [y[1], -y[0]], [0, 1], times, 1e-11)];
        for (int i = 0; i < times.Length; i++)
        {
            Assert.Equal(Math.Sin(times[i]), states[i][0], 1e-9);
            Assert.Equal(Math.Cos(times[i]), states[i][1], 1e-9);
        }
    }

    // The Fisher matrix of a softmax row is the context's probability times (diag π − ππᵀ): the advantage of a token solves it.
    private static double[] NaturalGradient(ExactObjective exact, TabularPolicy policy)
    {
        double[] gradient = exact.Gradient(policy), reached = new double[Problem.Space.ContextCount];
        reached[0] = 1;
        int vocabulary = Problem.Space.VocabularySize;
        for (int at = 0; at < gradient.Length; at++)
        {
            double probability = reached[at / vocabulary] * Math.Exp(policy.Conditionals[at]);
            if (Problem.Space.Children[at] >= 0) reached[Problem.Space.Children[at]] = probability;
            gradient[at] /= probability;
        }
        return gradient;
    }
}
