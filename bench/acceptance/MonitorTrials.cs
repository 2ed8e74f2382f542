using System.Globalization;
using System.Text;
using System.Text.Json;
using Tilt.Configuration;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;

namespace Tilt.Acceptance;

/// <summary>
/// When the monitor ends runs of the embedded model, with one setting for every regime: chosen on seeds 1 to 10, judged on seeds 11 to 20.
/// Every run is recorded to its last step, and the settings are replayed on the recordings, which is what they would have done.
/// </summary>
internal static class MonitorTrials
{
    private const int Steps = 50, Every = 5, SelectionProblems = 512, SelectionSamples = 2, TestProblems = 512, TestSamples = 4,
        LatestStop = 20;

    private const uint SelectionSeed = 5, TestSeed = 7;

    private const double Tolerance = 0.03;

    private static readonly string[] Regimes = ["sharpening", "task-reward"];

    // From the most careful to the quickest: of equals, the first is taken.
    private static readonly MonitorSetting[] Settings =
    [
        .. from stop in (string[][])[[], ["likelihood-not-task"], ["likelihood-not-task", "length-collapse"]]
           from patience in (int[])[2, 1]
           from level in (double[])[0.999, 0.99, 0.95]
           select new MonitorSetting(patience, level, stop),
    ];

    /// <summary>Records what is not recorded yet, chooses and judges.</summary>
    /// <param name="work">Folder of the recordings; what is there is kept.</param>
    /// <param name="folder">Folder of the report.</param>
    public static async Task<int> RunAsync(string work, string folder)
    {
        TorchRuntime.Configure(threads: 1);
        Directory.CreateDirectory(work);
        var jobs = new System.Collections.Concurrent.ConcurrentQueue<(string Regime, int Seed)>(
            from seed in Enumerable.Range(1, 20) from regime in Regimes select (regime, seed));
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            while (jobs.TryDequeue(out var job)) await RecordAsync(job.Regime, job.Seed, work);
        })));
        Recording[] recordings =
            [.. Regimes.SelectMany(regime => Enumerable.Range(1, 20).Select(seed => Read(FileOf(work, regime, seed))))];
        MonitorTrial[] chosen = [.. Settings.Select(setting => Trial(setting, recordings.Where(r => r.Seed <= 10)))];
        MonitorTrial best = chosen.Where(t => t.TaskRewardStopped == 0).OrderByDescending(t => t.SharpeningKept).First();
        MonitorTrial judged = Trial(best.Setting, recordings.Where(r => r.Seed > 10));
        PeakSimulation peaks = PeakSimulation.Run(best.Setting);
        AcceptanceReport.Write(folder, "monitor", new { Chosen = chosen, Judged = judged, Peaks = peaks },
            stamp => Markdown(chosen, best, judged, peaks, stamp));
        Console.WriteLine($"{judged.SharpeningKept} of {judged.Sharpening} sharpening runs ended in time, {judged.TaskRewardStopped} of "
            + $"{judged.TaskReward} task-reward runs; {peaks.Before} of {peaks.Series} series ended before their peak");
        return judged.SharpeningKept >= 9 && judged.TaskRewardStopped == 0 && peaks.Before == 0 ? 0 : 1;
    }

    /// <summary>Where a setting would have ended a run, and what it would have kept.</summary>
    public static (int? Stop, int Kept) Replay(MonitorSetting setting, IReadOnlyList<MonitoredStep> history,
        IReadOnlyList<(int Step, EvaluationTable Table)> evaluations)
    {
        var monitor = new StabilityMonitor(new() { Stop = setting.Stop });
        var stopping = new EarlyStopping(new() { Patience = setting.Patience, Level = setting.Level });
        PeakEvaluations? peaks = null;
        foreach (int step in Enumerable.Range(0, history.Count + 1))
        {
            bool stops = step > 0 && monitor.Look([.. history.Take(step)]).Any(finding => finding.Stops);
            foreach ((_, EvaluationTable table) in evaluations.Where(e => e.Step == step))
            {
                peaks = PeakEvaluations.After(peaks, step, table);
                stops |= step > 0 && stopping.Look(peaks, step, table) is not null;
            }

            if (stops) return (step, peaks!.All.Step);
        }

        return (null, peaks!.All.Step);
    }

    /// <summary>An evaluation of which only the verdicts are known.</summary>
    public static EvaluationTable Table(bool[][] correct) => new()
    {
        Problems = [.. correct.Select((_, p) => $"{p}")],
        Levels = new int[correct.Length],
        Correct = correct,
        Answers = [.. correct.Select(outputs => new string?[outputs.Length])],
        Lengths = [.. correct.Select(outputs => new int[outputs.Length])],
        SampleTexts = [],
        TokensGenerated = 0,
        TokensForward = 0,
        Seconds = 0,
    };

    private static MonitorTrial Trial(MonitorSetting setting, IEnumerable<Recording> recordings)
    {
        MonitorRun[] runs = [.. recordings.Select(recording =>
        {
            (int? stop, int kept) = Replay(setting, recording.History,
                [.. recording.Evaluations.Select(e => (e.Step, Table([.. e.Right.Select(
                    right => (bool[])[.. Enumerable.Range(0, SelectionSamples).Select(s => s < right)])])))]);
            double most = recording.Evaluations.Max(e => e.Test), held = recording.Evaluations.First(e => e.Step == kept).Test;
            return new MonitorRun(recording.Regime, recording.Seed, stop, kept, held, most);
        })];
        return new(setting, runs);
    }

    private static async Task RecordAsync(string regime, int seed, string work)
    {
        string file = FileOf(work, regime, seed), run = Path.Combine(work, $"{regime}-{seed}");
        if (File.Exists(file)) return;
        TrainingConfiguration configuration = ConfigurationReader.Read<TrainingConfiguration>(
            Path.Combine(AppContext.BaseDirectory, "configs", "quickstart.yaml"),
            [$"objective.regime={regime}", $"seed={seed}", $"out={run}", "threads=1", $"steps={Steps}", $"evaluation.every={Steps}",
                "evaluation.problems=8", $"checkpoint.every={Every}", "checkpoint.keep=1000"]);
        using var training = TrainingRun.Open(configuration);
        ITokenizer tokenizer = TokenizerLoader.Load(configuration.Model);
        var state = await training.RunAsync(null, CancellationToken.None);
        var selection = new Evaluator(training.Task, training.Task.HeldOutProblems(HeldOutSplit.Selection, SelectionProblems), tokenizer);
        var test = new Evaluator(training.Task, training.Task.HeldOutProblems(HeldOutSplit.Test, TestProblems), tokenizer);
        var start = new FusedSampler(FusedModelLoader.Load(configuration.Model, 1));
        var evaluations = new List<RecordedEvaluation>();
        for (int step = 0; step <= Steps; step += Every)
        {
            if (step > 0) await training.LoadCheckpointAsync(step);
            ISampler sampler = step == 0 ? start : training.Engine.Sampler;
            EvaluationTable seen = await selection.EvaluateAsync(sampler, null, SelectionSamples, 0, 90, SelectionSeed),
                hidden = await test.EvaluateAsync(sampler, null, TestSamples, 0, 90, TestSeed);
            evaluations.Add(new(step, [.. seen.Correct.Select(outputs => outputs.Count(right => right))], hidden.Accuracy()));
        }

        File.WriteAllText(file, JsonSerializer.Serialize(new Recording(regime, seed, [.. state.History], [.. evaluations])));
        Directory.Delete(run, recursive: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{regime} seed {seed}: test {string.Join(' ', evaluations.Select(e => $"{100 * e.Test:0.0}"))}"));
    }

    private static string FileOf(string work, string regime, int seed) => Path.Combine(work, $"{regime}-{seed}.json");

    private static Recording Read(string file) => JsonSerializer.Deserialize<Recording>(File.ReadAllText(file))!;

    private static string Markdown(MonitorTrial[] chosen, MonitorTrial best, MonitorTrial judged, PeakSimulation peaks, string stamp)
    {
        var text = new StringBuilder();
        text.AppendLine("# When the monitor ends runs").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"""
            {stamp}. Embedded model, {Steps} steps of configs/quickstart.yaml, evaluated every {Every} steps on {SelectionProblems} fixed
            selection problems × {SelectionSamples}. A sharpening run counts as kept when it is ended by step {LatestStop} and the checkpoint that
            was best on selection problems until then, step 0 included, is within {100 * Tolerance:0} points of the best of all
            {Steps / Every + 1} on {TestProblems} test problems × {TestSamples}. Of the settings that end no task-reward run of seeds 1 to 10, the
            one that keeps most sharpening runs is judged, the first of equals.
            """).AppendLine().AppendLine("| patience | level | stops on | seeds | sharpening kept | sharpening ended | task reward ended |")
            .AppendLine("|---:|---:|---|---|---:|---:|---:|");
        foreach (MonitorTrial trial in chosen) Row(trial, "1–10");
        Row(judged, "**11–20**");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"Judged: patience {best.Setting.Patience}, level {best.Setting.Level}. Each of its runs: step at which it ends, step kept, "
            + $"its test "
            + $"accuracy, the best one.").AppendLine().AppendLine("| regime | seed | ended | kept | test, % | best, % |")
            .AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach (MonitorRun run in judged.Runs)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {run.Regime} | {run.Seed} | {(run.Stop is { } stop ? stop : "–")} | {run.Kept} | "
                    + $"{100 * run.Held:0.0} | {100 * run.Most:0.0} |");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"Simulated series that rise and then fall ({peaks.Series}, of {SelectionProblems} problems "
            + $"× {SelectionSamples}): {peaks.Before} end "
            + $"before their peak, {peaks.After} after it, on average {peaks.Delay:0.0} evaluations later.");
        return text.ToString();

        void Row(MonitorTrial trial, string seeds) => text.AppendLine(CultureInfo.InvariantCulture,
            $"| {trial.Setting.Patience} | {trial.Setting.Level} | accuracy-fall{string.Concat(trial.Setting.Stop.Select(s => ", " + s))} "
            + $"| {seeds} | "
            + $"{trial.SharpeningKept} of {trial.Sharpening} | {trial.SharpeningStopped} | {trial.TaskRewardStopped} "
            + $"of {trial.TaskReward} |");
    }

    /// <summary>A run to its last step: what the monitor sees of every step, and the evaluations.</summary>
    private sealed record Recording(string Regime, int Seed, MonitoredStep[] History, RecordedEvaluation[] Evaluations);

    /// <summary>
    /// An evaluation: right outputs of each selection problem, and accuracy on the test problems, which no decision sees.
    /// </summary>
    private sealed record RecordedEvaluation(int Step, int[] Right, double Test);

    /// <summary>What a setting does on some runs.</summary>
    private sealed record MonitorTrial(MonitorSetting Setting, MonitorRun[] Runs)
    {
        public int Sharpening => Runs.Count(r => r.Regime == "sharpening");

        public int SharpeningStopped => Runs.Count(r => r.Regime == "sharpening" && r.Stop is not null);

        public int SharpeningKept =>
            Runs.Count(r => r.Regime == "sharpening" && r.Stop <= LatestStop && r.Held >= r.Most - Tolerance);

        public int TaskReward => Runs.Count(r => r.Regime == "task-reward");

        public int TaskRewardStopped => Runs.Count(r => r.Regime == "task-reward" && r.Stop is not null);
    }

    /// <summary>Where a run ends, and what is kept of it.</summary>
    private sealed record MonitorRun(string Regime, int Seed, int? Stop, int Kept, double Held, double Most);
}

/// <summary>A setting of monitor and early stopping.</summary>
/// <param name="Patience">Evaluations after the best one that must lie below it.</param>
/// <param name="Level">Level of the paired bound.</param>
/// <param name="Stop">Findings that end the run besides.</param>
internal sealed record MonitorSetting(int Patience, double Level, string[] Stop);
