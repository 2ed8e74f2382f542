using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tilt.Configuration;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Statistics;
using Tilt.Tasks;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Evaluation;

namespace Tilt.Acceptance;

/// <summary>
/// Recipes of the optimiser and the KL term on every regime of the embedded task: how far the identity control (tempered-1, whose optimum
/// is the base model) drifts, and what the recipe does to the others. All runs of a regime are evaluated on the same test problems with the
/// same random numbers, so that differences from the base model are paired.
/// </summary>
internal static class IdentityControl
{
    private const int TestProblems = 512, Samples = 16, FirstSeed = 42;

    private const uint EvaluationSeed = 7;

    private static readonly (string Name, string[] Settings)[] Recipes =
    [
        ("paper", []),
        ("no-weight-decay", ["optimizer.weight_decay=0"]),
        ("decay", ["optimizer.decay=linear"]),
        ("half-decay", ["optimizer.decay=linear", "optimizer.learning_rate=1e-4"]),
        ("whole-kl-decay", ["objective.whole_kl=true", "optimizer.decay=linear"]),
        ("epsilon", ["optimizer.epsilon=1e-4"]),
        ("sequence-sum", ["loss.aggregation=sequence-sum"]),
        ("groups-of-32", ["rollout.generations=32"]),
    ];

    private static readonly (string Name, bool HasKl, string[] Settings)[] Regimes =
    [
        ("tempered-1", true, ["objective.regime=tempered", "objective.alpha=1"]),
        ("task-reward", false, ["objective.regime=task-reward"]),
        ("sharpening", false, ["objective.regime=sharpening"]),
        ("tempered-2", true, ["objective.regime=tempered", "objective.alpha=2"]),
        ("tilted-2-100", true, ["objective.regime=tilted", "objective.alpha=2", "objective.beta_inverse=100"]),
    ];

