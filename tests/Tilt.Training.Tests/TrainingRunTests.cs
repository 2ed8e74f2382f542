using Tilt.Objectives;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Optimizers;
using TorchSharp;

namespace Tilt.Training.Tests;

public sealed class TrainingRunTests
{
    public TrainingRunTests() => TorchRuntime.Configure(threads: 1);

    [Fact]
    public async Task The_same_seed_gives_the_same_metrics_and_weights()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("one"));
        await TrainAsync(model.Configuration("two"));
        Assert.Equal(Metrics(model, "one"), Metrics(model, "two"));
        Assert.Equal(Weights(model, "one", 6), Weights(model, "two", 6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task An_interrupted_run_ends_like_an_uninterrupted_one_bit_for_bit(int interruptedAfter)
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("whole"));
        using (var run = TrainingRun.Open(model.Configuration("parts")))
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(new StopAt(interruptedAfter, stop), stop.Token));
        }

        // A killed process leaves half a line and lines that no checkpoint covers.
        await File.AppendAllTextAsync(Path.Combine(model.Root, "parts", "metrics.jsonl"), "{\"step\":99}\n{\"step\":1", TestContext.Current.CancellationToken);
        await TrainAsync(model.Configuration("parts"));
        Assert.Equal(Metrics(model, "whole"), Metrics(model, "parts"));
        Assert.Equal(Weights(model, "whole", 6), Weights(model, "parts", 6));
    }

    [Fact]
    public async Task A_longer_run_continues_a_shorter_one()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("short", steps: 4));
        await TrainAsync(model.Configuration("short", steps: 6));
        await TrainAsync(model.Configuration("long", steps: 6));
        Assert.Equal(Weights(model, "long", 6), Weights(model, "short", 6));
    }

    [Fact]
    public async Task A_folder_of_another_run_is_refused_with_what_differs()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("run", steps: 1));
        var other = model.Configuration("run", new() { Regime = Regime.Tempered, Alpha = 4 }, steps: 1);
        var error = Assert.Throws<InputException>(() => TrainingRun.Open(other));
        Assert.Contains("alpha: 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_named()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("run", steps: 2));
        string file = Path.Combine(model.Root, "run", "checkpoints", "step-2", "model.safetensors");
        using (var stream = File.OpenWrite(file)) stream.SetLength(100);
        using var run = TrainingRun.Open(model.Configuration("run", steps: 4));
        var error = await Assert.ThrowsAsync<InputException>(() => run.RunAsync(null, TestContext.Current.CancellationToken));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Regime.TaskReward, false)]
    [InlineData(Regime.Sharpening, false)]
    [InlineData(Regime.Sharpening, true)]
    public async Task Every_response_has_the_length_its_mode_says_and_metrics_are_finite(Regime regime, bool fixedLength)
    {
        using var model = new TinyModel();
        var configuration = model.Configuration("run", new() { Regime = regime, FixedLength = fixedLength }, steps: 2);
        await TrainAsync(configuration);
        using var last = System.Text.Json.JsonDocument.Parse(Metrics(model, "run")[^1]);
        foreach (var property in last.RootElement.EnumerateObject()) Assert.True(double.IsFinite(property.Value.GetDouble()), property.Name);
        if (fixedLength) Assert.Equal(configuration.Rollout.MaxNewTokens, last.RootElement.GetProperty("response/length").GetDouble());
        Assert.InRange(last.RootElement.GetProperty("rollout/mismatch_kl").GetDouble(), -1e-5, 1e-5);
    }

    [Fact]
    public void Five_hundred_updates_leave_the_number_of_live_tensors_flat()
    {
        using var model = new TinyModel();
        using var weights = Transformer.Load(model.Folder);
        var configuration = model.Configuration("flat") with { Optimizer = new() { LearningRate = 1e-6 } };
        var optimizer = new PolicyOptimizer(weights, new AdamW(weights.Parameters.Select(p => (p.Name, p.Value)), new()), configuration);
        TrainingSequence[] batch =
        [
            new(new([0, 3, 4], [5, 6, 0]), [-1, -1, -1], 0.5),
            new(new([0, 3], [7, 0]), [-1, -1], -0.5),
        ];
        for (int i = 0; i < 10; i++) optimizer.Step(i, batch);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 10; i < 510; i++) optimizer.Step(i, batch);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(LossAggregation.TokenMean, 3000)]
    [InlineData(LossAggregation.TokenMean, 1)]
    [InlineData(LossAggregation.SequenceMeanTokenMean, 3000)]
    [InlineData(LossAggregation.SequenceMeanTokenMean, 1)]
    [InlineData(LossAggregation.SequenceSum, 3000)]
    [InlineData(LossAggregation.SequenceSum, 1)]
    public void The_loss_is_averaged_as_configured_however_the_batch_is_split(LossAggregation aggregation, int microBatchTokens)
    {
        using var model = new TinyModel();
        using var weights = Transformer.Load(model.Folder);
        var configuration = model.Configuration("aggregation") with { Loss = new() { Aggregation = aggregation, MicroBatchTokens = microBatchTokens } };
        TrainingSequence[] batch =
        [
            new(new([0, 3, 4], [5, 6, 7, 0]), [-1, -2, -1.5f, -1], 0.5),
            new(new([0, 3], [7, 0]), [-1, -1], -0.25),
            new(new([0, 3], [0]), [-2], 2),
        ];
        double expected = 0, limit = configuration.Rollout.MaxNewTokens;
        foreach (TrainingSequence sequence in batch)
        {
            using torch.Tensor logProbabilities = weights.ResponseLogProbabilities([sequence.Sequence]).detach();
            double sum = logProbabilities.data<float>().Select((l, t) => Math.Min(20, Math.Exp(l - sequence.SamplingLogProbabilities[t])) * l).Sum();
            double divided = aggregation switch
            {
                LossAggregation.TokenMean => sum / (4 + 2 + 1),
                LossAggregation.SequenceMeanTokenMean => sum / sequence.Sequence.ResponseIds.Length / 3,
                _ => sum / limit / 3,
            };
            expected -= sequence.Advantage * divided;
        }
        var optimizer = new PolicyOptimizer(weights, new AdamW(weights.Parameters.Select(p => (p.Name, p.Value)), new()), configuration);
        Assert.Equal(expected, optimizer.Step(0, batch).Loss, 1e-5 * Math.Abs(expected));
    }

    private static async Task TrainAsync(TrainingConfiguration configuration)
    {
        using var run = TrainingRun.Open(configuration);
        await run.RunAsync(null, TestContext.Current.CancellationToken);
    }

    private static string[] Metrics(TinyModel model, string name) => File.ReadAllLines(Path.Combine(model.Root, name, "metrics.jsonl"));

    private static byte[] Weights(TinyModel model, string name, int step) =>
        File.ReadAllBytes(Path.Combine(model.Root, name, "checkpoints", $"step-{step}", "model.safetensors"));

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.State.Step == step) stop.Cancel();
        }
    }
}
