using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tilt.Configuration;
using Tilt.Settings;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Records;
using TorchSharp;

namespace Tilt.Acceptance;

/// <summary>Live tensors and resident memory along training runs: both must be flat.</summary>
internal static class MemoryTrials
{
    private static readonly (string Name, int Steps, int WarmUp, string[] Settings)[] Runs =
    [
        ("embedded model, fused engine", 1500, 500, ["engine=fused"]),
        ("embedded model, libtorch engine", 300, 150, ["engine=libtorch"]),
        ("embedded model, libtorch engine, LoRA", 300, 150, ["engine=libtorch", "adapter.rank=4"]),
        ("embedded model, KL of whole distributions", 300, 150,
            ["objective.regime=tempered", "objective.alpha=2", "objective.whole_kl=true"]),
    ];

    /// <summary>
    /// Runs each in a process of its own, with the allocator's settings that `tilt` starts itself with, and reports with charts.
    /// </summary>
    public static int Run(string folder)
    {
        var rows = new List<MemoryRow>();
        for (int i = 0; i < Runs.Length; i++)
        {
            string file = Path.GetTempFileName();
            var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
            foreach (string argument in (string[])["memory-run", $"{i}", file]) start.ArgumentList.Add(argument);
            (start.Environment["MALLOC_ARENA_MAX"], start.Environment["GLIBC_TUNABLES"]) = ("1", "glibc.malloc.hugetlb=1");
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"The run '{Runs[i].Name}' failed.");
            Watch watch = JsonSerializer.Deserialize<Watch>(File.ReadAllText(file))!;
            File.Delete(file);
            rows.Add(MemoryRow.Of(Runs[i].Name, Runs[i].WarmUp, [.. watch.Tensors], [.. watch.Megabytes]));
            Console.WriteLine(rows[^1].Line);
        }

