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
        string[] tested =
        [
            .. GoldenRewardTests.RewardCases.Select(row => row.Data), .. GoldenRewardTests.KlCases.Select(row => row.Data), .. GoldenRewardTests.ErrorCases.Select(row => row.Data),
            .. GoldenAdvantageTests.NemoCases.Select(row => row.Data), .. GoldenAdvantageTests.TokenCases.Select(row => row.Data),
            .. GoldenAdvantageTests.GroupCases.Select(row => row.Data), .. GoldenAdvantageTests.RlooCases.Select(row => row.Data),
            .. GoldenLossTests.NemoCases.Select(row => row.Data), .. GoldenLossTests.GroupCases.Select(row => row.Data), .. GoldenLossTests.RlooCases.Select(row => row.Data), .. GoldenLossTests.StepCases.Select(row => row.Data),
        ];
        Assert.Equal(GoldenCase.All.Select(c => c.Id).Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }
}
