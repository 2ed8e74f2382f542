using System.Text;
using System.Text.Json;

namespace Tilt.Cli.Options;

/// <summary>A line of a JSON Lines file, with errors that name file, line and key.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">The line, from 1.</param>
/// <param name="Root">The object on it.</param>
internal sealed record JsonLine(string Path, int Number, JsonElement Root)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The objects of a file line by line; empty lines are passed over.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line is no JSON object.</exception>
    public static IEnumerable<JsonLine> Read(string path)
    {
        using StreamReader reader = Open(path);
        int number = 0;
        while (Next(reader, path, ++number) is { } text)
            if (!string.IsNullOrWhiteSpace(text)) yield return Parse(text, path, number);
    }

    /// <summary>An error on this line.</summary>
    public InputException Error(string what, Exception? inner = null) => inner is null ? new($"'{Path}', line {Number}: {what}") : new($"'{Path}', line {Number}: {what}", inner);

    /// <summary>Whether a key is there and not null.</summary>
    public bool Has(string key) => Root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The text at a key.</summary>
    public string Text(string key) => Text(Root, key);

    /// <summary>The truth value at a key, false where it is absent.</summary>
    public bool Flag(string key) => Has(key) && Root.GetProperty(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error($"\"{key}\" must be true or false."),
    };

    /// <summary>The token ids at a key.</summary>
    public int[] Ids(string key)
    {
        JsonElement list = Root.GetProperty(key);
        if (list.ValueKind != JsonValueKind.Array) throw Error($"\"{key}\" must be a list of token ids.");
        return [.. list.EnumerateArray().Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int value) && value >= 0 ? value
            : throw Error($"\"{key}\" holds {Shorten(id)}, which is no token id (a whole number from 0)."))];
    }

    private string Text(JsonElement element, string key)
    {
        if (!element.TryGetProperty(key, out JsonElement value) || value.ValueKind != JsonValueKind.String) throw Error($"\"{key}\" must be a text.");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Error($"the text \"{key}\" holds half of a surrogate pair, which is no Unicode.", e);
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, Strict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static string? Next(StreamReader reader, string path, int number)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"'{path}' is not valid UTF-8 at line {number} or soon after.", e);
        }
        catch (IOException e)
        {
            throw new InputException($"'{path}' cannot be read at line {number}: {e.Message}", e);
        }
    }

    private static JsonLine Parse(string text, string path, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object ? new(path, number, root) : throw new InputException($"'{path}', line {number}: a JSON object is needed, not {Shorten(root)}.");
        }
        catch (JsonException e)
        {
            throw new InputException($"'{path}', line {number}: the line is not valid JSON{(e.BytePositionInLine is { } position ? $" (byte {position + 1})" : "")}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"'{path}', line {number}: a key holds half of a surrogate pair, which is no Unicode.", e);
        }
    }

    /// <summary>The beginning of a value, for messages.</summary>
    public static string Shorten(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
