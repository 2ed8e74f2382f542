using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tilt.Files;

/// <summary>
/// Files of one JSON object with a format number, so that a later version of Tilt can tell what it reads. Files from before formats were
/// numbered are of the first.
/// </summary>
internal static class NumberedFile
{
    /// <summary>The key of the number.</summary>
    public const string Key = "format";

    /// <summary>Writes an object with the number of its format in front, whole or not at all.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write<T>(string path, int format, T value, JsonSerializerOptions options)
    {
        JsonObject node = JsonSerializer.SerializeToNode(value, options)!.AsObject();
        node.Insert(0, Key, format);
        AtomicFile.WriteText(path, node.ToJsonString(options));
    }

    /// <summary>The object of a file.</summary>
    /// <exception cref="JsonException">The file is damaged.</exception>
    /// <exception cref="InputException">It has another format.</exception>
    public static T Read<T>(string path, int format, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("An object is needed.");
        Check(document.RootElement, format, path);
        return document.Deserialize<T>(options)!;
    }

    /// <summary>Makes sure of the number of an object.</summary>
    /// <exception cref="InputException">It has another one.</exception>
    public static void Check(JsonElement root, int format, string path)
    {
        if (Of(root) is var written && written != format)
            throw new InputException($"{path} has format {written}, and this version of Tilt reads format {format}. Use the version that "
                + $"wrote it, or another folder.");
    }

    /// <summary>The number of an object; 0 for what is none.</summary>
    public static int Of(JsonElement root) =>
        !root.TryGetProperty(Key, out JsonElement number) ? 1
        : number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int known) ? known
        : 0;
}
