using System.Text.Json;

namespace Tilt.Files;

/// <summary>A line of a JSON Lines file, with errors that name file, line and key.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">The line, from 1.</param>
/// <param name="Root">The object on it.</param>
public sealed record JsonLine(string Path, int Number, JsonElement Root)
{
    /// <summary>An error on this line.</summary>
    public InputException Error(string what, Exception? inner = null) => JsonLines.Error(Path, Number, what, inner);

    /// <summary>Whether a key is there and not null.</summary>
    public bool Has(string key) => Root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The text at a key.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Text(string key) => Text(Root, key);

    /// <summary>The text at a key, or a number as it is written; null where the key is absent or null.</summary>
    /// <exception cref="InputException">Something else is there.</exception>
    public string? TextOrNumber(string key) => !Has(key) ? null : Root.GetProperty(key) switch
    {
        { ValueKind: JsonValueKind.String } => Text(key),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        var other => throw Error($"\"{key}\" is {Shorten(other)}, where a text is needed."),
    };

    /// <summary>The truth value at a key, false where it is absent or null.</summary>
    /// <exception cref="InputException">Something else is there.</exception>
    public bool Flag(string key) => Has(key) && Root.GetProperty(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error($"\"{key}\" must be true or false."),
    };

    /// <summary>The token ids at a key.</summary>
    /// <exception cref="InputException">The key is absent, or something else is there.</exception>
    public int[] Ids(string key)
    {
        if (!Root.TryGetProperty(key, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw Error($"\"{key}\" must be a list of token ids.");
        return [.. list.EnumerateArray()
            .Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int value) && value >= 0 ? value
                : throw Error($"\"{key}\" holds {Shorten(id)}, which is no token id (a whole number from 0)."))];
    }

    /// <summary>The text at a key of an object on the line.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Text(JsonElement element, string key)
    {
        if (!element.TryGetProperty(key, out JsonElement value) || value.ValueKind != JsonValueKind.String)
            throw Error($"\"{key}\" must be a text.");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Error($"the text \"{key}\" holds half of a surrogate pair, which is no Unicode.", e);
        }
    }

    /// <summary>The beginning of a value, for messages.</summary>
    public static string Shorten(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
