namespace Tilt.Cli.Doctor;

/// <summary>The files through which Linux tells about the machine; what is not there, or may not be read, is null.</summary>
/// <param name="root">Folder that stands for "/".</param>
internal sealed class SystemFiles(string root = "/")
{
    /// <summary>Content of a file, without white space at its ends.</summary>
    /// <param name="path">Path from the root, without a leading slash.</param>
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lines of a file; none when it cannot be read.</summary>
    public string[] Lines(string path) => Read(path)?.Split('\n') ?? [];

    /// <summary>Value of a line such as <c>MemTotal:  1024 kB</c>, without the name.</summary>
    public string? Field(string path, string name)
    {
        string? line = Lines(path)
            .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal) && l.AsSpan(name.Length).TrimStart(" \t").StartsWith(":"));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
