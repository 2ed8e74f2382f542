using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Files;
using Tilt.RunFolders;
using Tilt.Training.Evaluation;
using Tilt.Training.Records;

namespace Tilt.Studies.Comparison;

/// <summary>The folder of a comparison: one result file a job, so that nothing finished is done again. It is held until disposed.</summary>
public sealed class ComparisonFolder : IDisposable
{
    /// <summary>Of the settings, the clock and the jobs; raised with every change of what one of them holds.</summary>
    private const int Format = 1;

    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private static readonly JsonSerializerOptions CompactJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HeldFolder _held;

    private ComparisonFolder(HeldFolder held) => _held = held;

    /// <summary>Full path of the folder.</summary>
    public string Path => _held.Path;

    /// <summary>Folder of one training run.</summary>
    public string RunPath(ComparisonJobKey key) => System.IO.Path.Combine(Path, "runs", key.ToString());

    /// <summary>Seconds of work so far, interruptions not counted.</summary>
    public double SecondsSpent
    {
        get => Read<Clock>("clock.json")?.Seconds ?? 0;
        set => Write("clock.json", new Clock(value), Json);
    }

    /// <summary>Opens a new folder, or one that holds a comparison with the same settings.</summary>
    /// <exception cref="InputException">The folder holds a comparison with other settings, is in use, or cannot be written.</exception>
    public static ComparisonFolder Open(ComparisonOptions options)
    {
        HeldFolder held = HeldFolder.Open(options.Out, "--out");
        try
        {
            // How many jobs run at once and which methods are wanted does not change a job's result, and a model is known by its weights.
            JsonNode? settings = JsonSerializer.SerializeToNode(options with
            {
                Out = "",
                Jobs = 0,
                Command = null,
                Methods = null,
                SeedsPerMethod = 0,
                Training = options.Training with { Out = "", Model = ModelHash.Of(options.Training.Model) },
            }, Json);
            var saved = new SavedSettings(System.IO.Path.Combine(held.Path, "comparison.json"), Format, settings!.AsObject());
            saved.Check("a comparison", "--out");
            saved.Write();
            return new ComparisonFolder(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _held.Dispose();

    /// <summary>The saved result of a job, or null.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public JobResult? TryRead(ComparisonJobKey key) => Read<JobResult>(System.IO.Path.Combine("jobs", $"{key}.json"));

    /// <summary>Saves the result of a job, whole or not at all.</summary>
    public void Save(ComparisonJobKey key, JobResult result) => Write(System.IO.Path.Combine("jobs", $"{key}.json"), result, CompactJson);

    private T? Read<T>(string name) where T : class
    {
        string file = System.IO.Path.Combine(Path, name);
        if (!File.Exists(file)) return null;
        try
        {
            return NumberedFile.Read<T>(file, Format, Json);
        }
        catch (JsonException exception)
        {
            throw new InputException($"{file} is damaged ({exception.Message}). Remove it; what it held is then computed again.",
                exception);
        }
    }

    private void Write<T>(string name, T value, JsonSerializerOptions options)
    {
        string file = System.IO.Path.Combine(Path, name);
        NumberedFile.Write(file, Format, value, options);
    }

    private sealed record Clock(double Seconds);
}

/// <summary>A job: a method with a seed.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Seed">Seed.</param>
public readonly record struct ComparisonJobKey(string Method, int Seed)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method}-seed-{Seed}";
}

/// <summary>What a job found.</summary>
public sealed record JobResult
{
    /// <summary>Outputs on test problems of the last checkpoint, or of the method.</summary>
    public required EvaluationTable Test { get; init; }

    /// <summary>Outputs on test problems of the best checkpoint; null unless RL.</summary>
    public EvaluationTable? Best { get; init; }

    /// <summary>State of the finished training run; null unless RL.</summary>
    public RunState? Run { get; init; }
}
