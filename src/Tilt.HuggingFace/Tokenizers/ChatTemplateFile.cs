using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Finds the chat templates of a model folder.</summary>
internal static class ChatTemplateFile
{
    private const string Default = "default", Additional = "additional_chat_templates";

    /// <summary>The text of the template named default, or null where there is none.</summary>
    public static string? Read(string folder) => ReadAll(folder).GetValueOrDefault(Default)?.Source;

    /// <summary>
    /// The templates by name: <c>chat_template.jinja</c> (default) and those of <c>additional_chat_templates</c>; or else
    /// <c>chat_template</c> of <c>tokenizer_config.json</c>, one text or a list of named ones; or else that of <c>chat_template.json</c>.
    /// </summary>
    /// <exception cref="InputException">A file is malformed.</exception>
    public static IReadOnlyDictionary<string, ChatTemplateText> ReadAll(string folder)
    {
        var templates = new Dictionary<string, ChatTemplateText>(StringComparer.Ordinal);
        string own = Path.Combine(folder, "chat_template.jinja"), additional = Path.Combine(folder, Additional);
        if (TextFile.ReadIfThere(own) is { } text) templates.Add(Default, new(own, text));
        if (Directory.Exists(additional))
            foreach (string path in Directory.EnumerateFiles(additional, "*.jinja").Order(StringComparer.Ordinal))
                templates.TryAdd(Path.GetFileNameWithoutExtension(path), new(path, TextFile.Read(path)));
        foreach (string file in (string[])["tokenizer_config.json", "chat_template.json"])
            if (templates.Count == 0) ReadJson(Path.Combine(folder, file), templates);
        return templates;
    }

    private static void ReadJson(string path, Dictionary<string, ChatTemplateText> templates)
    {
        using JsonDocument? file = ModelFile.ReadIfThere(path);
        if (file is not null) JsonFile.Guarded(path, () => Find(file.RootElement, path, templates));
    }

    private static bool Find(JsonElement root, string path, Dictionary<string, ChatTemplateText> templates)
    {
        if (JsonFile.Find(root, "chat_template") is { ValueKind: JsonValueKind.Array } named)
        {
            foreach (JsonElement entry in named.EnumerateArray())
                templates[JsonFile.Text(entry, "name", path)] = new(path, JsonFile.Text(entry, "template", path));
        }
        else if (JsonFile.OptionalText(root, "chat_template", path) is { } text) templates.Add(Default, new(path, text));
        return true;
    }
}

/// <summary>A chat template as it stands in a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Source">The template in Jinja.</param>
internal sealed record ChatTemplateText(string Path, string Source);
