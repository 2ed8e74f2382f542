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
