using System.Text.Json;
using nietras.SeparatedValues;
using Parquet;
using Parquet.Serialization;
using Tilt.Files;

namespace Tilt.Tasks.Data;

/// <summary>The rows of one file: JSON Lines, JSON, CSV, TSV or Parquet, by the ending of its name.</summary>
public static class DataFile
{
    /// <summary>Endings of names that can be read.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet"];

    /// <summary>The ending that can be read of a path; null where there is none.</summary>
    public static string? EndingOf(string path) =>
        Endings.FirstOrDefault(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>All rows of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, has another ending, or is damaged; the message names file and place.</exception>
    public static IReadOnlyList<DataRow> Read(string path) => EndingOf(path) switch
    {
        ".jsonl" or ".ndjson" => [.. JsonLines.Read(path).Select((line, i) => new DataRow(path, $"line {line.Number}", i + 1, line.Root))],
        ".json" => Json(path),
        ".csv" => Separated(path, ','),
        ".tsv" => Separated(path, '\t'),
        ".parquet" => Columns(path),
        _ => throw new InputException($"'{path}' has none of the endings of files with problems: {string.Join(", ", Endings)}."),
    };

    private static DataRow[] Json(string path)
    {
        using JsonDocument document = JsonFile.Read(path);
        JsonElement root = document.RootElement.Clone();
        // A list of objects, or an object that holds one under a single key, as some exporters write it.
        if (root.ValueKind == JsonValueKind.Object
            && root.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array).ToArray() is [var only])
            root = only.Value;
        if (root.ValueKind != JsonValueKind.Array)
            throw new InputException($"'{path}' holds {JsonLine.Shorten(root)}, where a list of objects is needed.");
        return [.. root.EnumerateArray().Select((entry, i) => entry.ValueKind == JsonValueKind.Object
            ? new DataRow(path, $"entry {i + 1}", i + 1, entry)
            : throw new InputException($"'{path}', entry {i + 1}: an object is needed, not {JsonLine.Shorten(entry)}."))];
    }

    private static List<DataRow> Separated(string path, char separator)
    {
        string text = TextFile.Read(path);
        if (string.IsNullOrWhiteSpace(text)) return [];
        var rows = new List<DataRow>();
        try
        {
            using SepReader reader = Sep.New(separator).Reader(options => options with { Unescape = true }).FromText(text);
            IReadOnlyList<string> names = reader.Header.ColNames;
            foreach (SepReader.Row row in reader)
            {
                if (row.ColCount == 1 && row[0].Span.Trim().IsEmpty) continue;
                var values = new Dictionary<string, string>(StringComparer.Ordinal);
                for (int column = 0; column < names.Count; column++) values[names[column]] = row[column].ToString();
                rows.Add(new(path, $"line {row.LineNumberFrom}", rows.Count + 1, JsonSerializer.SerializeToElement(values)));
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new InputException($"'{path}' cannot be read as separated values, behind row {rows.Count}: {e.Message} A text with "
                + $"separators, quotes or line breaks stands between double quotes.", e);
        }

        return rows;
    }

    private static DataRow[] Columns(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            // The library has the asynchronous form alone; the file is here, and nothing else waits. On a thread of the pool, because it
            // could not go on where the caller's thread is the only one that it may go on.
            var result =
                Task.Run(() => ParquetSerializer.DeserializeUntypedAsync(stream, new ParquetOptions { TreatByteArrayAsString = true }))
                    .GetAwaiter().GetResult();
            string[] names = [.. result.Schema.Fields.Select(field => field.Name)];
            // A row leaves out what is null in it; the column is there all the same.
            return [.. result.Data.Select((row, i) => new DataRow(
                path, $"row {i + 1}", i + 1,
                JsonSerializer.SerializeToElement(
                    names.ToDictionary(name => name, name => row.TryGetValue(name, out object? value) ? value : null,
                        StringComparer.Ordinal))))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException
            or NotSupportedException or ArgumentException or IndexOutOfRangeException or NullReferenceException or FormatException
            or ParquetException or OverflowException)
        {
            throw new InputException($"'{path}' cannot be read as Parquet: {e.Message} It may have been cut off; fetch or write it again.",
                e);
        }
    }
}
