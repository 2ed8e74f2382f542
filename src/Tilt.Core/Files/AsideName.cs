using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Tilt.Files;

/// <summary>
/// Names of files and folders while they are written: that of the result, 16 random digits, <c>.partial</c>. Whoever writes one holds
/// it; what nobody holds was left by a process that died, and goes when the same result is written again.
/// </summary>
internal static partial class AsideName
{
    private const string Ending = ".partial";

    /// <summary>The lock in a folder that is written aside.</summary>
    public const string FolderLock = ".lock";

    /// <summary>A name for a result.</summary>
    public static string Of(string full, string ending = Ending) =>
        $"{full}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}{ending}";

    /// <summary>The name of the result that a file or folder was begun as, or the name itself.</summary>
    public static string ResultOf(string name) => Pattern().Replace(name, "");

    /// <summary>Makes an empty file beside a result, and holds it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static (string Path, FileStream Stream) CreateFile(string full)
    {
        while (true)
        {
            string aside = Of(full);
            // Windows renames an open file only when that is shared.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
            try
            {
                return (aside, new FileStream(aside, FileMode.CreateNew, FileAccess.Write, share, 1 << 16));
            }
            catch (IOException e) when (FileLock.IsHeld(e))
            {
                // Between its making and its locking, another process took it for abandoned: it is that one's to remove.
            }
        }
    }

    /// <summary>Makes a folder beside a result, and holds it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static (string Path, FileStream Lock) CreateFolder(string full)
    {
        while (true)
        {
            string aside = Of(full);
            Directory.CreateDirectory(aside);
            try
            {
                if (FileLock.TryHold(Path.Combine(aside, FolderLock)) is { } held) return (aside, held);
            }
            catch (DirectoryNotFoundException)
            {
                // As with files.
            }
        }
    }

    /// <summary>Removes files that dead processes left of a result.</summary>
    /// <param name="full">The result.</param>
    /// <param name="own">A file of the caller's, which it holds.</param>
    public static void SweepFiles(string full, string own)
    {
        foreach (string left in Left(full, own, Directory.EnumerateFiles))
        {
            Attempt(() =>
            {
                if (!FileLock.Works(own)) return;
                using FileStream? held = FileLock.TryHold(left, FileMode.Open);
                if (held is null) return;
                if (OperatingSystem.IsWindows()) held.Dispose();
                File.Delete(left);
            });
        }
    }

    /// <summary>Removes folders that dead processes left of a result.</summary>
    /// <param name="full">The result.</param>
    /// <param name="own">A folder of the caller's, which it holds.</param>
    public static void SweepFolders(string full, string own)
    {
        foreach (string left in Left(full, own, Directory.EnumerateDirectories))
        {
            Attempt(() =>
            {
                if (!FileLock.Works(Path.Combine(own, FolderLock))) return;
                using FileStream? held = FileLock.TryHold(Path.Combine(left, FolderLock));
                if (held is null) return;
                if (OperatingSystem.IsWindows()) held.Dispose();
                Directory.Delete(left, recursive: true);
            });
        }
    }

    private static string[] Left(string full, string own, Func<string, string, IEnumerable<string>> list)
    {
        string folder = Path.GetDirectoryName(full)!, name = Path.GetFileName(full);
        // No wildcard in the name itself is one of the pattern.
        return [.. list(folder, "*" + Ending)
            .Where(path => path != own && Path.GetFileName(path) is var other && ResultOf(other) == name && other != name)];
    }

    private static void Attempt(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed stays; it is in nobody's way.
        }
    }

    [GeneratedRegex(@"\.[0-9a-f]{16}\.partial\z")]
    private static partial Regex Pattern();
}
