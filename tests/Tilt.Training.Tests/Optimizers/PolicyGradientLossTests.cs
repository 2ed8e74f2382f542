using System.Text.Json;
using Tilt.Objectives;
using Tilt.Training.Optimizers;
using static TorchSharp.torch;

namespace Tilt.Training.Tests.Optimizers;

public sealed class PolicyGradientLossTests
{
    // The losses that are one weight a token from the start: of the others the weights are computed in Tilt.Core, and tested there.
    private static readonly string[] Settings =
        ["use_importance_sampling_correction", "truncated_importance_sampling_ratio", "truncated_importance_sampling_type"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "objective.jsonl")))
            {
                var root = JsonDocument.Parse(line).RootElement;
                if (root.GetProperty("kind").GetString() is "nemo_loss" or "sharpening_step"
                    && root.GetProperty("inputs").GetProperty("config").EnumerateObject().All(setting => Settings.Contains(setting.Name)))
                    data.Add(root.GetProperty("name").GetString()!, line);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_equal_the_reference_implementation(string name, string json)
    {
        using var scope = NewDisposeScope();
        var root = JsonDocument.Parse(json).RootElement;
        JsonElement inputs = root.GetProperty("inputs"), expected = root.GetProperty("expected");
        double[][] mask = Rows(inputs, "token_mask");
        double[] sampleMask = Row(inputs.GetProperty("sample_mask"));
        double[] advantages = Row(inputs.TryGetProperty("advantages", out var given) ? given : expected.GetProperty("advantages"));
        (int Row, int Position)[] tokens =
        [
            .. from i in Enumerable.Range(0, mask.Length)
               from t in Enumerable.Range(0, mask[i].Length)
               where mask[i][t] * sampleMask[i] != 0
               select (i, t),
        ];
        float[] Gather(string key) => [.. tokens.Select(k => (float)Rows(inputs, key)[k.Row][k.Position])];
        long globalTokens = inputs.TryGetProperty("global_valid_tokens", out var global) ? (long)global.GetDouble() : tokens.Length;
        var ratios = new double[tokens.Length];
        new ImportanceCorrection(ImportanceLevel.Token, Cap(inputs)).Weights(Gather("policy_logprobs"),
            UsesImportanceWeight(inputs) ? Gather("generation_logprobs") : Gather("policy_logprobs"), ratios);

        var current = tensor(Gather("current_logprobs")).requires_grad_();
        var loss = PolicyGradientLoss.Compute(current,
            tensor((float[])[.. tokens.Select((k, n) => (float)(ratios[n] * advantages[k.Row] / Math.Max(1, globalTokens)))]));
        loss.backward();

        Close(expected.GetProperty("loss").GetDouble(), loss.item<float>(), name);
        float[] gradient = current.grad!.data<float>().ToArray();
        double[][] wanted = Rows(expected, "grad_current_logprobs");
        for (int k = 0; k < tokens.Length; k++) Close(wanted[tokens[k].Row][tokens[k].Position], gradient[k], $"{name}, token {k}");
    }

    [Fact]
    public void Micro_batches_add_up_to_the_whole_batch()
    {
        using var scope = NewDisposeScope();
        var logp = tensor((float[])[.. Enumerable.Range(1, 12).Select(i => -0.1f * i)]);
        var weights = tensor((float[])[.. Enumerable.Range(1, 12).Select(i => ((i * 7 % 11) - 5f) / 12)]);
        double whole = PolicyGradientLoss.Compute(logp, weights).item<float>();
        double parts = Enumerable.Range(0, 3)
            .Sum(i => PolicyGradientLoss.Compute(logp.narrow(0, 4 * i, 4), weights.narrow(0, 4 * i, 4)).item<float>());
        Assert.Equal(whole, parts, 1e-5);
    }

    private static void Close(double wanted, double actual, string what) =>
        Assert.True(Math.Abs(actual - wanted) <= 1e-4 * Math.Max(1e-2, Math.Abs(wanted)), $"{what}: {actual} instead of {wanted}.");

    private static bool UsesImportanceWeight(JsonElement inputs) =>
        !inputs.GetProperty("config").TryGetProperty("use_importance_sampling_correction", out var on) || on.GetBoolean();

    private static double? Cap(JsonElement inputs) =>
        !inputs.GetProperty("config").TryGetProperty("truncated_importance_sampling_ratio", out var cap) ? 20
        : cap.ValueKind == JsonValueKind.Null ? null : cap.GetDouble();

    private static double[][] Rows(JsonElement parent, string key) => [.. parent.GetProperty(key).EnumerateArray().Select(Row)];

    private static double[] Row(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];
}
