namespace Tilt.Files;

/// <summary>Why a file could not be written.</summary>
internal enum DiskTrouble
{
    /// <summary>Another reason.</summary>
    None,

    /// <summary>No space is left, or the quota is used up.</summary>
    NoSpace,

    /// <summary>The file system is read-only, or permission is missing.</summary>
    NotWritable,

    /// <summary>The file system or a limit of the process does not allow files of this size.</summary>
    TooLarge,
}

/// <summary>Reads the reason out of an exception: .NET leaves the system's error number in its HResult.</summary>
internal static class DiskFailure
{
    private const int Eacces = 13, Efbig = 27, Enospc = 28, Erofs = 30, EdquotLinux = 122, EdquotMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027),
        WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>What the system said, where that is why something could not be read or written; null where the reason is another.</summary>
    public static Exception? CauseOf(Exception exception) => exception switch
    {
        IOException or UnauthorizedAccessException => exception,
        InputException { InnerException: IOException or UnauthorizedAccessException } => exception.InnerException,
        _ => null,
    };

    /// <summary>The reason.</summary>
    public static DiskTrouble Of(Exception exception) => exception is UnauthorizedAccessException
        ? DiskTrouble.NotWritable
        : exception.HResult switch
        {
            Enospc or EdquotLinux or EdquotMac or WindowsDiskFull or WindowsHandleDiskFull => DiskTrouble.NoSpace,
            Eacces or Erofs or WindowsWriteProtected => DiskTrouble.NotWritable,
            Efbig => DiskTrouble.TooLarge,
            _ => DiskTrouble.None,
        };
}
