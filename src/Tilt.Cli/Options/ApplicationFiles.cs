namespace Tilt.Cli.Options;

/// <summary>Files that ship with Tilt: the embedded model and the configurations.</summary>
internal static class ApplicationFiles
{
    /// <summary>Full path of a shipped file or folder: in the working directory if it is there, else beside the program.</summary>
    /// <exception cref="InputException">It is in neither place.</exception>
    public static string Find(string relative)
    {
        string[] candidates = [Path.GetFullPath(relative), Path.Combine(AppContext.BaseDirectory, relative)];
        return candidates.FirstOrDefault(p => File.Exists(p) || Directory.Exists(p))
            ?? throw new InputException($"{relative} is in neither the working directory ({candidates[0]}) nor beside the program "
                + $"({candidates[1]}). Run from the repository's root, or restore the file.");
    }
}
