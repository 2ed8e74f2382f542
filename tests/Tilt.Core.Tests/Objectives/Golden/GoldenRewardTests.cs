using Tilt.Objectives;

namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>Shaped rewards, KL estimates and the mask of sequence errors, beside the authors' code.</summary>
public sealed class GoldenRewardTests
{
    public static TheoryData<string> RewardCases => GoldenCase.Ids("sharpening_reward");

    public static TheoryData<string> KlCases => GoldenCase.Ids("kl");

    public static TheoryData<string> ErrorCases => GoldenCase.Ids("sequence_error_mask");

    [Theory]
    [MemberData(nameof(RewardCases))]
    public void Shaped_rewards_are_the_authors(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        golden.Close(Shaped(golden, golden.Inputs), "shaped_rewards");
    }

    [Theory]
    [MemberData(nameof(KlCases))]
    public void Kl_estimates_are_the_authors(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        double[] policy = golden.Row("logprobs"), reference = golden.Row("logprobs_reference");
        foreach (KlEstimator estimator in Enum.GetValues<KlEstimator>())
        {
            var kl = new KlPenalty(1, estimator, KlPlace.Loss, golden.Optional("input_clamp"), golden.Optional("output_clamp"));
            golden.Close([.. policy.Zip(reference, (l, p) => kl.Value(l - p))], estimator.ToString().ToLowerInvariant());
        }
    }

    [Fact]
    public void A_clamped_estimate_has_the_slope_of_its_clamped_value()
    {
        foreach (KlEstimator estimator in Enum.GetValues<KlEstimator>())
        {
            var kl = new KlPenalty(1, estimator, KlPlace.Loss, 3, 2);
            for (double x = -4.05; x < 4; x += 0.1)
                Assert.Equal((kl.Value(x + 1e-6) - kl.Value(x - 1e-6)) / 2e-6, kl.Derivative(x), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(ErrorCases))]
    public void Samples_far_from_the_trainer_leave_as_in_the_authors_code(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        double[][] sampling = golden.Tokens("generation_logprobs"), policy = golden.Tokens("policy_logprobs");
        double[] mask = golden.Row("sample_mask");
        double[] errors = [.. sampling.Zip(policy, (q, l) => LossMask.SequenceError(q, l))];
        golden.Close(golden.Expected.GetProperty("max_error").GetDouble(), errors.Where((_, i) => mask[i] != 0).Max(), 1e-6, "max_error");
        double threshold = golden.Optional("threshold") ?? double.PositiveInfinity;
        golden.Close([.. errors.Select((error, i) => error > threshold ? 0 : mask[i])], "sample_mask");
        Assert.Equal(golden.Expected.GetProperty("masked").GetInt32(),
            errors.Where((error, i) => mask[i] != 0 && error > threshold).Count());
    }

    /// <summary>R of every row, by the objective that the authors' settings name.</summary>
    internal static double[] Shaped(GoldenCase golden, System.Text.Json.JsonElement settings)
    {
        double alpha = settings.GetProperty("alpha").GetDouble(), betaInverse = settings.GetProperty("beta_inv").GetDouble(),
            exponent = settings.GetProperty("weight").GetDouble();
        string normalization = settings.GetProperty("normalization").GetString()!;
        LengthNormalization n = normalization switch
        {
            "mean" => LengthNormalization.Mean,
            "weighted_mean" => LengthNormalization.WeightedMean,
            _ => LengthNormalization.Sum,
        };
        Objective objective = (settings.GetProperty("mode").GetString(), betaInverse) switch
        {
            ("none", _) => Objective.TaskReward,
            ("optimization", 0) => Objective.Sharpening(alpha, n, exponent),
            ("optimization", _) => Objective.RewardPlusLikelihood(alpha, betaInverse, n, exponent),
            (_, 0) => Objective.Tempered(alpha, n, exponent),
            _ => Objective.Tilted(alpha, betaInverse, n, exponent),
        };
        if (normalization == "none") objective = objective with { LikelihoodWeight = 0 };
        double[][] policy = golden.Tokens("policy_logprobs"), reference = golden.Tokens("reference_logprobs");
        return [.. golden.Row("rewards").Select(
            (r, i) => objective.ShapedReward(r, reference[i].Sum(), policy[i].Sum(), policy[i].Length))];
    }
}
