namespace Tilt.HuggingFace.GgufModels;

/// <summary>Tells GGUF files, which stand for model folders, from others.</summary>
public static class GgufFiles
{
    /// <summary>Whether there is a file of that path that begins as GGUF files do.</summary>
    public static bool Is(string path) => GgufFile.Is(path);
}
