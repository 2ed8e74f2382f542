using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// Reads a byte-level byte-pair tokenizer from a model folder: <c>tokenizer.json</c>, or <c>vocab.json</c> and <c>merges.txt</c>
/// of older Qwen and GPT-2 folders, completed by <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>,
/// <c>added_tokens.json</c>, <c>chat_template.jinja</c> and the end-of-sequence ids of <c>generation_config.json</c> or <c>config.json</c>.
/// </summary>
public static class BytePairTokenizerReader
{
    /// <summary>Reads the tokenizer of a folder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the tokenizer is of a kind that is not supported.</exception>
    public static BytePairTokenizerData Read(string folder)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        using JsonDocument? file = ModelFile.ReadIfThere(path);
        return file is null ? VocabularyFiles.Read(folder) : Read(file.RootElement, path, folder);
    }

    /// <summary>Reads a <c>tokenizer.json</c> that is open already.</summary>
    internal static BytePairTokenizerData Read(JsonElement root, string path, string folder) => JsonFile.Guarded(path, () =>
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Read(root, path);
        var added = new AddedVocabulary(vocabulary.Ids);
        foreach (JsonElement token in JsonFile.List(root, "added_tokens", path))
            added.Add(AddedVocabulary.Read(token, JsonFile.Id(JsonFile.Find(token, "id"), "the id of an added token", path), path), path);
        CheckDecoder(root, path);
        (IReadOnlyList<int> prefix, IReadOnlyList<int> suffix) = PostProcessorReader.Read(root, path);
        var data = Assemble(vocabulary, added, TokenizerConfiguration.Read(folder), folder) with
        {
            PreTokenizer = PreTokenizerReader.Read(root, path),
            NormalizeNfc = NormalizesNfc(JsonFile.Find(root, "normalizer"), path),
            Prefix = prefix,
            Suffix = suffix,
        };
        foreach (int id in prefix.Concat(suffix)) CheckId(id, "The post-processor", path, data.Tokens);
        return data;
    });

    /// <summary>Puts vocabulary and configuration together; the caller adds what splits and frames the text.</summary>
    internal static BytePairTokenizerData Assemble(BytePairVocabulary vocabulary, AddedVocabulary added,
        TokenizerConfiguration configuration, string folder)
    {
        foreach (AddedToken token in configuration.AddedTokens) added.Add(token, configuration.Path);
        foreach (string token in configuration.Roles.Values.Concat(configuration.Extra)) added.MakeSpecial(token);
        IReadOnlyList<AddedToken> addedTokens = added.Tokens;
        string?[] tokens = new string?[Math.Max(vocabulary.Ids.Count == 0 ? 0 : vocabulary.Ids.Values.Max() + 1,
            addedTokens.Count == 0 ? 0 : addedTokens[^1].Id + 1)];
        foreach ((string token, int id) in vocabulary.Ids) tokens[id] = token;
        foreach (AddedToken token in addedTokens) tokens[token.Id] = token.Content;
        return new()
        {
            Tokens = tokens,
            Merges = vocabulary.Merges,
            AddedTokens = addedTokens,
            PreTokenizer = [],
            IgnoreMerges = vocabulary.IgnoreMerges,
            EndOfSequenceIds = EndOfSequence.Read(folder, Role("eos_token")),
            BeginOfSequenceId = Role("bos_token"),
            PaddingId = Role("pad_token"),
            ChatTemplate = ChatTemplateFile.Read(folder),
        };

        int? Role(string role) => configuration.Roles.TryGetValue(role, out string? token) ? added.IdOf(token) : null;
    }

    private static void CheckId(int id, string what, string path, IReadOnlyList<string?> tokens)
    {
        if (id >= tokens.Count || tokens[id] is null)
            throw new InputException($"{what} in '{path}' names the id {id}, which stands for no token.");
    }

    private static bool NormalizesNfc(JsonElement? element, string path)
    {
        if (element is not { } normalizer) return false;
        string type = JsonFile.Text(normalizer, "type", path);
        return type switch
        {
            "NFC" => true,
            "Sequence" => JsonFile.List(normalizer, "normalizers", path).Select(part => NormalizesNfc(part, path)).ToArray().Contains(true),
            _ => throw new InputException(
                $"'{path}' has a 'normalizer' of type {type}, which is not supported. Supported: NFC, alone or in a Sequence, or null."),
        };
    }

    private static void CheckDecoder(JsonElement root, string path)
    {
        string[] types = [.. Types(JsonFile.Find(root, "decoder"))];
        if (types is not ["ByteLevel", ..] || types.Skip(1).Any(type => type != "Fuse"))
            throw new InputException($"'{path}' describes a BPE tokenizer with the "
                + $"decoder {(types.Length == 0 ? "null" : string.Join(", ", types))}, which is not supported. Supported: ByteLevel, "
                + $"followed by nothing but Fuse.");

        IEnumerable<string> Types(JsonElement? element) => element is not { } decoder ? []
            : JsonFile.Text(decoder, "type", path) is not "Sequence" and var type ? [type]
            : JsonFile.List(decoder, "decoders", path).SelectMany(part => Types(part));
    }
}
