using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>
/// Reads the files of a model by their paths, in a folder or, where the "folder" is a GGUF file, as that file stands for them:
/// <c>model.gguf/config.json</c>. Whoever reads a model's files through this reads both.
/// </summary>
internal static class ModelFile
{
    /// <summary>Whether there is such a file.</summary>
    public static bool Exists(string path) =>
        GgufOf(path) is { } gguf ? GgufModelFiles.Of(gguf).Contains(Path.GetFileName(path)) : File.Exists(path);

    /// <summary>The file as JSON, or null where there is no such file.</summary>
    /// <exception cref="InputException">It cannot be read, or is not JSON.</exception>
    public static JsonDocument? ReadIfThere(string path)
    {
        if (GgufOf(path) is not { } gguf) return JsonFile.ReadIfThere(path);
        return GgufModelFiles.Of(gguf).Find(Path.GetFileName(path)) is { } content ? JsonFile.Parse(content, path) : null;
    }

    /// <summary>The object of a file.</summary>
    /// <exception cref="InputException">It cannot be read, is not JSON, or its root is something else.</exception>
    public static JsonDocument ReadObject(string path) =>
        GgufOf(path) is null ? JsonFile.ReadObject(path) : ReadIfThere(path) ?? throw new InputException($"There is no file '{path}'.");

    /// <summary>The GGUF file that a path leads into, or null for one in a folder.</summary>
    private static string? GgufOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } model && File.Exists(model) ? model : null;
}
