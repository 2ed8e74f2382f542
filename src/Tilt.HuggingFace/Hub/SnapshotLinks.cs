namespace Tilt.HuggingFace.Hub;

/// <summary>
/// Puts blobs into snapshots: as relative links where the file system can, so that revisions share their files and the cache can
/// be moved; else as plain files.
/// </summary>
internal sealed class SnapshotLinks(CachedRepository cached, bool allowLinks)
{
    private readonly Lazy<bool> _canLink = new(() => allowLinks && TryLink(cached.Folder));

    /// <summary>Whether snapshots link to blobs here.</summary>
    public bool CanLink => _canLink.Value;

    /// <summary>Makes a blob the file of a snapshot, in the place of what was there.</summary>
    /// <param name="blob">The blob, complete.</param>
    /// <param name="pointer">The file in the snapshot.</param>
    /// <param name="isNew">Whether nothing else can be using the blob yet: without links it is then moved, not copied.</param>
    public void Place(string blob, string pointer, bool isNew)
    {
        string folder = Path.GetDirectoryName(pointer)!;
        Directory.CreateDirectory(folder);
        string aside = $"{pointer}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (CanLink) File.CreateSymbolicLink(aside, Path.GetRelativePath(folder, blob));
            else if (isNew) File.Move(blob, aside);
            else File.Copy(blob, aside);
            File.Move(aside, pointer, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private static bool TryLink(string folder)
    {
        string link = Path.Combine(folder, $".link.{Guid.NewGuid():N}.tmp");
        try
        {
            File.CreateSymbolicLink(link, "blobs");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return false;
        }
        finally
        {
            File.Delete(link);
        }
    }
}
