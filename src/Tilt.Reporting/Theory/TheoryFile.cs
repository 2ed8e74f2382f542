using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tilt.Exact.Theory;
using Tilt.Files;
using Tilt.Results;

namespace Tilt.Reporting.Theory;

/// <summary>The numbers of <c>tilt theory</c> as JSON: snake-case keys, indented, the same bytes for the same problem.</summary>
public static class TheoryFile
{
    /// <summary>Writes the results; the file is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(TheoryResults results, string path) => AtomicFile.WriteText(path, ToJson(results));

    /// <summary>Writes the estimators' moments; the file is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(EstimatorResults results, string path) => AtomicFile.WriteText(path, ToJson(results));

    /// <summary>The results as text, with a line feed at the end.</summary>
    public static string ToJson(TheoryResults results) =>
        JsonSerializer.Serialize(results, TheoryJsonContext.Configured.TheoryResults) + "\n";

    /// <summary>The estimators' moments as text, with a line feed at the end.</summary>
    public static string ToJson(EstimatorResults results) =>
        JsonSerializer.Serialize(results, TheoryJsonContext.Configured.EstimatorResults) + "\n";
}

/// <summary>Compile-time serialisation of what <c>tilt theory</c> computes.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(TheoryResults))]
[JsonSerializable(typeof(EstimatorResults))]
internal sealed partial class TheoryJsonContext : JsonSerializerContext
{
    internal static TheoryJsonContext Configured { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteNumberConverter(), new JsonStringEnumConverter<Settings.TheoryTable>(JsonNamingPolicy.KebabCaseLower) },
    });
}
