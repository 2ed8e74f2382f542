using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// The folder of one repository in the cache, in the layout of Python's huggingface_hub: <c>blobs/</c> named by ETag,
/// <c>snapshots/{commit}/</c> with links to them, <c>refs/{revision}</c> with the commit that a revision stood for, and
/// <c>.no_exist/{commit}/</c> with files that the commit is known not to have.
/// </summary>
/// <param name="cacheFolder">Folder of the whole cache.</param>
/// <param name="repository">The repository.</param>
internal sealed class CachedRepository(string cacheFolder, HubRepository repository)
{
    private const string CacheDirectoryTag = """
        Signature: 8a477f597d28d172789f06886806bc55
        # This file marks a cache: its content can be downloaded again, and backups may skip it.
        # See https://bford.info/cachedir/.

        """;

    /// <summary>What the repository holds.</summary>
    public RepositoryKind Kind => repository.Kind;

    /// <summary>The repository's folder.</summary>
    public string Folder { get; } = Path.Combine(cacheFolder, repository.CacheName);

    /// <summary>File that is locked while a blob is written.</summary>
    public string LockFile(string etag) => Path.Combine(cacheFolder, ".locks", repository.CacheName, etag + ".lock");

    /// <summary>File of a blob.</summary>
    public string Blob(string etag) => Path.Combine(Folder, "blobs", etag);

    /// <summary>
    /// Whether a file stands among the blobs of this repository, and is not a user's own file that a link leads to: only blobs are the
    /// cache's to remove.
    /// </summary>
    public bool IsBlob(string path) => RealPath.IsSame(Path.GetDirectoryName(path)!, Path.Combine(Folder, "blobs"));

    /// <summary>Folder of a snapshot.</summary>
    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    /// <summary>Where a snapshot has a file.</summary>
    public string Pointer(string commit, string path) => Path.Combine([Snapshot(commit), .. path.Split('/')]);

    /// <summary>Makes the folders that a download needs.</summary>
    /// <exception cref="IOException">They cannot be made or written to.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be made or written to.</exception>
    public void Prepare(string commit)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "blobs"));
        Directory.CreateDirectory(Snapshot(commit));
        Directory.CreateDirectory(Path.GetDirectoryName(LockFile("x"))!);
        string tag = Path.Combine(cacheFolder, "CACHEDIR.TAG");
        if (!File.Exists(tag)) AtomicFile.WriteText(tag, CacheDirectoryTag);
    }

    /// <summary>What to tell when reading or writing the cache failed.</summary>
    public Exception FailureOf(Exception cause)
    {
        DiskTrouble trouble = DiskFailure.Of(cause);
        const string Elsewhere = "set HF_HOME (or HF_HUB_CACHE) to a folder";
        string said = cause.Message.TrimEnd('.') + ".";
        return trouble switch
        {
            DiskTrouble.NoSpace =>
                new HubException($"The disk of {cacheFolder} is full: {said} What has arrived is kept. Free space and run the same command "
                    + $"again, or {Elsewhere} on another disk.", cause),
            DiskTrouble.TooLarge =>
                new HubException($"{cacheFolder} does not take files of this size: {said} Lift the limit (ulimit -f), or {Elsewhere} on "
                    + $"another file system.", cause),
            _ => new InputException(
                $"The cache {cacheFolder} cannot be used: {said} Change its permissions, or {Elsewhere} that can be written to.", cause),
        };
    }

    /// <summary>The commit that a revision stands for here; null when that is not known.</summary>
    public string? CommitOf(string revision)
    {
        if (HubRepository.IsCommitId(revision)) return Directory.Exists(Snapshot(revision)) ? revision : null;
        string file = Path.Combine([Folder, "refs", .. revision.Split('/')]);
        string? commit = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        return commit is not null && HubRepository.IsCommitId(commit) && Directory.Exists(Snapshot(commit)) ? commit : null;
    }

    /// <summary>Notes the commit that a revision stands for.</summary>
    public void WriteReference(string revision, string commit)
    {
        if (revision == commit) return;
        string file = Path.Combine([Folder, "refs", .. revision.Split('/')]);
        // Caches that may only be read serve too, as long as nothing changes.
        if (!File.Exists(file) || File.ReadAllText(file) != commit) AtomicFile.WriteText(file, commit);
    }

    /// <summary>Notes that a commit has no file of that name, as Python does after a look-up: it need not ask again.</summary>
    public void MarkAbsent(string commit, string path)
    {
        string marker = Path.Combine([Folder, ".no_exist", commit, .. path.Split('/')]);
        if (!File.Exists(marker)) AtomicFile.WriteText(marker, "");
    }

    /// <summary>Whether a snapshot has a file, whole as far as its size tells. A size that is not known is taken for any.</summary>
    public bool Holds(string commit, string path, long? size) =>
        FileLength.Of(Pointer(commit, path)) is { } length && (size is null || size == length);
}
