using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tilt.HuggingFace.Adapters;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Optimizers;
using static TorchSharp.torch;

namespace Tilt.Benchmarks;

/// <summary>
/// Optimiser steps of a low-rank adapter on all linear layers of a frozen model: mean negative log-likelihood of sequences (every
/// token given those before it), forward, backward, clipping, AdamW; bfloat16 products. bench/peers/lora_step.py does the same.
/// </summary>
internal static class LoraStepBenchmark
{
    public sealed record Options(string Model, int Sequences, int Tokens, int Rank, int Threads, int Repeats, bool Checkpointing,
        Device Device, ComputePrecision Precision, bool Json);

    public static void Run(Options options)
    {
        TorchRuntime.Configure(options.Threads);
        long start = Stopwatch.GetTimestamp();
        using Transformer model = Transformer.LoadFrozen(options.Model, options.Device);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        model.Attach(LoraAdapter.Initialize(new() { Rank = options.Rank, Alpha = 2 * options.Rank }, model.Configuration, seed: 1));
        model.CheckpointActivations = options.Checkpointing;
        using var adam = new AdamW(model.TrainableParameters.Select(p => (p.Name, p.Value)), new());
        TokenSequence[] batch = [.. Enumerable.Range(0, options.Sequences).Select(s =>
        {
            int[] ids =
                [.. Enumerable.Range(0, options.Tokens).Select(i => (int)((i * 7919L + 13 + s * 31) % model.Configuration.VocabularySize))];
            return new TokenSequence(ids[..1], ids[1..]);
        })];
        double bytes = Directory.EnumerateFiles(options.Model, "*.safetensors").Sum(f => new FileInfo(f).Length);
        double best = double.PositiveInfinity;
        TextWriter report = options.Json ? Console.Error : Console.Out;
        report.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Model}: {bytes / 1e9:F2} GB of weights, loaded in {load:F2} "
            + $"s, {model.TrainableParameters.Sum(p => p.Value.numel()) / 1e6:F1} M parameters in the adapter, {options.Threads} "
            + $"threads, {options.Precision}, checkpointing {options.Checkpointing}"));
        for (int step = 0; step < options.Repeats; step++)
        {
            start = Stopwatch.GetTimestamp();
            (double loss, double forward) = Backward(model, batch, options.Precision);
            double norm = GradientClipping.Clip(model.TrainableParameters.Select(p => p.Value), 1);
            adam.Step(1e-4);
            if (options.Device.type != TorchSharp.DeviceType.CPU) cuda.synchronize(options.Device);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Min(best, seconds);
            report.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"step {step + 1}: {seconds:F2} s (forward {forward:F2}), loss {loss:F5}, gradient norm {norm:F4}; peak "
                + $"resident {(ProcessMemory.Peak() / 1e9):F2} GB = {(ProcessMemory.Peak() / 1e9) / bytes * 1e9:F3} of the weights, "
                + $"anonymous "
                + $"now {(ProcessMemory.Of("RssAnon:") ?? double.NaN) / 1e9:F2} GB"));
        }
        if (options.Json)
            Console.WriteLine(
                JsonSerializer.Serialize(new { engine = "Tilt", step_seconds = best, step_peak_gb = (ProcessMemory.Peak() / 1e9) }));
    }

    private static (double Loss, double ForwardSeconds) Backward(Transformer model, TokenSequence[] batch, ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        foreach (NamedParameter parameter in model.TrainableParameters) parameter.Value.grad?.zero_();
        long start = Stopwatch.GetTimestamp();
        Tensor loss = model.ResponseLogProbabilities(batch, precision).mean().neg();
        double value = loss.item<float>(), forward = Stopwatch.GetElapsedTime(start).TotalSeconds;
        loss.backward();
        return (value, forward);
    }
}
