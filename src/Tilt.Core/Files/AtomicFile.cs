using System.Text;

namespace Tilt.Files;

/// <summary>Files that are complete or absent: written aside in the same folder, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes UTF-8 text without a byte-order mark; makes the folder when it is missing.</summary>
    public static void WriteText(string path, string content) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(content)));

    /// <summary>Writes what <paramref name="write"/> puts into the stream; makes the folder when it is missing. When it throws, nothing is left behind.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = FullPath(path);
        string aside = full + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (FileStream stream = new(aside, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(aside, full, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(aside);
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new InputException($"Cannot write \"{full}\": {e.Message} Choose a folder that exists and can be written to.", e);
        }
    }

    /// <summary>Makes sure before long work that its result can be written; the file itself is not touched.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void RequireWritable(string path)
    {
        string full = FullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using FileStream probe = new(full + ".partial", FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot write \"{full}\": {e.Message} Choose a folder that exists and can be written to.", e);
        }
    }

    private static string FullPath(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || Path.GetFileName(path).Length == 0 || Directory.Exists(path))
            throw new InputException($"Cannot write \"{path}\": it names no file. Give the path of a file, such as runs/report.html.");
        string full = Path.GetFullPath(path);
        return IsOfTheSystem(Path.GetDirectoryName(full)!) ? throw new InputException($"Cannot write \"{path}\": it is a device of the system, which a file would replace. Give the path of a file.") : full;
    }

    // Renaming a file to /dev/null would replace the device for every process.
    private static bool IsOfTheSystem(string folder) => !OperatingSystem.IsWindows()
        && ((string[])["/dev", "/proc", "/sys"]).Any(place => RealPath.IsWithin(folder, place)) && !RealPath.IsWithin(folder, "/dev/shm");

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is the message to show.
        }
    }
}