        AcceptanceReport.Write(folder, "memory", new { Rows = rows }, stamp => Markdown(rows, stamp));
        for (int i = 0; i < rows.Count; i++) File.WriteAllText(Path.Combine(folder, $"memory-{i + 1}.svg"), Chart(rows[i]));
        return rows.All(row => row.IsFlat) ? 0 : 1;
    }

    /// <summary>One of the runs; what was seen after every step goes to a file.</summary>
    public static async Task<int> RunOneAsync(int index, string file)
    {
        TorchRuntime.Configure(threads: 1);
        string run = Directory.CreateTempSubdirectory("tilt-memory-").FullName;
        try
        {
            var watch = new Watch();
            TrainingConfiguration configuration = ConfigurationReader.Read<TrainingConfiguration>(
                Path.Combine(AppContext.BaseDirectory, "configs", "quickstart.yaml"),
                [.. Runs[index].Settings, $"out={run}/run", "threads=1", $"steps={Runs[index].Steps}", "rollout.prompts_per_step=8",
                    "rollout.generations=4", "optimizer.learning_rate=1e-5", "evaluation.problems=64", "evaluation.samples=1",
                    "evaluation.every=50", "checkpoint.every=50", "checkpoint.keep=1"]);
            using (var training = TrainingRun.Open(configuration)) await training.RunAsync(watch, CancellationToken.None);
            File.WriteAllText(file, JsonSerializer.Serialize(watch));
            return 0;
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }
    }

    private static string Markdown(List<MemoryRow> rows, string stamp)
    {
        var text = new StringBuilder();
        text.AppendLine("# Memory along training runs").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"""
            {stamp}. Live tensors and resident memory after every step, with evaluations (which hold some tensors more) and checkpoints every 50
            steps. The first steps, in which code is compiled and the collector finds its budget, are in the charts and not in the figures.
            Each run has a process of its own, with the allocator's settings that `tilt` starts itself with.
            Slope: least squares over the steps judged, with its 95 % interval from the means of twenty blocks. Made by
            `dotnet run -c Release --project bench/acceptance -- memory`.
            """).AppendLine()
            .AppendLine("| run | steps judged | live tensors, first and last fifty steps | resident, MB | slope of resident memory over "
                + "the steps, MB |")
            .AppendLine("|---|---:|---:|---:|---:|");
        foreach (MemoryRow row in rows) text.AppendLine(row.Line);
        text.AppendLine();
        for (int i = 0; i < rows.Count; i++) text.AppendLine(CultureInfo.InvariantCulture, $"![{rows[i].Name}](memory-{i + 1}.svg)");
        return text.ToString();
    }

    private static string Chart(MemoryRow row)
    {
        const int Width = 560, Height = 220, Left = 50, Bottom = 30, Top = 30;
        double most = row.Megabytes.Max() * 1.1;
        string Points(IEnumerable<double> values, int count) =>
            string.Join(' ', values.Select((v, i) => string.Create(CultureInfo.InvariantCulture,
                $"{Left + (Width - Left - 10.0) * i / count:0.0},{Height - Bottom - (Height - Bottom - Top) * v / most:0.0}")));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            <text x="8" y="16">{row.Name}: resident memory, MB, over {row.Megabytes.Length} steps, judged from step {row.WarmUp}</text>
            <path d="M{Left} {Top}V{Height - Bottom}H{Width - 10}" stroke="#555" fill="none"/>
            <text x="{Left - 6}" y="{Height - Bottom}" text-anchor="end">0</text>
            <text x="{Left - 6}" y="{Top + 4}" text-anchor="end">{most:0}</text>
            <polyline points="{Points(row.Megabytes, row.Megabytes.Length)}" stroke="#1f6fb2" fill="none"/>
            <text x="{Width - 10}" y="{Height - 10}" text-anchor="end">{row.Tensors[0]} to {row.Tensors[^1]} live tensors</text>
            </svg>

            """);
    }

    /// <summary>Looks after every step.</summary>
    private sealed class Watch : IProgress<TrainingProgress>
    {
        public List<long> Tensors { get; init; } = [];

        public List<double> Megabytes { get; init; } = [];

        public void Report(TrainingProgress value)
        {
            Tensors.Add(torch.Tensor.TotalCount);
            using Process self = Process.GetCurrentProcess();
            Megabytes.Add(self.WorkingSet64 / 1e6);
        }
    }

    /// <summary>A run's memory after every step.</summary>
    private sealed record MemoryRow(string Name, int WarmUp, long[] Tensors, double[] Megabytes, double Slope, double Error)
    {
        private const int Blocks = 20, Ends = 50;

        private long First => Tensors[WarmUp..(WarmUp + Ends)].Min();

        private long Last => Tensors[^Ends..].Min();

        private double[] Judged => Megabytes[WarmUp..];

        /// <summary>Flat: as many tensors at the end as at the start, and a slope that is noise or below 2 % of the memory.</summary>
        public bool IsFlat => First == Last && (Slope - Error <= 0 || Slope + Error < 0.02 * Judged.Average());

        public string Line => string.Create(CultureInfo.InvariantCulture,
            $"| {Name} | {WarmUp + 1} to {Megabytes.Length} | {First} and {Last} | {Judged.Min():0} to {Judged.Max():0} | "
            + $"{Slope:+0.0;−0.0} ± {Error:0.0}{(IsFlat ? "" : ", **not flat**")} |");

        public static MemoryRow Of(string name, int warmUp, long[] tensors, double[] megabytes)
        {
            double[] judged = megabytes[warmUp..], means = [.. judged.Chunk(Math.Max(1, judged.Length / Blocks)).Select(b => b.Average())];
            double[] x = [.. Enumerable.Range(0, means.Length).Select(i => (double)i / (means.Length - 1))];
            double centre = x.Average(), mean = means.Average(), spread = x.Sum(v => (v - centre) * (v - centre));
            double slope = x.Zip(means, (a, b) => (a - centre) * (b - mean)).Sum() / spread;
            double rest = means.Zip(x, (b, a) => b - mean - slope * (a - centre)).Sum(r => r * r);
            return new(name, warmUp, tensors, megabytes, slope, 2.1 * Math.Sqrt(rest / (means.Length - 2) / spread));
        }
    }
}
