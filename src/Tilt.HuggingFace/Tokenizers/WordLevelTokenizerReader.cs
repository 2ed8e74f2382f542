using System.Text.Json;
using System.Text.RegularExpressions;
using Tilt.Files;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Reads a word-level tokenizer from Hugging Face files.</summary>
internal static class WordLevelTokenizerReader
{
    public static WordLevelTokenizer Read(JsonElement root, string path, string configurationPath)
    {
        if (JsonFile.Find(root, "normalizer") is not null) throw Unsupported(path, "normalizer", "null");
        if (JsonFile.Find(root, "decoder.type")?.ToString() != "Fuse") throw Unsupported(path, "decoder", "Fuse");

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        if (JsonFile.Find(root, "model.vocab") is not { ValueKind: JsonValueKind.Object } entries)
            throw new InputException($"'{path}' has no vocabulary at key 'model.vocab'.");
        foreach (var entry in entries.EnumerateObject())
            vocabulary[entry.Name] = JsonFile.Id(entry.Value, $"the id of token '{entry.Name}'", path);

        List<string> added = [], special = [];
        if (JsonFile.Find(root, "added_tokens") is { ValueKind: JsonValueKind.Array } tokens)
        {
            foreach (var token in tokens.EnumerateArray())
            {
                string content = JsonFile.Text(token, "content", path);
                vocabulary[content] = JsonFile.Id(JsonFile.Find(token, "id"), $"the id of added token '{content}'", path);
                added.Add(content);
                if (JsonFile.Find(token, "special") is { ValueKind: JsonValueKind.True }) special.Add(content);
            }
        }

        using var configuration = JsonFile.Read(configurationPath);
        string end = SpecialToken(configuration.RootElement, "eos_token")
            ?? throw new InputException($"'{configurationPath}' names no 'eos_token', so no response could end.");
        try
        {
            return new WordLevelTokenizer(vocabulary, added, special, Pieces(root, path), [end],
                SpecialToken(configuration.RootElement, "bos_token"));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"'{path}' and '{configurationPath}' do not make a tokenizer: {e.Message}", e);
        }
    }

    private static Regex? Pieces(JsonElement root, string path)
    {
        if (JsonFile.Find(root, "pre_tokenizer") is not { } splitter) return null;
        string? type = JsonFile.Find(splitter, "type")?.ToString(), behavior = JsonFile.Find(splitter, "behavior")?.ToString();
        bool inverted = JsonFile.Find(splitter, "invert") is { ValueKind: JsonValueKind.True };
        if (type != "Split" || behavior != "Isolated" || inverted)
            throw Unsupported(path, "pre_tokenizer", "Split with behavior Isolated, not inverted, or null");
        if (JsonFile.Find(splitter, "pattern.String") is { } text)
            return new Regex(Regex.Escape(text.ToString()), RegexOptions.CultureInvariant);
        string pattern = JsonFile.Text(splitter, "pattern.Regex", path);
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"'{path}' has a regular expression at 'pre_tokenizer.pattern.Regex' that cannot be read: {e.Message}",
                e);
        }
    }

    // Hugging Face writes a special token as its text or as an object with the text at "content".
    private static string? SpecialToken(JsonElement configuration, string key) => JsonFile.Find(configuration, key) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } token when JsonFile.Find(token, "content") is { } content => content.ToString(),
        _ => null,
    };

    private static InputException Unsupported(string path, string key, string supported) =>
        new($"'{path}' has a '{key}' that is not supported for WordLevel tokenizers. Supported: {supported}.");
}
