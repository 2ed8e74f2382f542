using System.Text.Json;
using Tilt.Configuration;

namespace Tilt.Tasks.Data;

/// <summary>A row of a data file, whatever its format: an object with named values, and where it stands.</summary>
/// <param name="Path">The file.</param>
/// <param name="Place">Where in it, such as <c>line 3</c>.</param>
/// <param name="Number">The row, from 1.</param>
/// <param name="Values">A JSON object.</param>
public sealed record DataRow(string Path, string Place, int Number, JsonElement Values)
{
    /// <summary>An error on this row.</summary>
    public InputException Error(string what) => new($"'{Path}', {Place}: {what}");

    /// <summary>Whether the row has the column; a dot leads into an object.</summary>
    public bool HasColumn(string column) => Find(column) is not null;

    /// <summary>
    /// The text of a column: a text, a number as it is written, true or false, or a list of these joined by commas; null where the
    /// value is null or the list empty.
    /// </summary>
    /// <param name="column">Name of the column; a dot leads into an object.</param>
    /// <exception cref="InputException">The row has no such column, or something else is in it.</exception>
    public string? Text(string column) => Find(column) is { } value ? TextOf(value, column) : throw Missing(column);

    private string? TextOf(JsonElement value, string column)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null: return null;
            case JsonValueKind.String: return Unicode(value, column);
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False: return value.GetRawText();
            case JsonValueKind.Array:
                string[] items = [.. value.EnumerateArray().Select(item => TextOf(item, column)).OfType<string>()];
                return items.Length == 0 ? null : string.Join(", ", items);
            default:
                throw Error($"the column \"{column}\" holds an object ({Files.JsonLine.Shorten(value)}), where a text is needed; a dot "
                    + $"leads into it, such as {column}.{value.EnumerateObject().FirstOrDefault().Name}.");
        }
    }

    private string Unicode(JsonElement value, string column)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error($"the text \"{column}\" holds half of a surrogate pair, which is no Unicode.");
        }
    }

    /// <summary>An error on this row, which lacks a column; tells the columns that it has.</summary>
    /// <param name="column">The column.</param>
    /// <param name="remedy">What to do, a sentence, where more can be said.</param>
    internal InputException Missing(string column, string? remedy = null)
    {
        string[] columns = [.. Values.EnumerateObject().Select(property => property.Name)];
        string nearest = NearestName.Among(columns, column) is { } near ? $" Did you mean \"{near}\"?" : "";
        return Error($"there is no column \"{column}\".{nearest} The columns "
            + $"are {(columns.Length == 0 ? "none" : string.Join(", ", columns))}.{(remedy is null ? "" : " " + remedy)}");
    }

    private JsonElement? Find(string column)
    {
        if (Values.TryGetProperty(column, out JsonElement whole)) return whole;
        JsonElement at = Values;
        foreach (string part in column.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at)) return null;
        return at;
    }
}
