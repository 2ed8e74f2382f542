using System.Text.Json;
using Tilt.Files;

namespace Tilt.Results;

/// <summary>Reads and writes <c>evaluation.json</c>.</summary>
public static class EvaluationFile
{
    /// <summary>Name of the file in a folder.</summary>
    public const string Name = "evaluation.json";

    /// <summary>Writes the results; the file is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(EvaluationResults results, string path) => AtomicFile.WriteText(path, ToJson(results));

    /// <summary>The content of the file, with a line feed at its end.</summary>
    public static string ToJson(EvaluationResults results) =>
        JsonSerializer.Serialize(results, ResultsJsonContext.Configured.EvaluationResults) + "\n";

    /// <summary>Reads the results in a file, or in a folder that holds one.</summary>
    /// <exception cref="InputException">There are none, or the file is damaged or of another format.</exception>
    public static EvaluationResults Read(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, Name) : path;
        if (!File.Exists(file))
            throw new InputException($"There is no evaluation at '{path}': '{file}' does not exist. 'tilt eval --out {path}' writes one.");
        using JsonDocument document = JsonFile.ReadObject(file);
        int? format = document.RootElement.TryGetProperty("format", out JsonElement number) && number.ValueKind == JsonValueKind.Number
            ? number.GetInt32()
            : null;
        if (format != EvaluationResults.CurrentFormat)
            throw new InputException($"'{file}' is an evaluation in "
                + $"format {format?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "(none)"}; this version of Tilt reads "
                + $"format {EvaluationResults.CurrentFormat}. Evaluate again.");
        try
        {
            return document.Deserialize(ResultsJsonContext.Configured.EvaluationResults)
                ?? throw new InputException($"'{file}' holds no evaluation.");
        }
        catch (JsonException e)
        {
            throw new InputException($"'{file}' is not an evaluation of format {format} ({e.Path ?? "$"}): {e.Message} Evaluate again.", e);
        }
    }
}
