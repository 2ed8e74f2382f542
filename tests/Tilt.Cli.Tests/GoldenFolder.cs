namespace Tilt.Cli.Tests;

/// <summary>Golden data, and a folder of the test's own for what it writes.</summary>
internal sealed class GoldenFolder : IDisposable
{
    private readonly string _own = Directory.CreateTempSubdirectory("tilt-cli-").FullName;

    /// <summary>The folder of golden data of this name.</summary>
    public static string Of(params string[] name) => Path.Combine([AppContext.BaseDirectory, "golden", .. name]);

    /// <summary>A path in the test's own folder.</summary>
    public string this[string name] => Path.Combine(_own, name);

    /// <summary>Writes lines to a file of the test's own folder.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, params string[] lines)
    {
        File.WriteAllText(this[name], string.Concat(lines.Select(line => line + "\n")));
        return this[name];
    }

    /// <summary>The files of several golden folders in one of the test's own; later ones replace earlier ones.</summary>
    public string Combine(params string[] sources)
    {
        string target = Directory.CreateDirectory(this["model"]).FullName;
        foreach (string file in sources.SelectMany(Directory.EnumerateFiles))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        return target;
    }

    public void Dispose() => Directory.Delete(_own, recursive: true);
}
