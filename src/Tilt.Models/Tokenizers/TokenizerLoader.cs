using System.Text.Json;
using Tilt.Rollouts;

namespace Tilt.Models;

/// <summary>Loads the tokenizer of a model folder in Hugging Face layout.</summary>
public static class TokenizerLoader
{
    /// <summary>Reads <c>tokenizer.json</c> and <c>tokenizer_config.json</c> of a folder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the tokenizer is of a kind that is not supported.</exception>
    public static ITokenizer Load(string folder)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        using var file = JsonFile.Read(path);
        string type = JsonFile.Text(file.RootElement, "model.type", path);
        return type switch
        {
            "WordLevel" => WordLevelTokenizerReader.Read(file.RootElement, path, Path.Combine(folder, "tokenizer_config.json")),
            _ => throw new InputException($"'{path}' describes a tokenizer of type {type}, which is not supported yet. Supported: WordLevel."),
        };
    }
}

/// <summary>Reads JSON files and their values with errors that name the file and the key.</summary>
internal static class JsonFile
{
    public static JsonDocument Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonDocument.Parse(stream);
        }
        catch (JsonException e)
        {
            throw new InputException($"'{path}' is not valid JSON (line {e.LineNumber + 1}): {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
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
        Find(root, key) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw new InputException($"'{path}' has no text at key '{key}'.");

    /// <summary>A whole number from 0, with errors that name what it is.</summary>
    public static int Id(JsonElement? element, string what, string path) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int id) && id >= 0 ? id : throw new InputException($"'{path}': {what} must be a whole number from 0.");
}
