namespace Tilt.HuggingFace.Hub;

/// <summary>
/// An exclusive lock on a blob while it is written, by the same lock files as Python's huggingface_hub: an advisory lock of the whole
/// file on Unix, an open handle that is not shared on Windows. The file stays; removing it would split those who wait.
/// </summary>
internal static class BlobLock
{
    private const int WouldBlockLinux = 11, WouldBlockMac = 35, SharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock and takes it.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="waiting">Told once when another process holds it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock, which ends with its disposal.</returns>
    public static async Task<IDisposable> AcquireAsync(string path, Action waiting, CancellationToken cancellationToken)
    {
        for (bool told = false; ; told = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (e.HResult is WouldBlockLinux or WouldBlockMac or SharingViolation)
            {
                if (!told) waiting();
            }

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }
}
