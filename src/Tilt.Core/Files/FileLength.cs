namespace Tilt.Files;

/// <summary>
/// Lengths of files. The files of a snapshot in the Hugging Face cache are links, and <see cref="FileInfo.Length"/> is the length of the
/// link itself.
/// </summary>
internal static class FileLength
{
    /// <summary>Bytes of a file, behind links; null when there is none or the link leads nowhere.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static long? Of(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