    /// <summary>Runs what is not done yet, and reports all that is.</summary>
    /// <param name="seeds">Runs of the identity control for each recipe; the other regimes have three.</param>
    /// <param name="recipes">Only these; all where there are none.</param>
    /// <param name="work">Folder of runs and results; what is there is kept.</param>
    /// <param name="folder">Folder of the report.</param>
    public static async Task<int> RunAsync(int seeds, string[] recipes, string work, string folder)
    {
        TorchRuntime.Configure(threads: 1);
        Directory.CreateDirectory(work);
        Result start = await BaseAsync(work);
        var jobs = new ConcurrentQueue<(string Recipe, string Regime, int Seed, string[] Settings)>();
        foreach ((string recipe, string[] changes) in Recipes.Where(r => recipes.Length == 0 || recipes.Contains(r.Name)))
        {
            // A recipe of the KL term is another one's where there is none.
            foreach ((string regime, _, string[] settings) in Regimes
                .Where(r => r.HasKl || !recipe.StartsWith("whole", StringComparison.Ordinal)))
            {
                for (int run = 0; run < (regime == "tempered-1" ? seeds : Math.Min(seeds, 3)); run++)
                    jobs.Enqueue((recipe, regime, FirstSeed + run, [.. settings, .. changes]));
            }
        }

        int all = jobs.Count, done = 0;
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            while (jobs.TryDequeue(out var job))
            {
                Result result = await DoneAsync(job.Recipe, job.Regime, job.Seed, job.Settings, work);
                double gain = 100 * (result.Accuracy - start.Accuracy);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{Interlocked.Increment(ref done)}/{all} {job.Recipe} {job.Regime} seed {job.Seed}: {gain:+0.0;-0.0} points"));
            }
        })));
        Result[] results = [.. Directory.EnumerateFiles(work, "*.json").Select(Read).OrderBy(r => r.Seed)];
        AcceptanceReport.Write(folder, "identity-control", new { TestProblems, Samples, Base = start, Runs = results },
            stamp => Markdown(start, results, stamp));
        return 0;
    }

    private static async Task<Result> BaseAsync(string work)
    {
        string file = Path.Combine(work, "base.json");
        if (File.Exists(file)) return Read(file);
        TrainingConfiguration configuration = Configuration([], Path.Combine(work, "base"), FirstSeed);
        ITokenizer tokenizer = TokenizerLoader.Load(configuration.Model);
        ITask task = TrainingTasks.Of(configuration, tokenizer);
        var model = FusedModelLoader.Load(configuration.Model, 1);
        return Write(file, await EvaluateAsync(task, tokenizer, new FusedSampler(model), "base", "base", 0, []));
    }

    private static async Task<Result> DoneAsync(string recipe, string regime, int seed, string[] settings, string work)
    {
        string name = $"{recipe}+{regime}+{seed}", file = Path.Combine(work, name + ".json"), run = Path.Combine(work, name);
        if (File.Exists(file)) return Read(file);
        TrainingConfiguration configuration = Configuration(settings, run, seed);
        using var training = TrainingRun.Open(configuration);
        await training.RunAsync(null, CancellationToken.None);
        double[] curve = [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line =>
        {
            using var metrics = JsonDocument.Parse(line);
            return metrics.RootElement.TryGetProperty("evaluation/accuracy", out JsonElement accuracy) ? accuracy.GetDouble() : double.NaN;
        }).Where(double.IsFinite)];
        Result result = Write(file, await EvaluateAsync(training.Task, TokenizerLoader.Load(configuration.Model), training.Engine.Sampler,
            recipe, regime, seed, curve));
        Directory.Delete(run, recursive: true);
        return result;
    }

    private static TrainingConfiguration Configuration(string[] settings, string run, int seed) =>
        ConfigurationReader.Read<TrainingConfiguration>(Path.Combine(AppContext.BaseDirectory, "configs", "quickstart.yaml"),
            [.. settings, $"seed={seed}", $"out={run}", "threads=1", "checkpoint.every=1000"]);

    private static async Task<Result> EvaluateAsync(ITask task, ITokenizer tokenizer, ISampler sampler, string recipe, string regime,
        int seed, double[] curve)
    {
        var evaluator = new Evaluator(task, task.HeldOutProblems(HeldOutSplit.Test, TestProblems), tokenizer);
        EvaluationTable table = await evaluator.EvaluateAsync(sampler, null, Samples, 0, 90, EvaluationSeed);
        return new(recipe, regime, seed, table.Accuracy(), table.MeanLength(), curve);
    }

    private static Result Read(string file) => JsonSerializer.Deserialize<Result>(File.ReadAllText(file))!;

    private static Result Write(string file, Result result)
    {
        File.WriteAllText(file, JsonSerializer.Serialize(result));
        return result;
    }

    private static string Markdown(Result start, Result[] results, string stamp)
    {
        var text = new StringBuilder();
        text.AppendLine("# The identity control and its remedies").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{stamp}.")
            .AppendLine().AppendLine(CultureInfo.InvariantCulture, $"""
            Embedded model, 50 steps of configs/quickstart.yaml, {TestProblems} test problems × {Samples} outputs; the base model has
            {100 * start.Accuracy:0.0} %, {start.Length:0.0} tokens. Points of accuracy above base at the end: mean over seeds with Student's
            95 % interval over seeds, and below it the mean length and the largest fall from a peak of the selection curve.
            """).AppendLine();
        text.AppendLine("| recipe | " + string.Join(" | ", Regimes.Select(r => r.Name)) + " |");
        text.AppendLine("|---|" + string.Concat(Regimes.Select(_ => "---|")));
        foreach ((string recipe, string[] settings) in Recipes)
        {
            if (!results.Any(r => r.Recipe == recipe)) continue;
            text.Append(CultureInfo.InvariantCulture,
                $"| {recipe}: `{(settings.Length == 0 ? "as it is" : string.Join(' ', settings))}` |");
            foreach (var regime in Regimes)
            {
                Result[] cell = [.. results.Where(r => r.Recipe == recipe && r.Regime == regime.Name)];
                if (cell.Length == 0)
                {
                    text.Append(" |");
                    continue;
                }

                double[] gains = [.. cell.Select(r => 100 * (r.Accuracy - start.Accuracy))];
                Interval interval = gains.Length > 1 ? Intervals.StudentT(gains) : new(gains[0], gains[0]);
                double fall = cell.Max(r => 100 * (r.Curve.Max() - r.Curve[^1]));
                text.Append(CultureInfo.InvariantCulture, $" {gains.Average():+0.00;−0.00} ({interval.Low:+0.00;−0.00} to ")
                    .Append(CultureInfo.InvariantCulture, $"{interval.High:+0.00;−0.00}), {gains.Length} seeds; ")
                    .Append(CultureInfo.InvariantCulture, $"{cell.Average(r => r.Length):0.0} tokens, fall {fall:0.0} |");
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>A run's end on the test problems.</summary>
    private sealed record Result(string Recipe, string Regime, int Seed, double Accuracy, double Length, double[] Curve);
}
