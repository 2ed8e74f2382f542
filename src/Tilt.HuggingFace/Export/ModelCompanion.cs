using Tilt.Files;

namespace Tilt.HuggingFace.Export;

/// <summary>A file that goes along with the weights of a model: tokenizer, chat template, settings, licence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="WriteTo">Writes it to a path where nothing is yet.</param>
internal sealed record ModelCompanion(string Name, long Length, Action<string> WriteTo)
{
    /// <summary>A file that is there.</summary>
    public static ModelCompanion Of(string path) =>
        new(Path.GetFileName(path), FileLength.Of(path) ?? 0, target => File.Copy(path, target));

    /// <summary>A file with this content.</summary>
    public static ModelCompanion Of(string name, byte[] content) =>
        new(name, content.Length, target => File.WriteAllBytes(target, content));
}
