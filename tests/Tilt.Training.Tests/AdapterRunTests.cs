using System.Text.Json;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Safetensors;
using Tilt.Settings;
using Tilt.Torch.Tensors;
using Tilt.Training.Estimates;
using Tilt.Training.Records;

namespace Tilt.Training.Tests;

public sealed class AdapterRunTests
{
    public AdapterRunTests() => TorchRuntime.Configure(threads: 1);

    [Fact]
    public async Task An_adapter_is_trained_and_kept_in_PEFTs_layout_and_the_model_stays_as_it_is()
    {
        using var model = new TinyModel();
        byte[] before = Weights(model.Folder, "model.safetensors");
        TrainingConfiguration configuration =
            With(model.Configuration("run"), new() { Rank = 3, Alpha = 5, TargetModules = ["q_proj", "down_proj"] });
        await TrainAsync(configuration);
        string checkpoint = Checkpoint(model, "run", 6);
        Assert.Equal(
            ["adapter_config.json", "adapter_model.safetensors", "checksums.json", "optimizer.safetensors", "state.json", "tokenizer.json",
                "tokenizer_config.json"],
            Directory.GetFiles(checkpoint).Select(Path.GetFileName).Where(n => n != "special_tokens_map.json")
                .Order(StringComparer.Ordinal));
        LoraAdapter adapter = LoraAdapter.Load(checkpoint, ModelConfigurationReader.Read(model.Folder));
        Assert.Equal(4, adapter.Layers.Count);
        Assert.All(adapter.Layers, l => Assert.Equal((3, 5 / 3.0), (l.Rank, l.Scaling)));
        Assert.All(adapter.Layers, l => Assert.Contains(l.B, b => b != 0));
        Assert.Equal(model.Folder, adapter.Configuration.BaseModel);
        Assert.Equal(before, Weights(model.Folder, "model.safetensors"));
        using (var moments = SafetensorsFile.Open(Path.Combine(checkpoint, "optimizer.safetensors")))
            Assert.All(moments.Tensors, t => Assert.True(t.Name == "steps" || t.Name.Contains(".lora_", StringComparison.Ordinal), t.Name));
        // What sampled the last batch had the adapter merged: trainer and sampler agree.
        using var last = JsonDocument.Parse(Metrics(model, "run")[^1]);
        Assert.InRange(last.RootElement.GetProperty("rollout/mismatch_kl").GetDouble(), -1e-5, 1e-5);
        Assert.NotEqual(0, last.RootElement.GetProperty("kl/reference").GetDouble());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_interrupted_run_ends_like_an_uninterrupted_one_bit_for_bit(int interruptedAfter)
    {
        using var model = new TinyModel();
        await TrainAsync(With(model.Configuration("whole"), new() { Rank = 2 }));
        TrainingConfiguration parts = With(model.Configuration("parts"), new() { Rank = 2 });
        using (var run = TrainingRun.Open(parts))
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(new StopAt(interruptedAfter, stop), stop.Token));
        }

