using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tilt.Configuration;
using Tilt.Files;
using Tilt.Settings;

namespace Tilt.RunFolders;

/// <summary>
/// The folder of a training run, which is its database: <c>config.yaml</c>, <c>manifest.json</c>, one JSON object a line in
/// <c>metrics.jsonl</c> (deterministic values only), <c>timings.jsonl</c> and <c>samples.jsonl</c>, <c>tensorboard/</c> and
/// <c>checkpoints/</c>.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>Of the manifest; raised with every change of what a run folder holds.</summary>
    private const int Format = 1;

    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private static readonly JsonSerializerOptions LineJson =
        new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly HeldFolder _held;

    private RunFolder(HeldFolder held) => _held = held;

    /// <summary>Full path of the folder.</summary>
    public string Path => _held.Path;

    /// <summary>Opens a new folder, or one of the same run to be continued, and holds it until disposed.</summary>
    /// <exception cref="InputException">
    /// The folder cannot be written, is in use by another process, or holds a run with another configuration (the number of steps and
    /// what is kept may change).
    /// </exception>
    public static RunFolder Open(TrainingConfiguration configuration)
    {
        HeldFolder held = HeldFolder.Open(configuration.RunFolderPath(), "'out'");
        string path = held.Path;
        try
        {
            string file = System.IO.Path.Combine(path, "config.yaml"), manifest = System.IO.Path.Combine(path, "manifest.json");
            var origin = RunManifest.Of(configuration);
            if (File.Exists(file)) CheckSame(file, configuration);
            if (File.Exists(manifest)) CheckSameModels(manifest, origin);
            else NumberedFile.Write(manifest, Format, origin, Json);
            AtomicFile.WriteText(file, ConfigurationWriter.ToYaml(configuration, comments: true));
            return new(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Appends one JSON object as a line.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="value">The object.</param>
    /// <exception cref="InputException">The disk is full or the file cannot be written.</exception>
    public void Append(string file, object value)
    {
        string path = System.IO.Path.Combine(Path, file);
        try
        {
            File.AppendAllText(path, JsonSerializer.Serialize(value, LineJson) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be written: {exception.Message} Make room or choose another folder with 'out'; the "
                + $"same command continues from the last checkpoint.", exception);
        }
    }

    /// <summary>
    /// Keeps the lines up to <paramref name="step"/> (their <c>step</c> key) and drops the rest, with whatever a killed process left
    /// half written. Step 0 keeps nothing: the run starts again.
    /// </summary>
    public void TruncateAfter(string file, int step)
    {
        string path = System.IO.Path.Combine(Path, file);
        if (!File.Exists(path)) return;
        var kept = new StringBuilder();
        if (step > 0)
        {
            foreach (JsonLineAttempt line in JsonLines.Attempt(path))
                if (line.Line is { } whole && StepOf(whole) is { } written && written <= step)
                    kept.Append(whole.Root.GetRawText()).Append('\n');
        }

        AtomicFile.WriteText(path, kept.ToString());
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _held.Dispose();

    private static int? StepOf(JsonLine line) =>
        line.Root.TryGetProperty("step", out JsonElement step) && step.ValueKind == JsonValueKind.Number && step.TryGetInt32(out int value)
            ? value
            : null;

    private static void CheckSame(string file, TrainingConfiguration configuration)
    {
        var before = ConfigurationReader.Read<TrainingConfiguration>(file, []);
        if (Fixed(before) != Fixed(configuration))
        {
            string[] changed =
                [.. Fixed(before).Split('\n').Except(Fixed(configuration).Split('\n'), StringComparer.Ordinal).Select(l => l.Trim())];
            throw new InputException($"{file} is of a run with other settings (there: {string.Join(", ", changed)}). Continue with those, "
                + $"choose another folder with 'out', or remove this one.");
        }

        // Models may have moved; they are known by their hashes.
        static string Fixed(TrainingConfiguration c) =>
            ConfigurationWriter.ToYaml(
                c with { Out = "", Steps = 1, Checkpoint = new(), Model = "", Reference = c.Reference is null ? null : "" });
    }

    private static void CheckSameModels(string file, RunManifest now)
    {
        using JsonDocument saved = JsonFile.ReadObject(file);
        NumberedFile.Check(saved.RootElement, Format, file);
        string model = JsonFile.Text(saved.RootElement, "model_sha256", file);
        string? reference = JsonFile.OptionalText(saved.RootElement, "reference_sha256", file);
        if (model != now.ModelSha256 || reference != now.ReferenceSha256)
            throw new InputException($"{file} is of a run on another model (weights {model[..Math.Min(12, model.Length)]}…, "
                + $"now {now.ModelSha256[..12]}…). Continue with that model, choose another folder with 'out', or remove this one.");
    }
}

/// <summary>Where a run comes from: enough to make it again.</summary>
/// <param name="TiltVersion">Version of Tilt, with its commit where the build knew it.</param>
/// <param name="StartedAt">UTC, ISO 8601.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="ModelSha256">SHA-256 of the base model's weight files, in name order.</param>
/// <param name="ReferenceSha256">The same of the reference model; null when it is the base model.</param>
/// <param name="ConfigurationSha256">SHA-256 of the resolved configuration.</param>
/// <param name="Machine">Operating system, processor architecture and cores.</param>
/// <param name="Runtime">Version of .NET.</param>
public sealed record RunManifest(string TiltVersion, string StartedAt, int Seed, string ModelSha256, string? ReferenceSha256,
    string ConfigurationSha256, string Machine, string Runtime)
{
    /// <summary>The manifest of a run that starts now.</summary>
    public static RunManifest Of(TrainingConfiguration configuration) => new(
        Version(),
        TimeProvider.System.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        configuration.Seed,
        ModelHash.Of(configuration.Model),
        configuration.Reference is null ? null : ModelHash.Of(configuration.Reference),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ConfigurationWriter.ToYaml(configuration)))),
        MachineDescription(),
        RuntimeInformation.FrameworkDescription);

    /// <summary>Version of Tilt, with its commit where the build knew it.</summary>
    public static string Version() =>
        typeof(RunManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Operating system, processor and cores.</summary>
    public static string MachineDescription() =>
        $"{RuntimeInformation.OSDescription.Trim()}, {Processor()}, {Environment.ProcessorCount} cores";

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
