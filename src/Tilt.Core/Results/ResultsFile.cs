using System.Text.Json;
using Tilt.Files;

namespace Tilt.Results;

/// <summary>
/// <c>results.json</c>: snake-case keys, indented, the same bytes for the same results in every culture. A number that is not
/// finite is written as null; where the schema promises a number, null is read back as NaN.
/// </summary>
public static class ResultsFile
{
    /// <summary>Version of the schema that this class reads and writes.</summary>
    public const int Version = 1;

    /// <summary>Writes the results; the file is complete or absent, never half written.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(ComparisonResults results, string path)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.WriteText(path, ToJson(results));
    }

    /// <summary>The content of the file, with a line feed at its end.</summary>
    public static string ToJson(ComparisonResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return JsonSerializer.Serialize(results, ResultsJsonContext.Configured.ComparisonResults) + "\n";
    }

    /// <summary>Reads results written by <see cref="Write"/>.</summary>
    /// <exception cref="InputException">The file is missing, is not JSON, or does not follow the schema.</exception>
    public static ComparisonResults Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read the results file \"{path}\": {e.Message}", e);
        }
        return Parse(json, path);
    }

    /// <summary>Reads results from text; <paramref name="origin"/> names it in messages.</summary>
    /// <exception cref="InputException">The text is not JSON or does not follow the schema.</exception>
    public static ComparisonResults Parse(string json, string origin)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            ComparisonResults results = JsonSerializer.Deserialize(json, ResultsJsonContext.Configured.ComparisonResults)
                ?? throw new JsonException("The document is null.");
            ResultsValidation.Check(results);
            return results;
        }
        catch (JsonException e)
        {
            string where = e.LineNumber is { } line ? $" (line {line + 1}, {e.Path ?? "$"})" : "";
            throw new InputException(
                $"\"{origin}\" is not a results file of schema version {Version}{where}: {e.Message} "
                + "Run the comparison again to write a new one.", e);
        }
    }
}
