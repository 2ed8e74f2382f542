using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Tilt.Files;

/// <summary>
/// Reads and writes files of one JSON value. Broken UTF-8, half a surrogate pair and a key twice are errors; every message names the
/// file, and the line or the key.
/// </summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The value of a file.</summary>
    /// <exception cref="InputException">It cannot be read, or is not JSON.</exception>
    public static JsonDocument Read(string path) => Parse(Bytes(path), path);

    /// <summary>The value of a file whose content is known.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InputException">It is not JSON.</exception>
    public static JsonDocument Parse(byte[] bytes, string path)
    {
        // Editors on Windows put a byte-order mark in front.
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        try
        {
            if (!Utf8.IsValid(text.Span))
                throw new InputException($"'{path}' is not valid UTF-8 (line {LineOfBroken(text.Span)}). Save it as UTF-8.");
            var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (MayHoldSurrogates(text.Span)) CheckTexts(document.RootElement);
            return document;
        }
        catch (JsonException e)
        {
            throw new InputException($"'{path}' is not valid "
                + $"JSON{(e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : "")}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw NoUnicode(path, e);
        }
    }

    /// <summary>The file as JSON, or null where there is no such file.</summary>
    public static JsonDocument? ReadIfThere(string path) => File.Exists(path) ? Read(path) : null;

    /// <summary>The object of a file.</summary>
    /// <exception cref="InputException">It cannot be read, is not JSON, or its root is something else.</exception>
    public static JsonDocument ReadObject(string path)
    {
        JsonDocument document = Read(path);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        using (document) throw new InputException($"'{path}' holds a JSON {document.RootElement.ValueKind} where an object is needed.");
    }

    /// <summary>Writes an object with its keys in ordinal order; complete or absent.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(string path, JsonObject file) => AtomicFile.WriteText(path, Sorted(file));

    /// <summary>An object as <see cref="Write"/> writes it.</summary>
    public static string Sorted(JsonObject file)
    {
        var sorted =
            new JsonObject(file.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        return sorted.ToJsonString(Indented) + "\n";
    }

    /// <summary>Runs a reader of JSON values; one that takes a value for what it is not becomes an <see cref="InputException"/>.</summary>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // Texts were checked when the file was read.
            throw new InputException($"'{path}' has a value of another kind than is needed: {e.Message}", e);
        }
    }

    /// <summary>The element at a dotted key, or null when it is absent or null.</summary>
    public static JsonElement? Find(JsonElement root, string key)
    {
        foreach (string part in key.Split('.'))
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(part, out root)) return null;
        return root.ValueKind == JsonValueKind.Null ? null : root;
    }

    /// <summary>The text at a dotted key.</summary>
    public static string Text(JsonElement root, string key, string path) =>
        Find(root, key) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new InputException($"'{path}' has no text at key '{key}'.");

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
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int id) && id >= 0
            ? id
            : throw new InputException($"'{path}': {what} must be a whole number from 0.");

    /// <summary>The start of an element as it stands in the file, for messages.</summary>
    public static string Quote(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 80 ? text : text[..80] + "…";
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static int LineOfBroken(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done) at += length;
        return 1 + bytes[..at].Count((byte)'\n');
    }

    /// <summary>Whether a surrogate is written as an escape: in valid UTF-8 nothing else makes a text that is no Unicode.</summary>
    private static bool MayHoldSurrogates(ReadOnlySpan<byte> bytes) => bytes.IndexOf("\\ud"u8) >= 0 || bytes.IndexOf("\\uD"u8) >= 0;

    /// <summary>Reads every text once: the parser lets lone surrogates pass, and throws where they are read.</summary>
    /// <exception cref="InvalidOperationException">A text is broken.</exception>
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray()) CheckTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }
                break;
        }
    }

    private static InputException NoUnicode(string path, InvalidOperationException e) =>
        new($"'{path}' holds a text that is not valid Unicode (half of a surrogate pair): {e.Message}", e);
}
