using System.Diagnostics;
using Tilt.Configuration;
using Tilt.Models;
using Tilt.Rollouts;
using Tilt.Training;

namespace Tilt.Benchmarks;

/// <summary>
/// One optimiser step of the trainer on the embedded model: policy-gradient loss of 256 sequences of 96 tokens (prompt 32,
/// response 64), forward, backward, clipping, AdamW.
/// </summary>
internal static class TrainingBenchmark
{
    private const int Sequences = 256, PromptLength = 32, ResponseLength = 64;

    public static void Run(string model, int threads, int repeats, int microBatchTokens, TrainingPrecision precision)
    {
        TorchRuntime.Configure(threads);
        using Transformer policy = Transformer.Load(model);
        var configuration = new TrainingConfiguration { Model = model, Precision = precision };
        configuration = configuration with { Loss = configuration.Loss with { MicroBatchTokens = microBatchTokens } };
        var adam = new AdamW(policy.Parameters.Select(p => (p.Name, p.Value)), configuration.Optimizer.ToAdamW());
        var optimizer = new PolicyOptimizer(policy, adam, configuration);
        TrainingSequence[] batch = [.. Enumerable.Range(0, Sequences).Select(i => Sequence(i, policy.Configuration.VocabularySize))];
        var times = new double[repeats];
        UpdateStatistics last = optimizer.Step(0, batch);
        for (int i = -2; i < repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            last = optimizer.Step(i + 3, batch);
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        Console.WriteLine(
            $"training step: {threads} thread{(threads == 1 ? "" : "s")}, {precision}, median {times[repeats / 2]:F0} ms of {repeats}, best {times[0]:F0} ms; last step forward {1000 * last.ForwardSeconds:F0}, backward {1000 * last.BackwardSeconds:F0}, optimiser {1000 * last.OptimizerSeconds:F0} ms; peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB");
    }

    private static TrainingSequence Sequence(int index, int vocabulary)
    {
        var stream = new RandomStream(3, RandomDomain.Corpus, 0, (uint)index, 0);
        int[] ids = [.. Enumerable.Range(0, PromptLength + ResponseLength).Select(i => stream.Below(vocabulary, (uint)i))];
        return new(new(ids[..PromptLength], ids[PromptLength..]), [.. Enumerable.Repeat(-4f, ResponseLength)], index % 2 == 0 ? 0.01 : -0.01);
    }
}
