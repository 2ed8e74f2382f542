using System.Text.Json;
using Tilt.Configuration;
using Tilt.Files;
using Tilt.Results;
using Tilt.Settings;

namespace Tilt.Studies.Reports;

/// <summary>The folder of a training run, read.</summary>
/// <param name="Folder">The folder, as it was given.</param>
/// <param name="Configuration">Its configuration.</param>
/// <param name="Version">Version of Tilt that began it.</param>
/// <param name="StartedAt">When it began, ISO 8601.</param>
/// <param name="Seconds">Seconds of its steps; null where there are no timings.</param>
/// <param name="StepsDone">Steps that were done.</param>
/// <param name="Curves">Its figures by name and step; those that are not finite are left out.</param>
/// <param name="Findings">What its monitor found, in order.</param>
internal sealed record TrainedRun(string Folder, TrainingConfiguration Configuration, string Version, string StartedAt, double? Seconds,
    int StepsDone, IReadOnlyDictionary<string, IReadOnlyList<ReportPoint>> Curves, IReadOnlyList<string> Findings)
{
    /// <summary>Reads a run.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static TrainedRun Read(string folder)
    {
        var configuration = ConfigurationReader.ReadSaved<TrainingConfiguration>(Path.Combine(folder, "config.yaml"));
        string manifest = Path.Combine(folder, "manifest.json"), timings = Path.Combine(folder, "timings.jsonl");
        using JsonDocument origin = JsonFile.ReadObject(manifest);
        var curves = new SortedDictionary<string, List<ReportPoint>>(StringComparer.Ordinal);
        int last = Metrics(Path.Combine(folder, "metrics.jsonl"), curves);
        return new(folder, configuration, JsonFile.Text(origin.RootElement, "tilt_version", manifest),
            JsonFile.Text(origin.RootElement, "started_at", manifest), File.Exists(timings) ? SecondsOf(timings) : null, last,
            curves.ToDictionary(c => c.Key, c => (IReadOnlyList<ReportPoint>)c.Value, StringComparer.Ordinal),
            [.. FindingsOf(Path.Combine(folder, "findings.jsonl"))]);
    }

    /// <summary>What two runs share that differ by their seed alone.</summary>
    public string Setting => ConfigurationWriter.ToYaml(
        Configuration with { Name = "run", Out = "", Seed = 0, Threads = 1, Checkpoint = new() });

    private static int Metrics(string file, SortedDictionary<string, List<ReportPoint>> curves)
    {
        int last = -1;
        if (!File.Exists(file)) return 0;
        foreach (JsonLine line in JsonLines.Read(file))
        {
            if (!line.Root.TryGetProperty("step", out JsonElement number) || number.ValueKind != JsonValueKind.Number
                || !number.TryGetInt32(out int step) || step <= last)
                throw line.Error("\"step\" must be a whole number greater than that of the line before. The run can be made again from its "
                    + "config.yaml.");
            last = step;
            foreach (JsonProperty figure in line.Root.EnumerateObject().Where(f => f.Name != "step"))
            {
                double value = Number(line, figure);
                if (!double.IsFinite(value)) continue;
                if (!curves.TryGetValue(figure.Name, out List<ReportPoint>? curve)) curves[figure.Name] = curve = [];
                curve.Add(new(step, value));
            }
        }

        return Math.Max(0, last);
    }

    private static IEnumerable<string> FindingsOf(string file) => !File.Exists(file) ? [] : JsonLines.Read(file).Select(line =>
        line.Root.TryGetProperty("name", out JsonElement name) && line.Root.TryGetProperty("sentence", out JsonElement sentence)
        && line.Root.TryGetProperty("step", out JsonElement step)
            ? $"{name}, step {step}: {sentence}"
            : throw line.Error("a finding has a name, a step and a sentence."));

    private static double SecondsOf(string file) =>
        JsonLines.Read(file).Sum(line => line.Root.TryGetProperty("time/step", out _)
            ? Number(line, line.Root.EnumerateObject().First(f => f.NameEquals("time/step")))
            : 0);

    // Numbers that JSON has no sign for are written as texts.
    private static double Number(JsonLine line, JsonProperty figure) => figure.Value switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        { ValueKind: JsonValueKind.Null } => double.NaN,
        { ValueKind: JsonValueKind.String } text when text.GetString() is "NaN" or "Infinity" or "-Infinity" => double.NaN,
        var other => throw line.Error($"\"{figure.Name}\" is {JsonLine.Shorten(other)}, where a number is needed. The run can be made "
            + $"again from its config.yaml."),
    };
}
