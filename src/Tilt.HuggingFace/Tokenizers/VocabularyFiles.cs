using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// Tokenizers without <c>tokenizer.json</c>: <c>vocab.json</c> and <c>merges.txt</c>, the rest known from the tokenizer's class.
/// </summary>
internal static class VocabularyFiles
{
    public static BytePairTokenizerData Read(string folder)
    {
        string vocabularyPath = Path.Combine(folder, "vocab.json"), mergesPath = Path.Combine(folder, "merges.txt");
        if (!File.Exists(vocabularyPath) || !File.Exists(mergesPath))
        {
            string other = File.Exists(Path.Combine(folder, "tokenizer.model"))
                ? " SentencePiece files (tokenizer.model) are not supported."
                : "";
            throw new InputException(
                $"There is no tokenizer in '{folder}': tokenizer.json is needed, or vocab.json and merges.txt.{other}");
        }
        TokenizerConfiguration configuration = TokenizerConfiguration.Read(folder);
        string kind = configuration.TokenizerClass ?? ClassByModel(folder) ?? "unknown";
        bool qwen = kind is "Qwen2Tokenizer" or "Qwen2TokenizerFast";
        if (!qwen && kind is not ("GPT2Tokenizer" or "GPT2TokenizerFast"))
            throw new InputException($"'{folder}' has no tokenizer.json, and its tokenizer class is {kind}. Without that file, only "
                + $"Qwen2Tokenizer and GPT2Tokenizer are supported ('tokenizer_class' in tokenizer_config.json).");

        BytePairVocabulary vocabulary = BytePairVocabulary.Read(vocabularyPath, mergesPath);
        var added = new AddedVocabulary(vocabulary.Ids);
        if (configuration.AddedTokens.Count == 0) AddTokens(added, configuration, Path.Combine(folder, "added_tokens.json"));
        BytePairTokenizerData data = BytePairTokenizerReader.Assemble(vocabulary, added, configuration, folder);
        return data with
        {
            PreTokenizer = qwen
                ? [new PreTokenizerStep.Split(WellKnownPatterns.Qwen2, true, SplitBehavior.Isolated, false),
                    new PreTokenizerStep.ByteLevel(configuration.AddsPrefixSpace, false)]
                : [new PreTokenizerStep.ByteLevel(configuration.AddsPrefixSpace, true)],
            NormalizeNfc = qwen,
            Prefix = configuration.AddsBeginOfSequence && data.BeginOfSequenceId is { } first ? [first] : [],
            Suffix = configuration.AddsEndOfSequence && configuration.Roles.ContainsKey("eos_token") ? [data.EndOfSequenceIds[0]] : [],
        };
    }

    private static string? ClassByModel(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        using JsonDocument? file = ModelFile.ReadIfThere(path);
        return file is null
            ? null
            : ModelFamilies.Find(JsonFile.Guarded(path, () => JsonFile.OptionalText(file.RootElement, "model_type", path)))?.TokenizerClass;
    }

    // {"token": id, …}, in files older than added_tokens_decoder
    private static void AddTokens(AddedVocabulary added, TokenizerConfiguration configuration, string path)
    {
        using JsonDocument? file = ModelFile.ReadIfThere(path);
        if (file is null) return;
        if (file.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"'{path}' holds a JSON {file.RootElement.ValueKind} where an object of tokens and ids is needed.");
        HashSet<string> special = [.. configuration.Roles.Values, .. configuration.Extra];
        AddedToken[] tokens = JsonFile.Guarded(path, () => file.RootElement.EnumerateObject().Select(entry =>
            new AddedToken(JsonFile.Id(entry.Value, $"the id of token '{entry.Name}'", path), entry.Name)
            {
                Special = special.Contains(entry.Name),
                Normalized = !special.Contains(entry.Name)
            }).ToArray());
        foreach (AddedToken token in tokens.Where(token => token.Content.Length > 0).OrderBy(token => token.Id)) added.Add(token, path);
    }
}
