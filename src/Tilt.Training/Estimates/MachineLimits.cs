using System.Diagnostics;
using System.Globalization;
using Tilt.Settings;
using static TorchSharp.torch;

namespace Tilt.Training.Estimates;

/// <summary>Whether a run fits the machine; where it does not, the setting that makes it fit.</summary>
public static class MachineLimits
{
    private const int Side = 1024, Rounds = 4;

    /// <summary>Memory that this process may use on the CPU, the container's limit included.</summary>
    public static long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Floating-point operations a second of a square product in the precision and with the threads that are set.</summary>
    public static double ProductRate(TrainingPrecision dtype)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor factor = ones([Side, Side], dtype == TrainingPrecision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        factor.matmul(factor);
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < Rounds; round++) factor.matmul(factor);
        return Rounds * 2.0 * Side * Side * Side / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Makes sure that a run on the CPU fits into memory, and its checkpoints onto the disk.</summary>
    /// <param name="configuration">The validated configuration.</param>
    /// <param name="memory">Bytes that there are; null takes the machine's.</param>
    /// <exception cref="InputException">It does not; the message names settings with which it would.</exception>
    public static void Check(TrainingConfiguration configuration, long? memory = null)
    {
        TrainingEstimate estimate = TrainingEstimate.Of(configuration);
        long there = memory ?? MemoryBytes;
        if (configuration.Device == "cpu" && estimate.MemoryBytes > there)
        {
            string parts =
                string.Join(", ", estimate.Memory.OrderByDescending(p => p.Amount).Take(3).Select(p => $"{p.Name} {Size(p.Amount)}"));
            throw new InputException($"The run needs about {Size(estimate.MemoryBytes)} of memory ({parts}), and there are {Size(there)}. "
                + Remedy(configuration, there));
        }

        string folder = configuration.RunFolderPath();
        long disk = estimate.CheckpointBytes * (configuration.Checkpoint.Keep + 2);
        if (FreeSpace(folder) is { } free && free < disk)
            throw new InputException(
                $"The run keeps checkpoints of {Size(estimate.CheckpointBytes)}, {Size(disk)} at most at a time, and the disk of "
                    + $"'{folder}' has {Size(free)} free. Make room, choose another folder with 'out', or keep fewer with "
                    + $"checkpoint.keep.");
    }

    private static string Remedy(TrainingConfiguration configuration, long memory)
    {
        (string Settings, TrainingConfiguration Changed)[] choices =
        [
            ("activation_checkpointing=true", configuration with { ActivationCheckpointing = true }),
            ("loss.micro_batch_tokens=1024", configuration with { Loss = configuration.Loss with { MicroBatchTokens = 1024 } }),
            ("activation_checkpointing=true loss.micro_batch_tokens=1024",
                configuration with { ActivationCheckpointing = true, Loss = configuration.Loss with { MicroBatchTokens = 1024 } }),
            ("adapter.rank=16", configuration with { Adapter = new() { Rank = 16 } }),
            ("adapter.rank=16 activation_checkpointing=true loss.micro_batch_tokens=1024",
                configuration with
                {
                    Adapter = new() { Rank = 16 },
                    ActivationCheckpointing = true,
                    Loss = configuration.Loss with { MicroBatchTokens = 1024 }
                }),
        ];
        foreach ((string settings, TrainingConfiguration changed) in choices)
            if (TrainingEstimate.Of(changed) is var estimate && estimate.MemoryBytes <= memory)
                return $"With {settings} it needs about {Size(estimate.MemoryBytes)}.";
        return "No setting makes it fit; take a smaller model.";
    }

    private static long? FreeSpace(string folder)
    {
        string? existing = folder;
        while (existing is not null && !Directory.Exists(existing)) existing = Path.GetDirectoryName(existing);
        try
        {
            return existing is null ? null : new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB");
}
