using Tilt.Objectives;
using Tilt.Objectives.Advantages;

namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>
/// Losses and their gradients beside the authors' code and TRL: in double precision, and through the float32 log-probabilities of a step.
/// </summary>
public sealed class GoldenLossTests
{
    public static TheoryData<string> NemoCases => GoldenCase.Ids("nemo_loss");

    public static TheoryData<string> StepCases => GoldenCase.Ids("sharpening_step");

    public static TheoryData<string> GroupCases => GoldenCase.Ids("trl_grpo_loss");

    public static TheoryData<string> RlooCases => GoldenCase.Ids("trl_rloo_loss");

    [Theory]
    [MemberData(nameof(NemoCases))]
    public void Loss_and_gradient_are_the_authors(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        Check(golden, GoldenRules.Nemo(golden.Inputs.GetProperty("config")), golden.Row("advantages"));
    }

    [Theory]
    [MemberData(nameof(StepCases))]
    public void A_whole_step_is_the_authors(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        double[] shaped = GoldenRewardTests.Shaped(golden, golden.Inputs.GetProperty("sharpening"));
        golden.Close(shaped, "shaped_rewards");
        double[] advantages = GoldenAdvantageTests.Advantages(new LeaveOneOut(), shaped, golden.Groups());
        golden.Close(advantages, "advantages");
        Check(golden, GoldenRules.Nemo(golden.Inputs.GetProperty("config")), advantages);
    }

    [Theory]
    [MemberData(nameof(GroupCases))]
    public void Grpo_losses_and_gradients_are_those_of_TRL(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        Check(golden, GoldenRules.Trl(golden.Inputs.GetProperty("config")), golden.Row("advantages"));
    }

    [Theory]
    [MemberData(nameof(RlooCases))]
    public void The_rloo_loss_and_its_gradient_are_those_of_TRL(string id)
    {
        GoldenCase golden = GoldenCase.Of(id);
        double[] advantages = golden.Row("advantages");
        // A row without tokens has the ratio 1 there, a constant −A in the loss that no gradient sees.
        double constant = golden.Positions().Select((at, i) => at.Length == 0 ? -advantages[i] : 0).Average();
        Check(golden, GoldenRules.Rloo, advantages, constant);
    }

    private static void Check(GoldenCase golden, LossRule rule, double[] advantages, double constant = 0)
    {
        double[][] current = golden.Tokens("current_logprobs"), old = golden.Tokens("policy_logprobs");
        double[][] sampling = golden.Inputs.TryGetProperty("generation_logprobs", out _) ? golden.Tokens("generation_logprobs") : old;
        double[][]? reference = golden.Inputs.TryGetProperty("reference_logprobs", out _) ? golden.Tokens("reference_logprobs") : null;
        var rows = new GoldenRows(golden, rule, advantages, current, old, sampling, reference);
        Compare(golden, rows.InDouble(), constant, 1e-6);
        Compare(golden, rows.InSingle(), constant, 1e-4);
    }

    private static void Compare(GoldenCase golden, ResponseTerms?[] terms, double constant, double tolerance)
    {
        int[][] positions = golden.Positions();
        // The importance weights keep the policy of the start.
        bool onPolicy = golden.Inputs.TryGetProperty("config", out var config) && config.TryGetProperty("force_on_policy_ratio", out _);
        double[][] current = golden.Tokens("current_logprobs"),
            wanted = GoldenCase.Rows(golden.Expected.GetProperty("grad_current_logprobs"));
        double loss = constant;
        for (int i = 0; i < wanted.Length; i++)
        {
            double[] gradient = new double[wanted[i].Length];
            if (terms[i] is { } response)
            {
                (double[] weights, double share, _) = (onPolicy ? response with { Old = current[i] } : response).At(current[i]);
                loss += share;
                for (int t = 0; t < weights.Length; t++) gradient[positions[i][t]] = -weights[t];
            }

            for (int t = 0; t < gradient.Length; t++) golden.Close(wanted[i][t], gradient[t], tolerance, $"row {i}, position {t}");
        }

        golden.Close(golden.Expected.GetProperty("loss").GetDouble(), loss, tolerance, "loss");
    }
}
