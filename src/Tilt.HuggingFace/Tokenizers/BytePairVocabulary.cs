using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// The tokens and merges of a byte-pair model, from <c>tokenizer.json</c> or from <c>vocab.json</c> and <c>merges.txt</c>.
/// </summary>
internal sealed class BytePairVocabulary
{
    /// <summary>Larger ids are taken for a damaged file: published vocabularies stay below 300,000.</summary>
    private const int LargestId = 1 << 22;

    /// <summary>Id of every token.</summary>
    public required IReadOnlyDictionary<string, int> Ids { get; init; }

    /// <summary>The merges, most urgent first.</summary>
    public required IReadOnlyList<TokenMerge> Merges { get; init; }

    /// <summary>Whole words come before merges.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
    public static BytePairVocabulary Read(JsonElement root, string path)
    {
        if (JsonFile.Find(root, "model.dropout") is { } dropout && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
            throw new InputException(
                $"'{path}' has {JsonFile.Quote(dropout)} at key 'model.dropout': random merges are not supported. Set it to null.");
        foreach (string key in (string[])["model.continuing_subword_prefix", "model.end_of_word_suffix"])
            if (JsonFile.OptionalText(root, key, path) is { Length: > 0 } text)
                throw new InputException($"'{path}' has '{text}' at key '{key}', which byte-level tokenizers do not have.");
        if (JsonFile.Find(root, "model.vocab") is not { ValueKind: JsonValueKind.Object } entries)
            throw new InputException($"'{path}' has no vocabulary at key 'model.vocab'.");
        Dictionary<string, int> ids = ReadIds(entries, path);
        IReadOnlyList<JsonElement> list = JsonFile.List(root, "model.merges", path);
        var merges = new List<TokenMerge>(list.Count);
        foreach (JsonElement merge in list)
        {
            string[] parts = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array when merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
                    [.. merge.EnumerateArray().Select(part => part.GetString()!)],
                _ => [],
            };
            // The older form carries the first line of merges.txt along.
            if (merge.ValueKind == JsonValueKind.String && parts[0].StartsWith("#version", StringComparison.Ordinal)) continue;
            merges.Add(MergeOf(parts, ids, () => $"'{path}', merge {merges.Count}: {JsonFile.Quote(merge)}"));
        }
        return new() { Ids = ids, Merges = merges, IgnoreMerges = JsonFile.Flag(root, "model.ignore_merges", path) };
    }

    /// <summary>Reads the two files that were used before <c>tokenizer.json</c>.</summary>
    public static BytePairVocabulary Read(string vocabularyPath, string mergesPath)
    {
        using JsonDocument file = JsonFile.Read(vocabularyPath);
        if (file.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException(
                $"'{vocabularyPath}' holds a JSON {file.RootElement.ValueKind} where an object of tokens and ids is needed.");
        Dictionary<string, int> ids = JsonFile.Guarded(vocabularyPath, () => ReadIds(file.RootElement, vocabularyPath));
        var merges = new List<TokenMerge>();
        int number = 0;
        foreach (string line in TextFile.Read(mergesPath).Split('\n').Select(line => line.TrimEnd('\r')))
        {
            number++;
            if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
                merges.Add(MergeOf(line.Split(' '), ids, () => $"'{mergesPath}', line {number}: '{line}'"));
        }
        return new() { Ids = ids, Merges = merges };
    }

    private static Dictionary<string, int> ReadIds(JsonElement entries, string path)
    {
        var (ids, used) = (new Dictionary<string, int>(StringComparer.Ordinal), new HashSet<int>());
        foreach (JsonProperty entry in entries.EnumerateObject())
        {
            int id = JsonFile.Id(entry.Value, $"the id of token '{entry.Name}'", path);
            if (id > LargestId)
                throw new InputException($"'{path}': the token '{entry.Name}' has the id {id}; ids up to {LargestId} are supported.");
            if (!used.Add(id)) throw new InputException($"'{path}': two tokens have the id {id}; one of them is '{entry.Name}'.");
            ids.Add(entry.Name, id);
        }
        return ids;
    }

    private static TokenMerge MergeOf(string[] parts, Dictionary<string, int> ids, Func<string> where)
    {
        if (parts.Length != 2)
            throw new InputException($"{where()} is no merge; two tokens are needed, as a text with one space between them or as a list.");
        int left = IdOf(parts[0]), right = IdOf(parts[1]);
        return new(left, right, IdOf(parts[0] + parts[1]));

        int IdOf(string token) =>
            ids.TryGetValue(token, out int id)
                ? id
                : throw new InputException($"{where()} needs the token '{token}', which the vocabulary lacks.");
    }
}
