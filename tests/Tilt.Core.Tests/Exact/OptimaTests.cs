using Tilt.Exact;
using Tilt.Objectives;

namespace Tilt.Core.Tests.Exact;

/// <summary>Where gradient ascent on the exact objective ends.</summary>
public sealed class OptimaTests
{
    private static readonly ExactProblem Problem = SmallProblems.Random();

    public static TheoryData<Objective> WithKl => [.. SmallProblems.Objectives.Where(objective => objective.KlWeight > 0)];

    public static TheoryData<Objective> WithoutKl => [.. SmallProblems.Objectives.Where(objective => objective.KlWeight == 0)];

    [Theory]
    [MemberData(nameof(WithKl))]
    public void With_a_KL_term_gradient_ascent_reaches_the_closed_form(Objective objective)
    {
        ResponseLaw target = new ExactTarget(Problem, objective).Law;
        AscentPath path = GradientAscent.Run(new(Problem, objective), TabularPolicy.Base(Problem.Space),
            policy => policy.Law.KlTo(target) < 1e-9, largestStep: 4 / objective.KlWeight);
        Assert.True(path.Policy.Law.KlTo(target) < 1e-8 && target.KlTo(path.Policy.Law) < 1e-8,
            $"KL {path.Policy.Law.KlTo(target)} after {path.Values.Count} steps.");
        AssertNeverFalls(path);
    }

    [Theory]
    [MemberData(nameof(WithoutKl))]
    public void Without_one_the_mass_goes_to_the_best_responses(Objective objective)
    {
        bool[] best = new ExactTarget(Problem, objective).OptimalSet;
        AscentPath path =
            GradientAscent.Run(new(Problem, objective), TabularPolicy.Base(Problem.Space), policy => policy.Law.Mass(best) >= 0.9995);
        Assert.True(path.Policy.Law.Mass(best) >= 0.999, $"Mass {path.Policy.Law.Mass(best)} after {path.Values.Count} steps.");
        AssertNeverFalls(path);
    }

    [Fact]
    public void For_the_task_reward_the_limit_depends_on_the_start()
    {
        AscentPath From(TabularPolicy start) =>
            GradientAscent.Run(new(Problem, Objective.TaskReward), start, policy => policy.Law.Expectation(Problem.Rewards) >= 0.999,
                largestStep: 2);
        // The base model, and the law that likes best what the base model likes least.
        ResponseLaw contrary = new ExactTarget(Problem, Objective.Tempered(-1)).Law;
        AscentPath fromBase = From(TabularPolicy.Base(Problem.Space)), fromContrary = From(TabularPolicy.Of(Problem.Space, contrary));
        Assert.True(fromBase.Reached && fromContrary.Reached);
        Assert.True(fromBase.Policy.Law.TotalVariation(fromContrary.Policy.Law) > 0.2);
        // Both climb to the same value: nothing draws one limit to the other.
        Assert.Equal(fromBase.Values[^1], fromContrary.Values[^1], 1e-3);
    }

    private static void AssertNeverFalls(AscentPath path) =>
        Assert.All(path.Values.Zip(path.Values.Skip(1)), pair => Assert.True(pair.Second >= pair.First));
}
