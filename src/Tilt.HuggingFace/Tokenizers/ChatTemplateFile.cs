using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Finds the chat template of a model folder.</summary>
internal static class ChatTemplateFile
{
    /// <summary>
    /// The text of <c>chat_template.jinja</c>, or else <c>chat_template</c> of <c>tokenizer_config.json</c>, or else of
    /// <c>chat_template.json</c> (of several named ones, the one named default); null where there is none.
    /// </summary>
    public static string? Read(string folder) => TextFile.ReadIfThere(Path.Combine(folder, "chat_template.jinja"))
        ?? ReadJson(Path.Combine(folder, "tokenizer_config.json"))
        ?? ReadJson(Path.Combine(folder, "chat_template.json"));

    private static string? ReadJson(string path)
    {
        using JsonDocument? file = JsonFile.ReadIfThere(path);
        return file is null ? null : JsonFile.Guarded(path, () => Find(file.RootElement, path));
    }

    private static string? Find(JsonElement root, string path)
    {
        if (JsonFile.Find(root, "chat_template") is not { ValueKind: JsonValueKind.Array } named) return JsonFile.OptionalText(root, "chat_template", path);
        foreach (JsonElement entry in named.EnumerateArray())
            if (JsonFile.OptionalText(entry, "name", path) == "default") return JsonFile.Text(entry, "template", path);
        return null;
    }
}
