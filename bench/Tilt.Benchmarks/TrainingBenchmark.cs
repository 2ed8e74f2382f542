using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Optimizers;

namespace Tilt.Benchmarks;

/// <summary>
/// One optimiser step of the trainer on the embedded model: policy-gradient loss of 256 sequences of 96 tokens (prompt 32,
/// response 64), forward, backward, clipping, AdamW.
/// </summary>
internal static class TrainingBenchmark
{
    public static void Run(BenchmarkOptions options, int microBatchTokens, TrainingPrecision precision)
    {
        bool fused = precision == TrainingPrecision.Float32;
        TorchRuntime.Configure(fused ? 1 : options.Threads);
        using Transformer policy = Transformer.Load(options.Model);
        policy.Threads = options.Threads;
        var configuration = new TrainingConfiguration { Model = options.Model, Dtype = precision };
        configuration = configuration with { Loss = configuration.Loss with { MicroBatchTokens = microBatchTokens } };
        using var adam = new AdamW(policy.Parameters.Select(p => (p.Name, p.Value)), configuration.Optimizer.ToAdamW());
        var optimizer = new PolicyOptimizer(policy, adam, configuration);
        float[] sampling = [.. Enumerable.Repeat(-4f, Workload.ResponseLength)];
        float[] up = [.. Enumerable.Repeat(0.01f / (256 * Workload.ResponseLength), Workload.ResponseLength)],
            down = [.. up.Select(w => -w)];
        WeightedSequence[] batch =
            [.. Workload.Sequences256(policy.Configuration.VocabularySize)
                .Select((sequence, i) => new WeightedSequence(sequence, i % 2 == 0 ? up : down, sampling))];
        int step = 0;
        options.Measure("training", () => optimizer.Step(step++, batch), () => Workload.ResponseTokens,
            variant: $"micro-batches of {microBatchTokens} tokens", precision: fused ? "float32" : "bfloat16");
    }
}
