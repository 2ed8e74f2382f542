using System.Globalization;
using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>What <c>tokenizer_config.json</c>, or <c>special_tokens_map.json</c> for older folders, says beside the vocabulary.</summary>
internal sealed record TokenizerConfiguration
{
    /// <summary>The file that <see cref="AddedTokens"/> come from.</summary>
    public required string Path { get; init; }

    /// <summary>Special tokens by role, such as <c>eos_token</c>.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    /// <summary>Special tokens without a role.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>The added tokens with their ids and flags (<c>added_tokens_decoder</c>); may be empty.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>The class that Transformers loads the tokenizer with, or null.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>A begin-of-sequence token goes before every text; read only where there is no <c>tokenizer.json</c>.</summary>
    public bool AddsBeginOfSequence { get; init; }

    /// <summary>An end-of-sequence token goes after every text; read only where there is no <c>tokenizer.json</c>.</summary>
    public bool AddsEndOfSequence { get; init; }

    /// <summary>A space goes before every text; read only where there is no <c>tokenizer.json</c>.</summary>
    public bool AddsPrefixSpace { get; init; }

    /// <summary>Reads the configuration of a folder; an absent file is an empty one.</summary>
    public static TokenizerConfiguration Read(string folder)
    {
        string path = System.IO.Path.Combine(folder, "tokenizer_config.json"),
            mapPath = System.IO.Path.Combine(folder, "special_tokens_map.json");
        using JsonDocument? file = ModelFile.ReadIfThere(path), map = ModelFile.ReadIfThere(mapPath);
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        var extra = new List<string>();
        AddedToken[] added = file is null ? [] : JsonFile.Guarded(path, () => ReadTokens(file.RootElement, path));
        if (file is not null) JsonFile.Guarded(path, () => ReadSpecial(file.RootElement, path, roles, extra));
        if (file is not null && JsonFile.Flag(file.RootElement, "split_special_tokens", path))
            throw new InputException($"'{path}' has 'split_special_tokens': special tokens written in a text would not be recognised, "
                + $"which is not supported. Set it to false.");
        // As in Transformers, the map counts only where the configuration does not list the added tokens itself.
        if (map is not null && added.Length == 0) JsonFile.Guarded(mapPath, () => ReadSpecial(map.RootElement, mapPath, roles, extra));
        return new TokenizerConfiguration { Path = path, Roles = roles, Extra = extra, AddedTokens = added } with
        {
            TokenizerClass = file is null
                ? null
                : JsonFile.Guarded(path, () => JsonFile.OptionalText(file.RootElement, "tokenizer_class", path)),
            AddsBeginOfSequence = file is not null && JsonFile.Flag(file.RootElement, "add_bos_token", path),
            AddsEndOfSequence = file is not null && JsonFile.Flag(file.RootElement, "add_eos_token", path),
            AddsPrefixSpace = file is not null && JsonFile.Flag(file.RootElement, "add_prefix_space", path),
        };
    }

    private static AddedToken[] ReadTokens(JsonElement root, string path)
    {
        if (JsonFile.Find(root, "added_tokens_decoder") is not { } entries) return [];
        if (entries.ValueKind != JsonValueKind.Object)
            throw new InputException($"'{path}' must have an object at key 'added_tokens_decoder'.");
        return [.. entries.EnumerateObject().Select(entry => AddedVocabulary.Read(entry.Value, IdOf(entry.Name, path), path))
            .OrderBy(token => token.Id)];
    }

    private static int IdOf(string name, string path) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : throw new InputException($"'{path}' has the key '{name}' in 'added_tokens_decoder', where a token id is needed.");

    private static bool ReadSpecial(JsonElement root, string path, Dictionary<string, string> roles, List<string> extra)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InputException($"'{path}' holds a JSON {root.ValueKind} where an object is needed.");
        foreach (JsonProperty entry in root.EnumerateObject())
            if (entry.Name.EndsWith("_token", StringComparison.Ordinal) && TextOf(entry.Value) is { Length: > 0 } token)
                roles[entry.Name] = token;
        foreach (string key in (string[])["additional_special_tokens", "extra_special_tokens"])
        {
            if (JsonFile.Find(root, key) is not { } tokens) continue;
            IEnumerable<JsonElement> elements = tokens.ValueKind switch
            {
                JsonValueKind.Array => tokens.EnumerateArray(),
                JsonValueKind.Object => tokens.EnumerateObject().Select(entry => entry.Value),
                _ => throw new InputException($"'{path}' must have a list of tokens at key '{key}'."),
            };
            extra.AddRange(elements.Select(element => TextOf(element)
                ?? throw new InputException($"'{path}' has {JsonFile.Quote(element)} at key '{key}', where a token is needed.")));
        }
        return true;
    }

    // Hugging Face writes a special token as its text or as an object with the text at "content".
    private static string? TextOf(JsonElement element) => element switch
    {
        { ValueKind: JsonValueKind.String } => element.GetString(),
        { ValueKind: JsonValueKind.Object } when JsonFile.Find(element, "content") is { ValueKind: JsonValueKind.String } content =>
            content.GetString(),
        _ => null,
    };
}
