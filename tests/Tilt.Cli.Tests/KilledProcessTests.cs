using System.Diagnostics;

namespace Tilt.Cli.Tests;

/// <summary>The program killed as a user's machine may kill it: SIGKILL, no warning, at any moment.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_run_killed_twice_ends_like_one_that_was_left_alone()
    {
        string whole = Path.Combine(_folder, "whole"), killed = Path.Combine(_folder, "killed");
        await TrainAsync(whole, killAfterLines: null);
        await TrainAsync(killed, killAfterLines: 5);
        await TrainAsync(killed, killAfterLines: 12);
        await TrainAsync(killed, killAfterLines: null);
        foreach (string file in (string[])["metrics.jsonl", "samples.jsonl", "checkpoints/step-24/model.safetensors",
            "checkpoints/step-24/optimizer.safetensors"])
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(whole, file), TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(Path.Combine(killed, file), TestContext.Current.CancellationToken));
    }

    /// <summary>Trains 24 steps, or until the metrics have a number of lines; then the process is killed.</summary>
    private static async Task TrainAsync(string run, int? killAfterLines)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tilt.exe" : "tilt"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (string argument in (string[])["train", "--config", Path.Combine(AppContext.BaseDirectory, "configs", "quickstart.yaml"),
            $"out={run}", "steps=24", "threads=1",
            "rollout.prompts_per_step=4", "rollout.generations=2", "evaluation.problems=4", "evaluation.samples=1", "evaluation.every=4",
            "checkpoint.every=2"])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        string metrics = Path.Combine(run, "metrics.jsonl");
        while (killAfterLines is { } lines && !process.HasExited)
        {
            if (File.Exists(metrics) && (await File.ReadAllBytesAsync(metrics)).Count(b => b == (byte)'\n') >= lines)
            {
                process.Kill();
                break;
            }
            await Task.Delay(1);
        }
        await process.WaitForExitAsync();
        string told = await errors + await output;
        Assert.True((process.ExitCode == 0) == killAfterLines is null, told);
    }
}