        await TrainAsync(parts);
        Assert.Equal(Metrics(model, "whole"), Metrics(model, "parts"));
        foreach (string file in (string[])["adapter_model.safetensors", "adapter_config.json", "optimizer.safetensors"])
            Assert.Equal(Weights(Checkpoint(model, "whole", 6), file), Weights(Checkpoint(model, "parts", 6), file));
    }

    [Fact]
    public async Task A_run_starts_from_a_given_adapter_with_the_base_model_as_reference()
    {
        using var model = new TinyModel();
        await TrainAsync(With(model.Configuration("first"), new() { Rank = 2 }));
        string start = Checkpoint(model, "first", 6);
        TrainingConfiguration second = With(model.Configuration("second", steps: 1), new() { Path = start });
        using var run = TrainingRun.Open(second);
        Assert.Equal(2, run.Weights.CopyAdapter()!.Configuration.Rank);
        await run.RunAsync(null, TestContext.Current.CancellationToken);
        using var first = JsonDocument.Parse(Metrics(model, "second")[0]);
        // The estimate from a few samples may have either sign; were the two models the same it would be 0.
        Assert.True(Math.Abs(first.RootElement.GetProperty("evaluation/kl").GetDouble()) > 1e-3,
            "the starting policy already differs from the reference");
    }

    [Theory]
    [InlineData(TrainingPrecision.Float32)]
    [InlineData(TrainingPrecision.Bfloat16)]
    public async Task Activation_checkpointing_trains_alike(TrainingPrecision precision)
    {
        using var model = new TinyModel();
        foreach (bool checkpointing in (bool[])[false, true])
            await TrainAsync(With(model.Configuration($"{checkpointing}", steps: 2), new() { Rank = 2 }) with
            {
                Dtype = precision,
                ActivationCheckpointing = checkpointing
            });
        using JsonDocument plain = JsonDocument.Parse(Metrics(model, "False")[1]), again = JsonDocument.Parse(Metrics(model, "True")[1]);
        double norm = plain.RootElement.GetProperty("gradient/norm").GetDouble();
        Assert.InRange(again.RootElement.GetProperty("gradient/norm").GetDouble() / norm, 1 - 1e-4, 1 + 1e-4);
        Assert.Equal(plain.RootElement.GetProperty("loss/policy").GetDouble(), again.RootElement.GetProperty("loss/policy").GetDouble(),
            1e-5);
    }

    [Fact]
    public void A_layer_that_the_model_does_not_have_is_told_before_the_run_folder_is_made()
    {
        using var model = new TinyModel();
        TrainingConfiguration configuration = With(model.Configuration("run"), new() { TargetModules = ["q_porj"] });
        Assert.Contains("'q_porj', which is no module", Assert.Throws<InputException>(() => TrainingRun.Open(configuration)).Message,
            StringComparison.Ordinal);
        Assert.Contains("'q_porj', which is no module", Assert.Throws<InputException>(() => TrainingEstimate.Of(configuration)).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(model.Root, "run")));
    }

    [Fact]
    public async Task A_checkpoint_of_another_adapter_is_named()
    {
        using var model = new TinyModel();
        await TrainAsync(With(model.Configuration("run", steps: 2), new() { Rank = 2 }));
        string checkpoint = Checkpoint(model, "run", 2);
        LoraAdapter.Initialize(new() { Rank = 4, Alpha = 1 }, ModelConfigurationReader.Read(model.Folder), 1).Save(checkpoint);
        using var run = TrainingRun.Open(With(model.Configuration("run", steps: 4), new() { Rank = 2 }));
        var error = await Assert.ThrowsAsync<InputException>(() => run.RunAsync(null, TestContext.Current.CancellationToken));
        Assert.Contains(checkpoint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_estimate_counts_the_adapters_weights()
    {
        using var model = new TinyModel();
        TrainingEstimate all = TrainingEstimate.Of(model.Configuration("run")),
            adapter = TrainingEstimate.Of(With(model.Configuration("run"), new() { Rank = 2, TargetModules = ["v_proj"] }));
        Assert.Equal(all.Parameters, all.TrainedParameters);
        Assert.Equal(2 * 2 * (16 + 16), adapter.TrainedParameters);
        Assert.True(adapter.MemoryBytes < all.MemoryBytes);
    }

    private static TrainingConfiguration With(TrainingConfiguration configuration, AdapterConfiguration adapter) =>
        configuration with { Adapter = adapter };

    private static async Task TrainAsync(TrainingConfiguration configuration)
    {
        using var run = TrainingRun.Open(configuration);
        await run.RunAsync(null, TestContext.Current.CancellationToken);
    }

    private static string Checkpoint(TinyModel model, string name, int step) =>
        Path.Combine(model.Root, name, "checkpoints", $"step-{step}");

    private static string[] Metrics(TinyModel model, string name) => File.ReadAllLines(Path.Combine(model.Root, name, "metrics.jsonl"));

    private static byte[] Weights(string folder, string file) => File.ReadAllBytes(Path.Combine(folder, file));

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.State.Step == step) stop.Cancel();
        }
    }
}
