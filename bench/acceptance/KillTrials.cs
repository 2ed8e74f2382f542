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

    private static readonly (string Name, string[] Settings)[] Kinds =
    [
        ("full, fused", ["engine=fused", "threads=1"]),
        ("full, fused, two threads", ["engine=fused", "threads=2"]),
        ("LoRA, fused", ["engine=fused", "threads=1", "adapter.rank=4"]),
        ("full, libtorch", ["engine=libtorch", "threads=1"]),
        ("LoRA, libtorch", ["engine=libtorch", "threads=1", "adapter.rank=4"]),
    ];

    public static int Run(int kills, string folder)
    {
        string root = Directory.CreateTempSubdirectory("tilt-kills-").FullName;
        try
        {
            var rows = new List<KillRow>();
            foreach ((string name, string[] settings) in Kinds)
            {
                string whole = Path.Combine(root, $"whole-{rows.Count}");
                Train(whole, settings, null);
                int done = 0, runs = 0, different = 0, writing = 0;
                while (done < kills / Kinds.Length)
                {
                    string run = Path.Combine(root, $"killed-{rows.Count}-{runs}");
                    var moments = new RandomStream(7, RandomDomain.Statistics, (uint)rows.Count, (uint)runs, 0);
                    for (uint attempt = 0;
                        !Train(run, settings, attempt < 12 ? 300 + moments.Below(LongestMilliseconds, attempt) : null); attempt++)
                    {
                        done++;
                        if (IsWriting(run)) writing++;
                    }

                    if (!AreEqual(whole, run)) different++;
                    Directory.Delete(run, recursive: true);
                    Console.WriteLine($"{name}: run {++runs}, {done} kills so far, {writing} inside a checkpoint, {different} runs that "
                        + $"differ");
                }

                rows.Add(new(name, runs, done, writing, different));
            }

            AcceptanceReport.Write(folder, "kills", new { Steps, Rows = rows }, stamp => Markdown(rows, stamp));
            return rows.All(r => r.Different == 0) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Whether two runs have the same metrics, samples, weights and moments, byte for byte.</summary>
    private static bool AreEqual(string whole, string run)
    {
        string last = Path.Combine("checkpoints", $"step-{Steps}");
        string[] files = ["metrics.jsonl", "samples.jsonl",
            .. Directory.GetFiles(Path.Combine(whole, last), "*.safetensors").Select(file => Path.Combine(last, Path.GetFileName(file)))];
        return files.All(file => File.Exists(Path.Combine(run, file))
            && File.ReadAllBytes(Path.Combine(whole, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(run, file))));
    }

    /// <summary>Whether a killed run was at a checkpoint: it left something that is none yet.</summary>
    private static bool IsWriting(string run)
    {
        string checkpoints = Path.Combine(run, "checkpoints");
        return Directory.Exists(checkpoints) && Directory.EnumerateFileSystemEntries(checkpoints)
            .Any(entry => !Path.GetFileName(entry).StartsWith("step-", StringComparison.Ordinal) || Path.GetFileName(entry).Contains('.'));
    }

    /// <summary>Whether the run came to its end before it was killed.</summary>
    private static bool Train(string run, string[] settings, int? killAfterMilliseconds)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tilt.exe" : "tilt"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true
        };
        foreach (string argument in (string[])["train", "--config", Path.Combine(AppContext.BaseDirectory, "configs", "quickstart.yaml"),
            $"out={run}", $"steps={Steps}", .. settings,
            "rollout.prompts_per_step=8", "rollout.generations=4", "evaluation.problems=8", "evaluation.samples=1", "evaluation.every=10",
            "checkpoint.every=1"])
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
            {(300 + LongestMilliseconds) / 1000.0:0.0} seconds after each start) and started again until done, with a checkpoint after every
            step. Compared byte for byte with a run left alone: metrics.jsonl, samples.jsonl, weights and optimiser moments of the last
            checkpoint. Made by `dotnet run -c Release --project bench/acceptance -- kills`.

            | training | runs | kills | inside a checkpoint | runs that differ |
            |---|---:|---:|---:|---:|

            """);
        foreach (KillRow row in rows)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Training} | {row.Runs} | {row.Kills} | {row.Writing} | {row.Different} |");
        return text.ToString();
    }

    private sealed record KillRow(string Training, int Runs, int Kills, int Writing, int Different);
}
