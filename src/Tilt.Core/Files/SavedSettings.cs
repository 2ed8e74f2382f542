using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tilt.Files;

/// <summary>
/// The file of a folder that says what the work in it depends on: work is only taken up with the same. It carries a format number, so
/// that a later version of Tilt can tell what it reads.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="format">The format's number, raised with every change of what the folder holds.</param>
/// <param name="settings">What the work depends on now.</param>
internal sealed class SavedSettings(string path, int format, JsonObject settings)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Makes sure that a folder, if it holds work, holds such with the same settings.</summary>
    /// <param name="work">What the folder holds, for messages: "a diagnosis".</param>
    /// <param name="option">What names the folder: <c>--out</c>.</param>
    /// <exception cref="InputException">It holds other work, or its file is damaged.</exception>
    public void Check(string work, string option)
    {
        if (!File.Exists(path)) return;
        using JsonDocument document = JsonFile.ReadObject(path);
        JsonObject before = JsonObject.Create(document.RootElement)!;
        int written = NumberedFile.Of(document.RootElement);
        before.Remove(NumberedFile.Key);
        string folder = Path.GetDirectoryName(path)!, remedy = $"Give another folder with {option}, or remove this one.";
        if (written != format)
            throw new InputException(
                $"{folder} holds {work} in format {written}, and this version of Tilt writes format {format} ({path}). {remedy}");
        string[] changed = [.. before.Select(p => p.Key).Union(settings.Select(p => p.Key), StringComparer.Ordinal)
            .Where(key => !JsonNode.DeepEquals(before[key], settings[key]))
            .Select(key => $"there {key} is {Text(before[key])}, here {Text(settings[key])}")];
        if (changed.Length > 0)
            throw new InputException($"{folder} holds {work} with other settings ({string.Join("; ", changed)}). {remedy}");
    }

    /// <summary>Binds the folder to the settings.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write() =>
        AtomicFile.WriteText(path,
            new JsonObject([KeyValuePair.Create(NumberedFile.Key, (JsonNode?)format),
                .. settings.Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))]).ToJsonString(Indented) + "\n");

    private static string Text(JsonNode? value)
    {
        string text = value?.ToJsonString() ?? "null";
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
