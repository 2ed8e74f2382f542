using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tilt.Rollouts;

namespace Tilt.Acceptance;

/// <summary>
/// Training runs killed (SIGKILL) again and again at moments drawn from a fixed seed, until they are done: metrics, samples, weights
/// and optimiser must be, byte for byte, those of a run that was left alone.
/// </summary>
internal static class KillTrials
{
    private const int Steps = 40, LongestMilliseconds = 4000;

    private static readonly string[] Compared = ["metrics.jsonl", "samples.jsonl", $"checkpoints/step-{Steps}/model.safetensors",
        $"checkpoints/step-{Steps}/optimizer.safetensors"];

    public static int Run(int kills, string folder)
    {
        string root = Directory.CreateTempSubdirectory("tilt-kills-").FullName;
        try
        {
            string whole = Path.Combine(root, "whole");
            int[] threads = [1, 2];
            var rows = new List<KillRow>();
            foreach (int count in threads)
            {
                Train(Path.Combine(whole, $"{count}"), count, null);
                int done = 0, runs = 0, different = 0;
                while (done < kills / threads.Length)
                {
                    string run = Path.Combine(root, $"killed-{count}-{runs}");
                    var moments = new RandomStream(7, RandomDomain.Statistics, (uint)count, (uint)runs, 0);
                    for (uint attempt = 0; !Train(run, count, attempt < 12 ? 300 + moments.Below(LongestMilliseconds, attempt) : null);
                        attempt++) done++;
                    if (Compared.Any(f => !File.ReadAllBytes(Path.Combine(whole, $"{count}", f)).AsSpan()
                        .SequenceEqual(File.ReadAllBytes(Path.Combine(run, f))))) different++;
                    Directory.Delete(run, recursive: true);
                    Console.WriteLine($"{count} thread(s): run {++runs}, {done} kills so far, {different} runs that differ");
                }

                rows.Add(new(count, runs, done, different));
            }

            AcceptanceReport.Write(folder, "kills", new { Steps, Rows = rows }, stamp => Markdown(rows, stamp));
            return rows.All(r => r.Different == 0) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Whether the run came to its end before it was killed.</summary>
    private static bool Train(string run, int threads, int? killAfterMilliseconds)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tilt.exe" : "tilt"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true
        };
        foreach (string argument in (string[])["train", "--config", Path.Combine(AppContext.BaseDirectory, "configs", "quickstart.yaml"),
            $"out={run}", $"steps={Steps}", $"threads={threads}",
            "rollout.prompts_per_step=8", "rollout.generations=4", "evaluation.problems=8", "evaluation.samples=1", "evaluation.every=10",
            "checkpoint.every=3"])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (killAfterMilliseconds is { } limit && !process.WaitForExit(limit)) process.Kill();
        process.WaitForExit();
        output.Wait();
        if (process.ExitCode != 0 && killAfterMilliseconds is null)
            throw new InvalidOperationException($"tilt train failed: {output.Result}");
        return process.ExitCode == 0;
    }

    private static string Markdown(List<KillRow> rows, string stamp)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Training runs killed at any moment

            {stamp}. Runs of {Steps} steps on the embedded model, killed without warning at drawn moments (0.3 to
            {(300 + LongestMilliseconds)
                / 1000.0:0.0} seconds after each start) and started again until done. Compared byte for byte with a run left alone:
            {string.Join(", ", Compared)}. Made by `dotnet run -c Release --project bench/acceptance -- kills`.

            | threads | runs | kills | runs that differ |
            |---:|---:|---:|---:|

            """);
        foreach (KillRow row in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Threads} | {row.Runs} | {row.Kills} | {row.Different} |");
        return text.ToString();
    }

    private sealed record KillRow(int Threads, int Runs, int Kills, int Different);
}
