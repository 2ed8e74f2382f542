using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.GgufModels;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Loads the tokenizer of a model folder in Hugging Face layout.</summary>
public static class TokenizerLoader
{
    /// <summary>
    /// Reads <c>tokenizer.json</c> (or <c>vocab.json</c> and <c>merges.txt</c>), <c>tokenizer_config.json</c> and the
    /// end-of-sequence ids of <c>generation_config.json</c> of a folder.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the tokenizer is of a kind that is not supported.</exception>
    public static ITokenizer Load(string folder)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        using JsonDocument? file = ModelFile.ReadIfThere(path);
        if (file is null) return BytePair(BytePairTokenizerReader.Read(folder), folder);
        JsonElement root = file.RootElement;
        string type = JsonFile.Guarded(path, () => JsonFile.OptionalText(root, "model.type", path)) ?? TypeByContent(root);
        return type switch
        {
            "WordLevel" =>
                JsonFile.Guarded(path, () => WordLevelTokenizerReader.Read(root, path, Path.Combine(folder, "tokenizer_config.json"))),
            "BPE" => BytePair(BytePairTokenizerReader.Read(root, path, folder), path),
            _ => throw new InputException(
                $"'{path}' describes a tokenizer of type {type}, which is not supported. Supported: BPE on bytes, WordLevel."),
        };
    }

    // Files from before 2021 do not state the type.
    private static string TypeByContent(JsonElement root) =>
        JsonFile.Find(root, "model.merges") is not null ? "BPE"
        : JsonFile.Find(root, "model.vocab") is { ValueKind: JsonValueKind.Object }
            && JsonFile.Find(root, "model.max_input_chars_per_word") is null ? "WordLevel"
        : "unknown";

    private static BytePairTokenizer BytePair(BytePairTokenizerData data, string path)
    {
        try
        {
            return new BytePairTokenizer(data);
        }
        catch (FormatException e)
        {
            throw new InputException($"'{path}' has a 'pre_tokenizer' that cannot be used. {e.Message}", e);
        }
    }
}
