using System.Text.Json;

namespace Tilt.Models;

/// <summary>The ids that end a response, from all files that name some.</summary>
internal static class EndOfSequence
{
    /// <summary>The tokenizer's own first, then those of <c>generation_config.json</c>, or where it names none, of <c>config.json</c>.</summary>
    public static IReadOnlyList<int> Read(string folder, int? own, IReadOnlyList<string?> tokens)
    {
        int[] others = Read(Path.Combine(folder, "generation_config.json"), tokens);
        if (others.Length == 0) others = Read(Path.Combine(folder, "config.json"), tokens);
        int[] ids = [.. (own is { } id ? [id] : Array.Empty<int>()).Concat(others).Distinct()];
        if (ids.Length > 0) return ids;
        throw new InputException($"No file of '{folder}' names an end-of-sequence token, so no response could end. Give 'eos_token' in tokenizer_config.json or 'eos_token_id' in generation_config.json.");
    }

    private static int[] Read(string path, IReadOnlyList<string?> tokens)
    {
        using JsonDocument? file = JsonFile.ReadIfThere(path);
        if (file is null || JsonFile.Find(file.RootElement, "eos_token_id") is not { } element) return [];
        int[] ids = [.. (element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Repeat(element, 1)).Select(one => JsonFile.Id(one, "'eos_token_id'", path))];
        foreach (int id in ids) BytePairTokenizerReader.CheckId(id, "'eos_token_id'", path, tokens);
        return ids;
    }
}
