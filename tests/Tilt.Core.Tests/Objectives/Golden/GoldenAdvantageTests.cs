using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>Advantages beside the authors' code and TRL.</summary>
public sealed class GoldenAdvantageTests
{
    public static TheoryData<string> NemoCases => GoldenCase.Ids("nemo_advantage");

    public static TheoryData<string> TokenCases => GoldenCase.Ids("nemo_reinforce_pp");

    public static TheoryData<string> GroupCases => GoldenCase.Ids("trl_grpo_advantage");

    public static TheoryData<string> RlooCases => GoldenCase.Ids("trl_rloo_advantage");

    [Theory]
    [MemberData(nameof(NemoCases))]
    public void Group_advantages_are_the_authors(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        IAdvantageEstimator estimator =
            (golden.Text("estimator"), golden.Flag("leave_one_out"), golden.Flag("normalize_rewards")) switch
            {
                ("leave_one_out", _, _) => new LeaveOneOut(),
                ("grpo", true, false) => new LeaveOneOut(),
                ("grpo", true, true) => new GroupRelativeLeaveOneOut(),
                ("grpo", false, var divided) => new GroupRelative { DivideByDeviation = divided, Epsilon = 1e-6 },
                _ => throw new InvalidOperationException($"The estimator of {id} is not known."),
            };
        golden.Close(Advantages(estimator, golden.Row("rewards"), golden.Groups()), "advantages");
    }

    [Theory]
    [MemberData(nameof(TokenCases))]
    public void Reinforce_plus_plus_is_the_authors(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        int[][] groups = golden.Groups(), positions = golden.Positions();
        double[] rewards = golden.Row("rewards");
        var estimator = new ReinforcePlusPlus
        {
            MinusBaseline = golden.Flag("minus_baseline"),
            Kl = new(golden.Number("kl_coef"), Enum.Parse<KlEstimator>(golden.Text("kl_type"), ignoreCase: true), KlPlace.Reward, 20, 10),
        };
        float[][][] Grouped(string key) => [.. groups.Select(
            group => (float[][])[.. group.Select(i => (float[])[.. golden.Tokens(key)[i].Select(l => (float)l)])])];
        double[][][] tokens = estimator.Of([.. groups.Select(group => (double[])[.. group.Select(i => rewards[i])])],
            [.. groups.Select(group => Scores(group.Length))],
            Likelihoods.Of(Grouped("policy_logprobs"), Grouped("reference_logprobs"))).Tokens!;
        // The log-probabilities of a training step are float32.
        double tolerance = estimator.Kl.InReward ? 1e-5 : 1e-6;
        double[][] wanted = GoldenCase.Rows(golden.Expected.GetProperty("advantages"));
        for (int g = 0; g < groups.Length; g++)
        {
            for (int i = 0; i < groups[g].Length; i++)
            {
                int row = groups[g][i];
                for (int t = 0; t < positions[row].Length; t++)
                    golden.Close(wanted[row][positions[row][t]], tokens[g][i][t], tolerance, $"row {row}, token {t}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(GroupCases))]
    public void Grpo_batch_scaled_and_dr_grpo_advantages_are_those_of_TRL(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        IAdvantageEstimator estimator = golden.Text("scale_rewards") switch
        {
            "group" => new GroupRelative(),
            "batch" => new BatchScaled(),
            _ => new GroupRelative { DivideByDeviation = false },
        };
        golden.Close(Advantages(estimator, golden.Row("rewards"), Consecutive(golden)), "advantages");
    }

    [Theory]
    [MemberData(nameof(RlooCases))]
    public void Rloo_advantages_with_a_KL_penalty_clipping_and_normalisation_are_those_of_TRL(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        double[][] policy = golden.Tokens("policy_logprobs"), reference = golden.Tokens("reference_logprobs");
        double[]? range = golden.Inputs.GetProperty("reward_clip_range") is { ValueKind: System.Text.Json.JsonValueKind.Array } given
            ? GoldenCase.Row(given) : null;
        var shaping = new RewardShaping { Minimum = range?[0], Maximum = range?[1] };
        // k1 in the reward is the objective's own KL term.
        Objective objective = new(1, 0, golden.Number("beta"));
        double[] rewards = [.. golden.Row("rewards").Select(
            (r, i) => objective.ShapedReward(shaping.Clip(r), reference[i].Sum(), policy[i].Sum(), policy[i].Length))];
        golden.Close(rewards, "rewards_after_kl");
        IAdvantageEstimator estimator = new LeaveOneOut();
        if (golden.Flag("normalize_advantages")) estimator = new Normalized(estimator);
        golden.Close(Advantages(estimator, rewards, Consecutive(golden)), "advantages");
        var penalty = new KlPenalty(golden.Number("beta"), KlEstimator.K1);
        Likelihoods logs = Likelihoods.Of([[.. policy.Select(row => (float[])[.. row.Select(l => (float)l)])]],
            [[.. reference.Select(row => (float[])[.. row.Select(l => (float)l)])]]);
        for (int i = 0; i < policy.Length; i++)
        {
            double sum = penalty.Values(logs, 0, i).Sum();
            golden.Close(policy[i].Sum() - reference[i].Sum(), sum, 1e-4, $"KL of row {i}");
        }
    }

    /// <summary>Advantages of the rows, through the groups that they are in.</summary>
    internal static double[] Advantages(IAdvantageEstimator estimator, double[] rewards, int[][] groups)
    {
        double[][] grouped = estimator.Of([.. groups.Select(group => (double[])[.. group.Select(i => rewards[i])])],
            [.. groups.Select(group => Scores(group.Length))]);
        double[] advantages = new double[rewards.Length];
        for (int g = 0; g < groups.Length; g++)
            for (int i = 0; i < groups[g].Length; i++) advantages[groups[g][i]] = grouped[g][i];
        return advantages;
    }

    internal static RewardScore[] Scores(int count) => [.. Enumerable.Repeat(new RewardScore(0, RewardOutcome.Correct, null), count)];

    private static int[][] Consecutive(GoldenCase golden) =>
        [.. Enumerable.Range(0, golden.Row("rewards").Length).Chunk((int)golden.Number("num_generations"))];
}
