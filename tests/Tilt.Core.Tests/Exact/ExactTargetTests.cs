using Tilt.Exact;
using Tilt.Objectives;

namespace Tilt.Core.Tests.Exact;

public sealed class ExactTargetTests
{
    private static readonly ExactProblem Problem = SmallProblems.Random();

    [Fact]
    public void The_tilted_target_is_p_to_the_alpha_times_e_to_the_reward_over_beta()
    {
        var target = new ExactTarget(Problem, Objective.Tilted(1.7, 3));
        double[] weights = [.. Enumerable.Range(0, Problem.Space.Count)
            .Select(i => Math.Pow(Problem.Base.Probabilities[i], 1.7) * Math.Exp(3 * Problem.Rewards[i]))];
        for (int i = 0; i < weights.Length; i++) Assert.Equal(weights[i] / weights.Sum(), target.Law.Probabilities[i], 1e-13);
        Assert.Equal(Math.Log(weights.Sum()), target.LogNormalizer, 1e-12);
        double[] power = Problem.Space.PowerLaw(2.5), tempered = new ExactTarget(Problem, Objective.Tempered(2.5)).Law.Probabilities;
        for (int i = 0; i < power.Length; i++) Assert.Equal(power[i], tempered[i], 1e-13);
    }

    [Fact]
    public void With_a_KL_term_the_shaped_reward_is_the_same_for_every_response_at_the_target_and_the_value_is_the_normaliser()
    {
        foreach (Objective objective in SmallProblems.Objectives.Where(objective => objective.KlWeight > 0))
        {
            var target = new ExactTarget(Problem, objective);
            var exact = new ExactObjective(Problem, objective);
            double[] rewards = exact.ShapedRewards(target.Law);
            Assert.All(rewards, reward => Assert.Equal(rewards[0], reward, 1e-12));
            Assert.Equal(objective.KlWeight * target.LogNormalizer, exact.Value(target.Law), 1e-12);
        }
    }

    [Fact]
    public void No_law_has_a_higher_value_than_the_target()
    {
        foreach (Objective objective in SmallProblems.Objectives)
        {
            var exact = new ExactObjective(Problem, objective);
            double best = exact.Value(new ExactTarget(Problem, objective).Law);
            for (uint seed = 0; seed < 20; seed++) Assert.True(exact.Value(SmallProblems.Random(seed).Base) < best);
            for (double alpha = 0; alpha < 5; alpha += 0.5)
                Assert.True(exact.Value(new ExactTarget(Problem, Objective.Tempered(alpha)).Law) <= best + 1e-12);
        }
    }

    [Fact]
    public void Without_a_KL_term_the_target_is_the_base_model_on_the_best_responses()
    {
        var task = new ExactTarget(Problem, Objective.TaskReward);
        Assert.Equal(Problem.Rewards.Select(reward => reward == 1), task.OptimalSet);
        double right = Problem.Base.Expectation(Problem.Rewards);
        for (int i = 0; i < Problem.Space.Count; i++)
            Assert.Equal(Problem.Rewards[i] * Problem.Base.Probabilities[i] / right, task.Law.Probabilities[i], 1e-13);
        Assert.Equal(Math.Log(right), task.LogNormalizer, 1e-12);

        var sharpened = new ExactTarget(Problem, Objective.Sharpening());
        Assert.Equal(1, sharpened.Law.Probabilities[Problem.Base.Mode], 1e-13);
        Assert.Equal(0, Problem.Describe(sharpened.Law).Entropy);
    }

    [Fact]
    public void The_length_normalisation_moves_the_optimum()
    {
        // Two tokens that never end against a certain first end: 0.4 in one token, 0.6·0.9 in two.
        var model = new TabularLanguageModel(3, [2], 8, context => context.Length == 1 ? [0.3, 0.3, 0.4] : [0.05, 0.05, 0.9]);
        var problem = ExactProblem.Create(ResponseSpace.Enumerate(model, [0], 2), _ => 0);
        int Longest(Objective objective) => problem.Space.Lengths[new ExactTarget(problem, objective).Law.Mode];
        Assert.Equal(1, Longest(Objective.Sharpening()));
        Assert.Equal(2, Longest(Objective.Sharpening(1, LengthNormalization.Mean)));
    }

    [Fact]
    public void The_description_of_a_law_is_its_expectations()
    {
        LawSummary summary = Problem.Describe(Problem.Base);
        double[] p = Problem.Base.Probabilities;
        Assert.Equal(p.Zip(Problem.Rewards, (a, b) => a * b).Sum(), summary.Accuracy, 1e-14);
        Assert.Equal(p.Zip(Problem.Lengths, (a, b) => a * b).Sum(), summary.Length, 1e-13);
        Assert.Equal(-p.Sum(a => a * Math.Log(a)), summary.Entropy, 1e-13);
        Assert.Equal(0, summary.Kl, 1e-14);
    }

    [Fact]
    public void Divergences_are_exact_and_infinite_where_support_is_missing()
    {
        ResponseLaw p = new([Math.Log(0.5), Math.Log(0.5)]), q = new([Math.Log(0.25), Math.Log(0.75)]),
            one = new([0, double.NegativeInfinity]);
        Assert.Equal((0.5 * Math.Log(2)) + (0.5 * Math.Log(2.0 / 3)), p.KlTo(q), 1e-14);
        Assert.Equal(Math.Log(2), one.KlTo(p), 1e-14);
        Assert.Equal(double.PositiveInfinity, p.KlTo(one));
        Assert.Equal(0.25, p.TotalVariation(q), 1e-14);
    }

    [Fact]
    public void Wrong_problems_and_objectives_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ExactProblem(Problem.Space, [1]));
        Assert.Throws<ArgumentException>(() => ExactProblem.Create(Problem.Space, _ => double.NaN));
        Assert.Throws<ArgumentException>(() => new ExactTarget(Problem, new Objective(1, 0, -1)));
        Assert.Throws<ArgumentException>(() => ResponseLaw.Normalized([double.NegativeInfinity], out _));
        Assert.Throws<ArgumentException>(() => new TabularPolicy(Problem.Space, [0]));
    }
}
