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

    private RunFolder(HeldFolder held, IReadOnlyList<string> changes) => (_held, Changes) = (held, changes);

    /// <summary>Full path of the folder.</summary>
    public string Path => _held.Path;

    /// <summary>Settings that differ from those that the run was left with, as <c>key: before → now</c>; they are in force now.</summary>
    public IReadOnlyList<string> Changes { get; }

    /// <summary>Opens a new folder, or one of the same run to be continued, and holds it until disposed.</summary>
    /// <exception cref="InputException">
    /// The folder cannot be written, is in use by another process, or holds a run with another configuration (what the steps already done
    /// do not depend on may change).
    /// </exception>
    public static RunFolder Open(TrainingConfiguration configuration)
    {
        HeldFolder held = HeldFolder.Open(configuration.RunFolderPath(), "'out'");
        string path = held.Path;
        try
        {
            string file = System.IO.Path.Combine(path, "config.yaml"), manifest = System.IO.Path.Combine(path, "manifest.json");
            var origin = RunManifest.Of(configuration);
            string[] changes = File.Exists(file) ? CheckSame(file, configuration) : [];
            if (File.Exists(manifest)) CheckSameModels(manifest, origin);
            else NumberedFile.Write(manifest, Format, origin, Json);
            AtomicFile.WriteText(file, ConfigurationWriter.ToYaml(configuration, comments: true));
            return new(held, changes);
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

    /// <summary>What differs from the run that <paramref name="file"/> is of and may differ: <c>key: before → now</c>.</summary>
    /// <exception cref="InputException">Something differs that the steps already done depend on.</exception>
    private static string[] CheckSame(string file, TrainingConfiguration configuration)
    {
        Dictionary<string, (ConfigurationKey Key, string Text)> before =
            Leaves(ConfigurationReader.Read<TrainingConfiguration>(file, [])), now = Leaves(configuration);
        (string Path, string Before, string Now, bool IsAllowed)[] changes =
        [
            .. from path in before.Keys.Union(now.Keys, StringComparer.Ordinal)
               let old = before.TryGetValue(path, out var o) ? o.Text : "absent"
               let given = now.TryGetValue(path, out var n) ? n.Text : "absent"
               where old != given
               select (path, old, given, (now.TryGetValue(path, out var key) ? key : before[path]).Key.Has<ChangeableOnResumeAttribute>()
                   // A learning rate that falls to the last step was another one for the steps done.
                   && (path != "steps" || configuration.Optimizer.Decay == LearningRateDecay.None)),
        ];
        if (changes.Any(c => !c.IsAllowed))
            throw new InputException($"{file} is of a run with other settings ({string.Join(", ", changes.Where(c => !c.IsAllowed)
                .Select(c =>
                    $"there {c.Path}: {c.Before}, now {c.Now}"))}). Continue with those, choose another folder with 'out', or remove "
                + $"this one.");
        return [.. changes.Select(c => $"{c.Path}: {c.Before} → {c.Now}")];

        // The folder may have moved, and models are known by their hashes.
        static Dictionary<string, (ConfigurationKey, string)> Leaves(TrainingConfiguration configuration) =>
            ConfigurationWriter.Leaves(configuration).Where(leaf => leaf.Path is not ("out" or "model" or "reference"))
                .ToDictionary(leaf => leaf.Path, leaf => (leaf.Key, leaf.Text), StringComparer.Ordinal);
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
