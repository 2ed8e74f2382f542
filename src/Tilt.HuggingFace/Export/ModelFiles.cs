using Tilt.Files;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Export;

/// <summary>The files of a model folder.</summary>
internal static class ModelFiles
{
    private static readonly string[] Weights = ["model.safetensors", "model.safetensors.index.json"];

    /// <summary>What a model needs beside weights and <c>config.json</c>: tokenizer, chat template, generation settings.</summary>
    private static readonly string[] Companions =
    [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "merges.txt",
        "tokenizer.model", "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>Terms that have to go where the weights go.</summary>
    private static readonly string[] Terms = ["LICENSE", "LICENCE", "NOTICE", "USE_POLICY"];

    /// <summary>Whether a folder holds a tokenizer of any kind.</summary>
    public static bool HasTokenizer(string folder) =>
        ((string[])["tokenizer.json", "vocab.json", "tokenizer.model"]).Any(name => ModelFile.Exists(Path.Combine(folder, name)));

    /// <summary>The files that go along with the weights, by name.</summary>
    /// <param name="model">A model folder, or a GGUF file that stands for some of them.</param>
    public static IReadOnlyList<ModelCompanion> CompanionsIn(string model)
    {
        if (!File.Exists(model))
            return [.. Directory.EnumerateFiles(model).Where(path => IsCompanion(Path.GetFileName(path))).Order(StringComparer.Ordinal)
                .Select(ModelCompanion.Of)];
        GgufModelFiles files = GgufModelFiles.Of(model);
        return [.. GgufModelFiles.Companions.Where(files.Contains).Select(name => ModelCompanion.Of(name, files.Find(name)!))];
    }

    /// <summary>The name of something in a folder that no export writes; null when there is nothing of the kind.</summary>
    public static string? Stranger(string folder) => Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)
        .FirstOrDefault(path => Directory.Exists(path) || !IsOurs(Path.GetFileName(path))) is { } stranger
        ? Path.GetFileName(stranger)
        : null;

    private static bool IsOurs(string name)
    {
        name = AsideName.ResultOf(name);
        return name == "config.json" || Weights.Contains(name) || IsShard(name) || IsCompanion(name);
    }

    private static bool IsCompanion(string name) =>
        Companions.Contains(name)
        || Terms.Any(term => name.StartsWith(term, StringComparison.OrdinalIgnoreCase) && Path.GetExtension(name) is "" or ".txt" or ".md");

    private static bool IsShard(string name) =>
        name.StartsWith("model-", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal);
}
