using System.Globalization;
using System.Text.Json;
using Tilt.Files;
using Tilt.Results;
using Tilt.RunFolders;

namespace Tilt.Studies.Evaluation;

/// <summary>Where an evaluation comes from, in <c>manifest.json</c> beside its results.</summary>
internal static class ManifestFile
{
    private const string Name = "manifest.json";
    private const int Format = 1;

    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n" };

    /// <summary>The manifest of an evaluation that starts now.</summary>
    public static EvaluationManifest Now(string? command) =>
        new(TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), command, RunManifest.MachineDescription());

    /// <summary>The manifest of the evaluation in a folder, which began when the first call did.</summary>
    /// <exception cref="InputException">The file is damaged, of another format, or cannot be written.</exception>
    public static EvaluationManifest Continue(string folder, string? command)
    {
        string path = Path.Combine(folder, Name);
        EvaluationManifest manifest = Now(command);
        if (File.Exists(path))
        {
            using JsonDocument before = JsonFile.ReadObject(path);
            NumberedFile.Check(before.RootElement, Format, path);
            manifest = manifest with { StartedAt = JsonFile.Text(before.RootElement, "started_at", path) };
        }

        NumberedFile.Write(path, Format, manifest, Json);
        return manifest;
    }
}
