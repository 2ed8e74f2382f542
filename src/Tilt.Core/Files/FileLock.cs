namespace Tilt.Files;

/// <summary>
/// Files held against every other process, and against this one: an advisory lock of the whole file on Unix, an open handle that is
/// not shared on Windows. The system lets go when the process dies, however it dies.
/// </summary>
internal static class FileLock
{
    private const int WouldBlockLinux = 11, WouldBlockMac = 35, SharingViolation = unchecked((int)0x80070020);

    /// <summary>Holds a file until the result is disposed; null when somebody else holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static FileStream? TryHold(string path, FileMode mode = FileMode.OpenOrCreate)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>Whether opening a file failed because somebody holds it.</summary>
    public static bool IsHeld(IOException exception) => exception.HResult is WouldBlockLinux or WouldBlockMac or SharingViolation;

    /// <summary>
    /// Whether locks mean something on the file system of a file that the caller holds; on some network file systems they do not.
    /// </summary>
    public static bool Works(string held)
    {
        using FileStream? second = TryHold(held, FileMode.Open);
        return second is null;
    }
}
