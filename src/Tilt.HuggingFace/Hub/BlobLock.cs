using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// An exclusive lock on a blob while it is written, by the same lock files as Python's huggingface_hub. The file stays; removing it
/// would split those who wait.
/// </summary>
internal static class BlobLock
{
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
            if (FileLock.TryHold(path) is { } held) return held;
            if (!told) waiting();
            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }
}
