using Tilt.Exact;
using Tilt.Inference.Methods.Power;
using Tilt.Inference.Methods.Responses;

namespace Tilt.Inference.Tests.Methods;

public sealed class PowerAcceptanceTests
{
    private static readonly int[] Prompt = [0];

    [Theory]
    [InlineData(4.0, 0.25, 4)]
    [InlineData(2.0, 0.5, 5)]
    [InlineData(0.5, 1.0, 3)]
    [InlineData(3.0, 1.0, 1)]
    public void One_move_is_in_detailed_balance_with_the_power_of_the_law_and_leaves_it_unchanged(double alpha, double temperature,
        int limit)
    {
        for (uint seed = 0; seed < 4; seed++)
        {
            TabularLanguageModel model = ExactLaw.Model(seed);
            var space = ResponseSpace.Enumerate(model, Prompt, limit);
            double[] target = space.PowerLaw(alpha);
            double[,] transition = PowerTransition.Matrix(model, space, Prompt, alpha, temperature, PowerAcceptance.Probability);

            Assert.True(PowerTransition.RowSumError(transition) < 1e-12);
            Assert.True(PowerTransition.BalanceError(transition, target) < 1e-12);
            Assert.True(PowerTransition.StationarityError(transition, target) < 1e-12);
        }
    }

    [Fact]
    public void Without_the_ratio_of_lengths_the_rule_has_another_law()
    {
        TabularLanguageModel model = ExactLaw.Model();
        var space = ResponseSpace.Enumerate(model, Prompt, 4);
        double[] target = space.PowerLaw(4);
        double[,] transition = PowerTransition.Matrix(model, space, Prompt, 4, 0.25, WithoutLengths);

        Assert.True(PowerTransition.RowSumError(transition) < 1e-12);
        Assert.True(PowerTransition.BalanceError(transition, target) > 1e-3);
        Assert.True(PowerTransition.StationarityError(transition, target) > 1e-3);
    }

    [Fact]
    public void With_responses_of_one_length_the_ratio_of_lengths_does_not_matter()
    {
        var model = new TabularLanguageModel(3, [], 32, ExactLaw.Model().Next);
        var space = ResponseSpace.Enumerate(model, Prompt, 3);
        double[,] transition = PowerTransition.Matrix(model, space, Prompt, 4, 0.25, WithoutLengths);
        Assert.True(PowerTransition.StationarityError(transition, space.PowerLaw(4)) < 1e-12);
    }

    [Fact]
    public void The_rule_by_hand()
    {
        // p ratio (1/2 → 1/4), q ratio (1/3 → 1/6), lengths 2 → 4, α = 2: (1/4)·(2)·(1/2) = 1/4.
        var current = new ResponseSuffix(Math.Log(0.5), Math.Log(1.0 / 3), 2);
        var proposed = new ResponseSuffix(Math.Log(0.25), Math.Log(1.0 / 6), 4);
        Assert.Equal(0.25, PowerAcceptance.Probability(2, current, proposed), 1e-15);
        Assert.Equal(1, PowerAcceptance.Probability(2, proposed, current), 1e-15);
    }

    private static double WithoutLengths(double alpha, ResponseSuffix current, ResponseSuffix proposed) =>
        PowerAcceptance.Probability(alpha, current with { Length = 1 }, proposed with { Length = 1 });
}
