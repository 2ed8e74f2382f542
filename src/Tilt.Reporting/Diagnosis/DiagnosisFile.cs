using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tilt.Files;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary><c>diagnosis.json</c>: snake-case keys, indented, the same bytes for the same diagnosis in every culture.</summary>
public static class DiagnosisFile
{
    /// <summary>Version of the schema.</summary>
    public const int Version = 1;

    /// <summary>Writes the diagnosis; the file is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(DiagnosisReport report, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.WriteText(path, ToJson(report));
    }

    /// <summary>The content of the file, with a line feed at its end.</summary>
    public static string ToJson(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonSerializer.Serialize(new DiagnosisDocument(Version, report), DiagnosisJsonContext.Configured.DiagnosisDocument) + "\n";
    }

    /// <summary>Reads a diagnosis written by <see cref="Write"/>.</summary>
    /// <exception cref="InputException">The file is missing, is not JSON, or does not follow the schema.</exception>
    public static DiagnosisReport Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            DiagnosisDocument? document =
                JsonSerializer.Deserialize(File.ReadAllText(path), DiagnosisJsonContext.Configured.DiagnosisDocument);
            if (document?.SchemaVersion == Version) return document.Diagnosis;
            throw new InputException(
                $"\"{path}\" has schema version {document?.SchemaVersion}; this Tilt reads version {Version}. Run the diagnosis again.");
        }
        catch (JsonException e)
        {
            throw new InputException($"\"{path}\" is not a diagnosis: {e.Message} Run the diagnosis again to write a new one.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read the diagnosis \"{path}\": {e.Message}", e);
        }
    }
}

/// <summary>The file's content.</summary>
/// <param name="SchemaVersion">Version of the schema.</param>
/// <param name="Diagnosis">The diagnosis.</param>
internal sealed record DiagnosisDocument(int SchemaVersion, DiagnosisReport Diagnosis);

/// <summary>Compile-time serialisation of <see cref="DiagnosisReport"/>.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DiagnosisDocument))]
internal sealed partial class DiagnosisJsonContext : JsonSerializerContext
{
    internal static DiagnosisJsonContext Configured { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new FiniteNumberConverter(),
            new NumberRowConverter(),
            new JsonStringEnumConverter<Identification>(JsonNamingPolicy.KebabCaseLower),
            new JsonStringEnumConverter<VerdictKind>(JsonNamingPolicy.KebabCaseLower),
            new JsonStringEnumConverter<LikelihoodPart>(JsonNamingPolicy.KebabCaseLower),
            new JsonStringEnumConverter<RewardPart>(JsonNamingPolicy.KebabCaseLower),
        },
    });
}
