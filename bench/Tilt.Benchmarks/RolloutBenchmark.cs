using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tilt.Rollouts;
using Tilt.Torch;
using Tilt.Torch.Tensors;

namespace Tilt.Benchmarks;

/// <summary>
/// Rollouts as a training step draws them: so many prompts, so many responses a prompt, all of the same length, end-of-sequence ignored;
/// the share of drawing tokens from the distributions is measured apart. bench/peers/real_training.py does the same.
/// </summary>
internal static class RolloutBenchmark
{
    public sealed record Options(string Model, TorchLoadOptions Load, int Prompts, int Group, int PromptTokens, int Tokens, int Threads,
        int Repeats, bool Json);

    public static void Run(Options options)
    {
        TorchRuntime.Configure(options.Threads);
        using TorchLanguageModel model = TorchLanguageModel.Load(options.Model, options.Load);
        int[][] prompts = [.. Enumerable.Range(0, options.Prompts).Select(p => Prompt(model, p, options.PromptTokens))];
        var sampler = new TorchSampler(model);
        var sampling = new SamplingOptions { MaxNewTokens = options.Tokens, Temperature = 1, IgnoreEndOfSequence = true };
        double best = double.PositiveInfinity, checksum = 0;
        for (int repeat = 0; repeat < options.Repeats; repeat++)
        {
            SampleRequest[] requests = [.. prompts.SelectMany((ids, p) => Enumerable.Range(0, options.Group)
                .Select(g => new SampleRequest(ids, new RandomStream(1, RandomDomain.Rollout, 0, (uint)p, (uint)g))))];
            long start = Stopwatch.GetTimestamp();
            Completion[] completions = sampler.SampleAsync(requests, sampling).GetAwaiter().GetResult();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            checksum = completions.Average(c => c.LogProbabilities.Average());
        }

        (double step, double draw) = Decode(model, prompts, options);
        var row = new Dictionary<string, object>
        {
            ["what"] = "rollouts",
            ["engine"] = "Tilt",
            ["dtype"] = options.Load.Precision == ComputePrecision.Float32 ? "float32" : "bfloat16",
            ["rollout_seconds"] = best,
            ["tokens_per_second"] = options.Prompts * options.Group * options.Tokens / best,
            ["decode_milliseconds"] = step * 1e3,
            ["draw_milliseconds"] = draw * 1e3,
            ["draw_share"] = draw / (step + draw),
            ["mean_log_probability"] = checksum,
            ["peak_gb"] = ProcessMemory.Peak() / 1e9,
        };
        if (options.Json) Console.WriteLine(JsonSerializer.Serialize(row));
        else foreach ((string name, object value) in row)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {value:0.####}"));
    }

    /// <summary>Seconds of one decode step without drawing, and of drawing, all sequences at once; the medians.</summary>
    private static (double Step, double Draw) Decode(TorchLanguageModel model, int[][] prompts, Options options)
    {
        int rows = options.Prompts * options.Group;
        using IModelState state = model.Prefill([.. prompts.SelectMany(p => Enumerable.Repeat(p, options.Group))]);
        int[] tokens = new int[rows];
        float[] sampling = new float[rows], untempered = new float[rows];
        double[] uniforms = new double[rows], steps = new double[16], draws = new double[16];
        for (int step = -2; step < steps.Length; step++)
        {
            for (int i = 0; i < rows; i++)
                uniforms[i] = new RandomStream(2, RandomDomain.Rollout, 0, (uint)i, 0).Uniform((uint)(step + 2));
            long start = Stopwatch.GetTimestamp();
            state.Sample(1, uniforms, tokens, sampling, untempered);
            double drawn = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            state.Step(tokens);
            if (step >= 0) (draws[step], steps[step]) = (drawn, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Array.Sort(steps);
        Array.Sort(draws);
        return (steps[steps.Length / 2], draws[draws.Length / 2]);
    }

    private static int[] Prompt(TorchLanguageModel model, int index, int length)
    {
        var stream = new RandomStream(3, RandomDomain.Corpus, 0, (uint)index, 0);
        return [.. Enumerable.Range(0, length).Select(i => stream.Below(model.VocabularySize, (uint)i))];
    }
}
