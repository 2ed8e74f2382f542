using Tilt.Configuration;
using Tilt.Settings;
using Tilt.Torch.Tensors;
using Tilt.Training.Records;

namespace Tilt.Training.Tests;

/// <summary>Every algorithm by its name in the configuration, through the training loop.</summary>
public sealed class AlgorithmRunTests
{
    public AlgorithmRunTests() => TorchRuntime.Configure(threads: 1);

    public static TheoryData<string, string[]> Settings => new()
    {
        { "grpo-leave-one-out", ["advantage=grpo-leave-one-out", "rollout.generations=4"] },
        { "batch-scaled", ["advantage=batch-scaled"] },
        { "reinforce-plus-plus", ["advantage=reinforce-plus-plus", "kl.coefficient=0.1"] },
        { "reinforce-plus-plus-baseline", ["advantage=reinforce-plus-plus-baseline"] },
        { "normalized", ["shaping.normalize_advantages=true", "shaping.overlong_cache=2"] },
        { "ppo-clip", ["loss.kind=ppo-clip", "loss.clip_high=0.28", "loss.dual_clip=3", "loss.updates=3"] },
        { "cispo", ["loss.kind=cispo", "loss.updates=2"] },
        { "gspo", ["loss.kind=gspo", "loss.updates=2", "loss.aggregation=sequence-mean-token-mean", "importance.level=sequence"] },
        { "rloo-clip", ["loss.kind=rloo-clip", "loss.updates=2", "loss.aggregation=sequence-mean-token-mean", "importance.level=none"] },
        { "bnpo", ["loss.aggregation=bnpo"] },
        { "k2-loss", ["kl.coefficient=0.1", "kl.estimator=k2", "kl.place=loss"] },
        { "k1-loss", ["kl.coefficient=0.1", "kl.place=loss", "kl.importance_weighted=true", "kl.through_weight=true"] },
        { "k3-loss-updates", ["kl.coefficient=0.1", "kl.estimator=k3", "kl.place=loss", "loss.kind=ppo-clip", "loss.updates=2"] },
        { "whole-loss", ["kl.coefficient=0.1", "kl.whole_distributions=true", "kl.place=loss"] },
        { "whole-both", ["kl.coefficient=0.1", "kl.whole_distributions=true", "kl.place=both"] },
        { "whole-objective", ["objective.regime=tempered", "objective.alpha=2", "objective.whole_kl=true"] },
        { "masks", ["importance.bound=mask", "importance.floor=0.5", "importance.error_threshold=1.5", "loss.filter_zero_variance=true"] },
        { "mask-truncated", ["loss.mask_truncated=true"] },
        { "decay", ["optimizer.decay=cosine", "optimizer.decay_factor=0.1"] },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task It_trains_and_goes_on_bit_for_bit(string name, string[] settings)
    {
        using var model = new TinyModel();
        await TrainAsync(Configured(model, "whole", settings), null);
        await TrainAsync(Configured(model, "parts", settings), stopAfter: 2);
        await TrainAsync(Configured(model, "parts", settings), null);
        string[] lines = File.ReadAllLines(Path.Combine(model.Root, "whole", "metrics.jsonl"));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(model.Root, "parts", "metrics.jsonl")));
        Assert.Equal(Weights(model, "whole"), Weights(model, "parts"));
        Assert.Contains(lines, line => Number(line, "gradient/norm") > 0);
        Assert.All(lines, line => Assert.True(double.IsFinite(Number(line, "loss/policy")), name));
    }

    [Fact]
    public async Task A_policy_that_is_its_own_target_stays_there_with_the_KL_of_whole_distributions()
    {
        using var model = new TinyModel();
        // The tiny model's reference is another one; here it is the model itself.
        await TrainAsync(Configured(model, "whole",
            ["objective.regime=tempered", "objective.alpha=1", "objective.whole_kl=true", "optimizer.weight_decay=0"]) with
        {
            Reference = null,
        }, null);
        Assert.All(File.ReadAllLines(Path.Combine(model.Root, "whole", "metrics.jsonl")),
            line => Assert.InRange(Number(line, "kl/reference"), -1e-4, 1e-4));
    }

    private static TrainingConfiguration Configured(TinyModel model, string name, string[] settings)
    {
        string yaml = ConfigurationWriter.ToYaml(model.Configuration(name, new() { Regime = Regime.Sharpening }, steps: 4));
        return ConfigurationReader.ReadText<TrainingConfiguration>(yaml, "test.yaml", settings);
    }

    private static async Task TrainAsync(TrainingConfiguration configuration, int? stopAfter)
    {
        using var stop = new CancellationTokenSource();
        using var run = TrainingRun.Open(configuration);
        try
        {
            await run.RunAsync(new StopAt(stopAfter, stop), stop.Token);
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
        }
    }

    private static double Number(string line, string name)
    {
        using var metrics = System.Text.Json.JsonDocument.Parse(line);
        return metrics.RootElement.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
    }

    private static byte[] Weights(TinyModel model, string name) =>
        File.ReadAllBytes(Path.Combine(model.Root, name, "checkpoints", "step-4", "model.safetensors"));

    private sealed class StopAt(int? step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.State.Step == step) stop.Cancel();
        }
    }
}
