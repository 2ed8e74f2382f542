namespace Tilt.HuggingFace.Export;

/// <summary>The name of a model, for people.</summary>
internal static class ModelName
{
    /// <summary>
    /// The name of its folder, or of its GGUF file without the ending; in the Hugging Face cache, where folders are named after revisions,
    /// that of the repository.
    /// </summary>
    public static string Of(string folder)
    {
        if (File.Exists(folder)) return Path.GetFileNameWithoutExtension(folder);
        var directory = new DirectoryInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        bool cached = directory.Parent is { Name: "snapshots", Parent.Name: var repository }
            && repository.StartsWith("models--", StringComparison.Ordinal);
        return cached ? directory.Parent!.Parent!.Name.Split("--")[^1] : directory.Name;
    }
}
