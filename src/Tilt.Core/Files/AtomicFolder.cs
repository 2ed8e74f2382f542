namespace Tilt.Files;

/// <summary>
/// Folders that are complete or absent: filled under a name of their own beside their place, held there against everybody else, and
/// renamed at the end.
/// </summary>
internal static class AtomicFolder
{
    private const string Replaced = ".replaced";

    /// <summary>Fills a folder. When that throws, nothing is left behind, and what was in its place is as it was.</summary>
    /// <param name="path">Where; what is there is replaced, and its parents are made when they are missing.</param>
    /// <param name="fill">Fills the folder that it is given.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written there.</exception>
    public static void Write(string path, Action<string> fill)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        (string aside, FileStream held) = AsideName.CreateFolder(full);
        bool renamed = false;
        try
        {
            AsideName.SweepFolders(full, aside);
            fill(aside);
            if (OperatingSystem.IsWindows()) held.Dispose();
            File.Delete(Path.Combine(aside, AsideName.FolderLock));
            Exchange(aside, full);
            renamed = true;
        }
        finally
        {
            held.Dispose();
            if (!renamed && Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        }
    }

    private static void Exchange(string aside, string full)
    {
        if (!Directory.Exists(full))
        {
            Directory.Move(aside, full);
            return;
        }
        string before = AsideName.Of(full, Replaced);
        Directory.Move(full, before);
        try
        {
            Directory.Move(aside, full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!Directory.Exists(full)) Directory.Move(before, full);
            else Directory.Delete(before, recursive: true);
            throw;
        }
        Directory.Delete(before, recursive: true);
    }
}
