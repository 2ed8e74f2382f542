using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tilt.HuggingFace.Adapters;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Optimizers;

namespace Tilt.Benchmarks;

/// <summary>
/// One optimiser step of the trainer on a checkpoint of real size, as training does it: micro-batches, forward, backward, clipping, AdamW;
/// all weights with float32 masters, or an adapter. Every token after the first has a weight. bench/peers/real_training.py does the same.
/// </summary>
internal static class UpdateBenchmark
{
    /// <param name="Model">Model folder.</param>
    /// <param name="Sequences">Sequences of the batch, no two with the same prompt.</param>
    /// <param name="Tokens">Tokens of each.</param>
    /// <param name="Rank">Rank of the adapter, 0 for full fine-tuning.</param>
    /// <param name="MicroBatchTokens">Most tokens of a micro-batch.</param>
    /// <param name="Threads">Threads.</param>
    /// <param name="Repeats">Steps; the best counts.</param>
    /// <param name="Checkpointing">Whether activations are computed again in the backward pass.</param>
    /// <param name="Precision">Precision of the products.</param>
    /// <param name="Json">One JSON line instead of text.</param>
    public sealed record Options(string Model, int Sequences, int Tokens, int Rank, int MicroBatchTokens, int Threads, int Repeats,
        bool Checkpointing, TrainingPrecision Precision, bool Json);

    public static void Run(Options options)
    {
        TorchRuntime.Configure(options.Threads);
        using Transformer policy = options.Rank > 0 ? Transformer.LoadFrozen(options.Model) : Transformer.Load(options.Model);
        policy.Threads = options.Threads;
        policy.CheckpointActivations = options.Checkpointing;
        if (options.Rank > 0)
            policy.Attach(LoraAdapter.Initialize(new() { Rank = options.Rank, Alpha = 2 * options.Rank }, policy.Configuration, seed: 1));
        var configuration = new TrainingConfiguration { Model = options.Model, Dtype = options.Precision };
        configuration = configuration with { Loss = configuration.Loss with { MicroBatchTokens = options.MicroBatchTokens } };
        using var adam = new AdamW(policy.TrainableParameters.Select(p => (p.Name, p.Value)), configuration.Optimizer.ToAdamW());
        var optimizer = new PolicyOptimizer(policy, adam, configuration);
        float[] weights = [.. Enumerable.Repeat(1f / (options.Sequences * (options.Tokens - 1)), options.Tokens - 1)];
        WeightedSequence[] batch = [.. Enumerable.Range(0, options.Sequences).Select(s =>
        {
            int[] ids = [.. Enumerable.Range(0, options.Tokens)
                .Select(i => (int)((i * 7919L + 13 + s * 31) % policy.Configuration.VocabularySize))];
            return new WeightedSequence(new(ids[..1], ids[1..]), weights, new float[ids.Length - 1]);
        })];
        double best = double.PositiveInfinity, loss = 0, norm = 0;
        for (int step = 0; step < options.Repeats; step++)
        {
            long start = Stopwatch.GetTimestamp();
            UpdateStatistics update = optimizer.Step(step, batch);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (step == 0) (loss, norm) = (update.Loss, update.GradientNorm);
        }

        var row = new Dictionary<string, object>
        {
            ["engine"] = "Tilt",
            ["what"] = options.Rank > 0 ? "lora" : "full",
            ["dtype"] = options.Precision == TrainingPrecision.Float32 ? "float32" : "bfloat16",
            ["step_seconds"] = best,
            ["tokens_per_second"] = options.Sequences * options.Tokens / best,
            ["first_loss"] = loss,
            ["first_gradient_norm"] = norm,
            ["peak_gb"] = ProcessMemory.Peak() / 1e9,
        };
        if (options.Json) Console.WriteLine(JsonSerializer.Serialize(row));
        else foreach ((string name, object value) in row)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {value:0.####}"));
    }
}
