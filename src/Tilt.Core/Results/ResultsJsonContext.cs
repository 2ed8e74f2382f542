using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tilt.Results;

/// <summary>Compile-time serialisation of results.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ComparisonResults))]
[JsonSerializable(typeof(EvaluationResults))]
internal sealed partial class ResultsJsonContext : JsonSerializerContext
{
    /// <summary>The context with the options of <c>results.json</c>.</summary>
    internal static ResultsJsonContext Configured { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        // The file is read by people and programs, never pasted into a web page: "3+4" stays "3+4".
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteNumberConverter(), new NumberRowConverter() },
    });
}
