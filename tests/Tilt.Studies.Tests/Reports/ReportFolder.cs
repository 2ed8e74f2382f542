using System.Globalization;
using Tilt.Configuration;
using Tilt.Results;
using Tilt.Settings;

namespace Tilt.Studies.Tests.Reports;

/// <summary>A temporary folder of small made-up runs and evaluations.</summary>
internal sealed class ReportFolder : IDisposable
{
    public const int Problems = 40;

    private readonly string _root = Directory.CreateTempSubdirectory("tilt-report-").FullName;

    /// <summary>Path of something in the folder.</summary>
    public string this[string name] => Path.Combine(_root, name);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A run with accuracies at steps 0, 10, 20 …</summary>
    public string Run(string name, double[] accuracies, int seed = 1, Regime regime = Regime.TaskReward, double rate = 1e-4)
    {
        string folder = Directory.CreateDirectory(this[name]).FullName;
        var configuration = new TrainingConfiguration
        {
            Name = Path.GetFileName(name),
            Model = "/no/such/model",
            Seed = seed,
            Steps = 10 * (accuracies.Length - 1),
            Objective = new() { Regime = regime },
            Optimizer = new() { LearningRate = rate },
            Evaluation = new() { Problems = 200 },
        };
        File.WriteAllText(Path.Combine(folder, "config.yaml"), ConfigurationWriter.ToYaml(configuration, comments: true));
        File.WriteAllText(Path.Combine(folder, "manifest.json"),
            """{"tilt_version": "1.0.0+abc", "started_at": "2026-01-02T03:04:05.0000000+00:00", "seed": 1}""");
        File.WriteAllLines(Path.Combine(folder, "metrics.jsonl"), accuracies.Select((accuracy, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"evaluation/accuracy\":{accuracy},\"kl/reference\":\"NaN\",\"reward/task\":{accuracy / 2},\"step\":{10 * i}}}")));
        File.WriteAllText(Path.Combine(folder, "timings.jsonl"), "{\"step\":1,\"time/step\":1.5}\n{\"step\":2,\"time/step\":2}\n");
        return folder;
    }

    /// <summary>
    /// An evaluation with four outputs a problem: of each method the number of right ones of problem i. The responses of the first method
    /// are kept.
    /// </summary>
    public string Evaluation(string name, string model, params (string Method, Func<int, int> Right)[] methods) =>
        Evaluation(name, model, "arithmetic", Problems, methods);

    /// <summary>The same on another task.</summary>
    public string Evaluation(string name, string model, string task, int problems, params (string Method, Func<int, int> Right)[] methods)
    {
        string folder = Directory.CreateDirectory(this[name]).FullName;
        EvaluationFile.Write(new()
        {
            TiltVersion = "1.0.0",
            Model = model,
            Task = task,
            Split = "test",
            Reward = "task",
            MaxNewTokens = 32,
            Seed = 7,
            Problems = [.. Enumerable.Range(0, problems).Select(i => $"p{i}")],
            Methods = [.. methods.Select(m => Figures(m.Method, [.. Enumerable.Range(0, problems).Select(m.Right)]))],
        }, Path.Combine(folder, EvaluationFile.Name));
        Directory.CreateDirectory(Path.Combine(folder, "samples"));
        File.WriteAllLines(Path.Combine(folder, "samples", methods[0].Method + ".jsonl"), Enumerable.Range(0, problems).SelectMany(i =>
            Enumerable.Range(0, 4).Select(s =>
            {
                string outcome = s < methods[0].Right(i) ? "correct" : "incorrect";
                string says = $"{name} says {s}";
                return $$"""{"problem":"p{{i}}","sample":{{s}},"response":"{{says}}","answer":"{{s}}","outcome":"{{outcome}}","value":1}""";
            })));
        File.WriteAllLines(Path.Combine(folder, "problems.jsonl"), Enumerable.Range(0, problems)
            .Select(i => $$"""{"id":"p{{i}}","text":"What is {{i}}?","answer":"{{i}}","level":1,"subject":null}"""));
        return folder;
    }

    private static MethodEvaluation Figures(string method, int[] right)
    {
        double[] shares = [.. right.Select(r => r / 4.0)];
        double accuracy = shares.Average();
        return new()
        {
            Name = method,
            Samples = 4,
            Accuracy = accuracy,
            Ci = [Math.Max(0, accuracy - 0.1), Math.Min(1, accuracy + 0.1)],
            PassAtK = new Dictionary<int, double> { [1] = accuracy, [4] = right.Average(r => r > 0 ? 1.0 : 0) },
            MajAtK = new Dictionary<int, double> { [1] = accuracy, [4] = accuracy },
            MeanLength = 10,
            Truncated = 0,
            Verdicts = new Dictionary<string, int> { ["correct"] = right.Sum(), ["incorrect"] = 4 * right.Length - right.Sum() },
            ByLevel = new Dictionary<string, GroupEvaluation>(),
            BySubject = new Dictionary<string, GroupEvaluation>(),
            TokensGenerated = 1000,
            TokensForward = 5000,
            PerProblem = shares,
        };
    }
}
