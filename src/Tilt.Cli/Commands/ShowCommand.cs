using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.Files;
using Tilt.Settings;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt show</c>: what a training run has come to, from its folder, while it runs or afterwards.</summary>
internal static class ShowCommand
{
    private const int ShownByDefault = 4;

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of a training run." };
        var samples = new Option<int?>("--samples", "-n")
        {
            Description = "Shows responses of the last steps with their verdicts and rewards: so many, 4 without a number.",
            HelpName = "count",
            Arity = ArgumentArity.ZeroOrOne
        };
        var step = new Option<int?>("--step") { Description = "The step whose responses are shown; default: the last.", HelpName = "step" };
        var command = new Command("show", """
            What a training run has come to: settings, its course on selection problems, what the monitor found and, if asked for, responses with
            their verdicts. Reads the run's folder alone, also while the run goes on.

            Example: tilt show runs/task-reward --samples 8
            """)
        {
            run, samples, step,
        };
        command.SetAction((parsed, _) =>
        {
            string folder = parsed.GetRequiredValue(run);
            if (!File.Exists(Path.Combine(folder, "config.yaml")))
                throw new InputException($"'{folder}' is no folder of a training run: it has no config.yaml.");
            Console.Write(Summary(folder));
            if (parsed.GetResult(samples) is not null || parsed.GetValue(step) is not null)
                Console.Write(Samples(folder, parsed.GetValue(samples) ?? ShownByDefault, parsed.GetValue(step)));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static string Summary(string folder)
    {
        var configuration = ConfigurationReader.ReadSaved<TrainingConfiguration>(Path.Combine(folder, "config.yaml"));
        JsonElement[] metrics = Lines(Path.Combine(folder, "metrics.jsonl"));
        int done = metrics.Length == 0 ? 0 : Step(metrics[^1]);
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{configuration.Name}: {ConfigurationName.OfEnum(configuration.Objective.Regime)} on {configuration.Model}, "
            + $"step {done} of "
            + $"{configuration.Steps}");
        foreach (JsonElement line in metrics.Where(m => m.TryGetProperty("evaluation/accuracy", out JsonElement _)))
            text.WriteLine($"  step {Step(line),5}  accuracy {Number(line, "evaluation/accuracy", "P1")}  length "
                + $"{Number(line, "evaluation/length", "0.0")}  reward {Number(line, "reward/task", "0.000")}  shaped "
                + $"{Number(line, "reward/shaped", "0.00")}  entropy {Number(line, "evaluation/entropy", "0.000")}  "
                + $"KL {Number(line, "evaluation/kl", "0.00")}");
        foreach (JsonElement finding in Lines(Path.Combine(folder, "findings.jsonl")))
            text.WriteLine($"  step {Step(finding),5}  {finding.GetProperty("name")}: {finding.GetProperty("sentence")}.");
        return text.ToString();
    }

    private static string Samples(string folder, int count, int? wanted)
    {
        JsonElement[] lines = Lines(Path.Combine(folder, "samples.jsonl"));
        JsonElement[] shown = wanted is { } step
            ? [.. lines.Where(line => Step(line) == step).Take(count)]
            : [.. lines.TakeLast(count)];
        if (shown.Length == 0)
            throw new InputException(lines.Length == 0
                ? $"'{folder}' has no responses yet."
                : $"'{folder}' has no responses of step {wanted}; it has those of steps {Step(lines[0])} to {Step(lines[^1])}.");
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (JsonElement line in shown)
        {
            text.WriteLine();
            text.WriteLine($"step {Step(line)}, {line.GetProperty("problem")}: {line.GetProperty("text").GetString()}");
            text.WriteLine($"  gold {line.GetProperty("gold")}, answer {line.GetProperty("answer")}, {line.GetProperty("outcome")}, reward "
                + $"{Number(line, "reward", "0.###")}, shaped {Number(line, "shaped_reward", "0.###")}, "
                + $"advantage {Number(line, "advantage", "0.###")}, "
                + $"{line.GetProperty("length")} tokens");
            foreach (string part in line.GetProperty("response").GetString()!.Split('\n')) text.WriteLine($"  | {part}");
        }

        return text.ToString();
    }

    /// <summary>The whole lines of a file; a run that goes on may be writing the last one.</summary>
    private static JsonElement[] Lines(string file) => !File.Exists(file)
        ? []
        : [.. JsonLines.Attempt(file).Where(line => line.Line is not null).Select(line => line.Line!.Root.Clone())
            .Where(root => root.TryGetProperty("step", out JsonElement step) && step.ValueKind == JsonValueKind.Number)];

    private static int Step(JsonElement line) => line.GetProperty("step").GetInt32();

    /// <summary>A figure, a dash where there is none.</summary>
    private static string Number(JsonElement line, string name, string format) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble().ToString(format, CultureInfo.InvariantCulture)
            : "–";
}
