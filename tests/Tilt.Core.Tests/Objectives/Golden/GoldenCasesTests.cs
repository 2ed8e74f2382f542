namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>No case and no kind is left out in silence.</summary>
public sealed class GoldenCasesTests
{
    [Fact]
    public void Every_kind_of_the_file_is_tested_with_every_case()
    {
        Dictionary<string, int> counts = GoldenCase.All.CountBy(c => c.Kind).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["sharpening_reward"] = 36,
            ["nemo_advantage"] = 27,
            ["nemo_reinforce_pp"] = 4,
            ["kl"] = 4,
            ["nemo_loss"] = 30,
            ["sharpening_step"] = 12,
            ["sequence_error_mask"] = 3,
            ["trl_grpo_advantage"] = 12,
            ["trl_rloo_advantage"] = 6,
            ["trl_grpo_loss"] = 16,
            ["trl_rloo_loss"] = 3,
        }, counts);
        TheoryData<string>[] theories =
        [
            GoldenRewardTests.RewardCases, GoldenRewardTests.KlCases, GoldenRewardTests.ErrorCases, GoldenAdvantageTests.NemoCases,
            GoldenAdvantageTests.TokenCases, GoldenAdvantageTests.GroupCases, GoldenAdvantageTests.RlooCases, GoldenLossTests.NemoCases,
            GoldenLossTests.StepCases, GoldenLossTests.GroupCases, GoldenLossTests.RlooCases,
        ];
        string[] tested = [.. theories.SelectMany(theory => theory.Select(row => row.Data))];
        Assert.Equal(GoldenCase.All.Select(c => c.Id).Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }
}
