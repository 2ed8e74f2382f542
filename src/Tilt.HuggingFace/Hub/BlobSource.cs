namespace Tilt.HuggingFace.Hub;

/// <summary>Where the content of a blob comes from, and what it must be.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Commit">The commit.</param>
/// <param name="File">The file that has this content.</param>
/// <param name="ETag">Name of the blob.</param>
/// <param name="Size">Bytes.</param>
internal sealed record BlobSource(HubRepository Repository, string Commit, HubFile File, string ETag, long Size)
{
    /// <summary>The checksum to take: the blob's name, or where that is none, what the listing says; null without either.</summary>
    public ContentHash? BeginHash() => ContentHash.Begin(ETag, Size) ?? ContentHash.Begin(File.Hash, Size);
}
