using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>The ids that end a response, from all files that name some.</summary>
internal static class EndOfSequence
{
    /// <summary>
    /// The tokenizer's own first, then those of <c>generation_config.json</c>, or where it names none, of <c>config.json</c>. They may
    /// be rows of the model that the tokenizer has no token for.
    /// </summary>
    public static IReadOnlyList<int> Read(string folder, int? own)
    {
        int[] others = Read(Path.Combine(folder, "generation_config.json"));
        if (others.Length == 0) others = Read(Path.Combine(folder, "config.json"));
        return [.. (own is { } id ? [id] : Array.Empty<int>()).Concat(others).Distinct()];
    }

    private static int[] Read(string path)
    {
        using JsonDocument? file = ModelFile.ReadIfThere(path);
        if (file is null || JsonFile.Find(file.RootElement, "eos_token_id") is not { } element) return [];
        return [.. (element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Repeat(element, 1))
            .Select(one => JsonFile.Id(one, "'eos_token_id'", path))];
    }
}
