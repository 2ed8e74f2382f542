using System.Text.Json;
using CsCheck;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;

namespace Tilt.Core.Tests.Objectives;

public sealed class ObjectiveTests
{
    public static TheoryData<string, string> RewardCases => Cases("sharpening_reward");

    public static TheoryData<string, string> AdvantageCases => Cases("nemo_advantage");

    [Theory]
    [MemberData(nameof(RewardCases))]
    public void The_shaped_reward_equals_the_reference_implementation(string name, string json)
    {
        var inputs = JsonDocument.Parse(json).RootElement.GetProperty("inputs");
        var expected = JsonDocument.Parse(json).RootElement.GetProperty("expected").GetProperty("shaped_rewards");
        var objective = ObjectiveOf(inputs);
        double[] rewards = Doubles(inputs.GetProperty("rewards"));
        for (int i = 0; i < rewards.Length; i++)
        {
            double[] mask = Doubles(inputs.GetProperty("token_mask")[i]);
            double reference = MaskedSum(Doubles(inputs.GetProperty("reference_logprobs")[i]), mask);
            double policy = MaskedSum(Doubles(inputs.GetProperty("policy_logprobs")[i]), mask);
            double shaped = objective.ShapedReward(rewards[i], reference, policy, (int)mask.Sum());
            double wanted = expected[i].GetDouble();
            Assert.True(Math.Abs(shaped - wanted) <= 1e-6 * Math.Max(1, Math.Abs(wanted)),
                $"{name}, row {i}: {shaped} instead of {wanted}.");
        }
    }

    [Theory]
    [MemberData(nameof(AdvantageCases))]
    public void Leave_one_out_advantages_equal_the_reference_implementation(string name, string json)
    {
        var root = JsonDocument.Parse(json).RootElement;
        double[] rewards = Doubles(root.GetProperty("inputs").GetProperty("rewards"));
        double[] groups = Doubles(root.GetProperty("inputs").GetProperty("group_ids"));
        double[] wanted = Doubles(root.GetProperty("expected").GetProperty("advantages"));
        foreach (double group in groups.Distinct())
        {
            int[] members = [.. Enumerable.Range(0, rewards.Length).Where(i => groups[i] == group)];
            double[] advantages = new double[members.Length];
            new LeaveOneOut().Compute([.. members.Select(i => rewards[i])], [.. members.Select(_ => true)], advantages);
            for (int i = 0; i < members.Length; i++)
                Assert.True(Math.Abs(advantages[i] - wanted[members[i]]) < 1e-9,
                    $"{name}, response {members[i]}: {advantages[i]} instead of {wanted[members[i]]}.");
        }
    }

    [Fact]
    public void At_the_tilted_target_every_response_has_the_same_shaped_reward()
    {
        // log π* = α·log p + r/β − log Z, so R is constant in y: π* is a fixed point of the policy gradient.
        double[] p = [0.5, 0.3, 0.15, 0.05], r = [0, 1, 0, 1];
        const double alpha = 1.7, betaInverse = 3;
        var objective = Objective.Tilted(alpha, betaInverse);
        double[] weights = [.. p.Zip(r, (pi, ri) => Math.Pow(pi, alpha) * Math.Exp(ri * betaInverse))];
        double z = weights.Sum();
        double[] shaped =
            [.. Enumerable.Range(0, 4).Select(i => objective.ShapedReward(r[i], Math.Log(p[i]), Math.Log(weights[i] / z), 1))];
        Assert.All(shaped, value => Assert.Equal(shaped[0], value, 1e-12));
    }

    [Fact]
    public void The_regimes_are_the_rows_of_the_papers_table()
    {
        Assert.Equal(new Objective(1, 0, 0), Objective.TaskReward);
        Assert.Equal(new Objective(0, 1, 0), Objective.Sharpening());
        Assert.Equal(new Objective(0, 0, 1), Objective.Tempered(1));
        Assert.Equal(new Objective(0, 3, 1), Objective.Tempered(4));
        Assert.Equal(new Objective(1, 0.01, 0.01), Objective.Tilted(2, 100));
        Assert.Equal(new Objective(1, 0.02, 0), Objective.RewardPlusLikelihood(2, 100));
    }

    [Fact]
    public void Leave_one_out_advantages_sum_to_zero_and_ignore_a_shift()
    {
        Gen.Double[-50, 50].Array[2, 16].Sample(rewards =>
        {
            bool[] all = [.. rewards.Select(_ => true)];
            double[] advantages = new double[rewards.Length], shifted = new double[rewards.Length];
            new LeaveOneOut().Compute(rewards, all, advantages);
            new LeaveOneOut().Compute([.. rewards.Select(r => r + 7)], all, shifted);
            Assert.Equal(0, advantages.Sum(), 1e-9);
            for (int i = 0; i < rewards.Length; i++) Assert.Equal(advantages[i], shifted[i], 1e-9);
        });
    }

    [Fact]
    public void A_response_over_budget_leaves_the_baseline_and_gets_no_advantage()
    {
        double[] advantages = new double[4];
        new LeaveOneOut().Compute([1, 1000, 0, 0], [true, false, true, true], advantages);
        Assert.Equal([1, 0, -0.5, -0.5], advantages);
    }

    private static Objective ObjectiveOf(JsonElement inputs)
    {
        double alpha = inputs.GetProperty("alpha").GetDouble(), betaInverse = inputs.GetProperty("beta_inv").GetDouble();
        double exponent = inputs.GetProperty("weight").GetDouble();
        string mode = inputs.GetProperty("mode").GetString()!, name = inputs.GetProperty("normalization").GetString()!;
        var normalization = name switch
        {
            "mean" => LengthNormalization.Mean,
            "weighted_mean" => LengthNormalization.WeightedMean,
            _ => LengthNormalization.Sum,
        };
        var objective = (mode, betaInverse) switch
        {
            ("none", _) => Objective.TaskReward,
            ("optimization", 0) => Objective.Sharpening(alpha, normalization, exponent),
            ("optimization", _) => Objective.RewardPlusLikelihood(alpha, betaInverse, normalization, exponent),
            (_, 0) => Objective.Tempered(alpha, normalization, exponent),
            _ => Objective.Tilted(alpha, betaInverse, normalization, exponent),
        };
        return name == "none" ? objective with { LikelihoodWeight = 0 } : objective;
    }

    private static double MaskedSum(double[] values, double[] mask) => values.Zip(mask, (v, m) => v * m).Sum();

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    private static TheoryData<string, string> Cases(string kind)
    {
        var data = new TheoryData<string, string>();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "objective.jsonl")))
        {
            var root = JsonDocument.Parse(line).RootElement;
            if (root.GetProperty("kind").GetString() == kind) data.Add(root.GetProperty("name").GetString()!, line);
        }

        return data;
    }
}
