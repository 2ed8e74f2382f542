using System.Text.Json;

namespace Tilt.Files;

/// <summary>Reads JSON files and their values with errors that name the file and the key.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static JsonDocument Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonDocument.Parse(stream, Strict);
        }
        catch (JsonException e)
        {
            throw new InputException($"'{path}' is not valid JSON{(e.LineNumber is { } line ? $" (line {line + 1})" : "")}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw NoUnicode(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The file as JSON, or null where there is no such file.</summary>
    public static JsonDocument? ReadIfThere(string path) => File.Exists(path) ? Read(path) : null;

    /// <summary>Runs a reader of JSON values; text that is no Unicode, which shows only when it is read, becomes an <see cref="InputException"/>.</summary>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw NoUnicode(path, e);
        }
    }

    private static InputException NoUnicode(string path, InvalidOperationException e) =>
        new($"'{path}' holds a text that is no valid Unicode (broken UTF-8 or half of a surrogate pair): {e.Message}", e);

    /// <summary>The element at a dotted key, or null when it is absent or null.</summary>
    public static JsonElement? Find(JsonElement root, string key)
    {
        foreach (string part in key.Split('.'))
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(part, out root)) return null;
        return root.ValueKind == JsonValueKind.Null ? null : root;
    }

    /// <summary>The text at a dotted key.</summary>
    public static string Text(JsonElement root, string key, string path) =>
        Find(root, key) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw new InputException($"'{path}' has no text at key '{key}'.");

    /// <summary>The text at a dotted key, or null when it is absent or null.</summary>
    public static string? OptionalText(JsonElement root, string key, string path) => Find(root, key) is null ? null : Text(root, key, path);

    /// <summary>The truth value at a dotted key, or the standard one when it is absent or null.</summary>
    public static bool Flag(JsonElement root, string key, string path, bool standard = false) => Find(root, key) switch
    {
        null => standard,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new InputException($"'{path}' must have true or false at key '{key}'."),
    };

    /// <summary>The elements of the list at a dotted key; none when it is absent or null.</summary>
    public static IReadOnlyList<JsonElement> List(JsonElement root, string key, string path) => Find(root, key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        _ => throw new InputException($"'{path}' must have a list at key '{key}'."),
    };

    /// <summary>A whole number from 0, with errors that name what it is.</summary>
    public static int Id(JsonElement? element, string what, string path) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int id) && id >= 0 ? id : throw new InputException($"'{path}': {what} must be a whole number from 0.");

    /// <summary>The start of an element as it stands in the file, for messages.</summary>
    public static string Quote(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
