using System.Text;

namespace Tilt.Files;

/// <summary>
/// A file that is complete or absent: written under a name of its own beside its place, held there against everybody else, and
/// renamed at the end. Several processes that write one file each write their own; the last to end gives the content.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private const string Advice = "Choose a folder that exists and can be written to.";

    private readonly string _path, _aside;
    private readonly FileStream _stream;
    private bool _renamed;

    private AtomicFile(string path, string aside, FileStream stream) => (_path, _aside, _stream) = (path, aside, stream);

    /// <summary>Takes the content, from its beginning.</summary>
    public Stream Content => _stream;

    /// <summary>
    /// Begins a file, and with it makes sure before long work that it can be written; makes the folder when it is missing. What is
    /// there is not touched before <see cref="Complete"/>.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static AtomicFile Open(string path)
    {
        string full = FullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            (string aside, FileStream stream) = AsideName.CreateFile(full);
            AsideName.SweepFiles(full, aside);
            return new(full, aside, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(full, e);
        }
    }

    /// <summary>Writes UTF-8 text without a byte-order mark; makes the folder when it is missing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteText(string path, string content) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(content)));

    /// <summary>
    /// Writes what <paramref name="write"/> puts into the stream; makes the folder when it is missing. When it throws, nothing is left
    /// behind.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = Open(path);
        file.Write(write);
    }

    /// <summary>Makes sure before long work that a result can be written; the file itself is not touched.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void RequireWritable(string path) => Open(path).Dispose();

    /// <summary>Puts what <paramref name="write"/> writes, and nothing else, into the file's place.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write(_stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(_path, e);
        }
        Complete();
    }

    /// <summary>
    /// Puts the content into the file's place, with the permissions of what was there. A link in that place is replaced; what it leads
    /// to stays as it is.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Complete()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows() && File.Exists(_path))
                File.SetUnixFileMode(_stream.SafeFileHandle, File.GetUnixFileMode(_path));
            // Still held: nobody takes it for what a dead process left.
            File.Move(_aside, _path, overwrite: true);
            _renamed = true;
            _stream.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(_path, e);
        }
    }

    /// <summary>Removes what was written, unless it was completed.</summary>
    public void Dispose()
    {
        try
        {
            if (!_renamed) File.Delete(_aside);
            _stream.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is the message to show.
        }
    }

    private static InputException Failure(string full, Exception e) => new($"Cannot write \"{full}\": {DiskFailure.Of(e) switch
    {
        DiskTrouble.NoSpace => $"the disk is full ({e.Message.TrimEnd('.')}). Make room, or choose a place on another disk.",
        DiskTrouble.TooLarge => $"{e.Message} The file system or a limit of the process (ulimit -f) does not allow files of this size.",
        _ => $"{e.Message} {Advice}",
    }}", e);

    private static string FullPath(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0') || Path.GetFileName(path).Length == 0 || Directory.Exists(path))
            throw new InputException($"Cannot write \"{path}\": it names no file. Give the path of a file, such as runs/report.html.");
        string full = Path.GetFullPath(path);
        return IsOfTheSystem(Path.GetDirectoryName(full)!)
            ? throw new InputException(
                $"Cannot write \"{path}\": it is a device of the system, which a file would replace. Give the path of a file.")
            : full;
    }

    // Renaming a file to /dev/null would replace the device for every process.
    private static bool IsOfTheSystem(string folder) => !OperatingSystem.IsWindows()
        && ((string[])["/dev", "/proc", "/sys"]).Any(place => RealPath.IsWithin(folder, place)) && !RealPath.IsWithin(folder, "/dev/shm");
}
