using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>What a download came to.</summary>
/// <param name="Folder">Full path of the snapshot: a folder in Hugging Face layout.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Files">The wanted files.</param>
public sealed record PulledSnapshot(string Folder, string Commit, IReadOnlyList<HubFile> Files);

/// <summary>Brings files of a repository into the cache that Tilt shares with Python's huggingface_hub.</summary>
/// <remarks>
/// The revision is resolved to a commit first and every file fetched at that commit. A reference such as <c>main</c> moves to the new
/// commit only when all wanted files are there, so that it always stands for a snapshot that can be used.
/// </remarks>
public sealed class SnapshotDownload : IDisposable
{
    private readonly HubOptions _options;
    private readonly HubClient _client;
    private readonly RetryPolicy _retry;

    /// <summary>A download with the given settings.</summary>
    /// <param name="options">Hub, cache and patience.</param>
    /// <param name="time">The clock that waits run on; the system's when null.</param>
    public SnapshotDownload(HubOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this._options = options;
        _client = new HubClient(options, time ?? TimeProvider.System);
        _retry = new RetryPolicy(options, time ?? TimeProvider.System);
    }

    /// <summary>
    /// Whether files that are here already are read and checked again. Default: no; blobs were checked when they were fetched.
    /// </summary>
    public bool Recheck { get; init; }

    /// <summary>Fetches what is missing of the selected files.</summary>
    /// <param name="repository">Repository and revision.</param>
    /// <param name="selection">Which files.</param>
    /// <param name="progress">Told what happens, from several threads.</param>
    /// <param name="cancellationToken">Stops; the next run continues from what has arrived.</param>
    /// <exception cref="InputException">There is no such repository, revision or file, it may not be read, or the cache cannot be written
    /// to.</exception>
    /// <exception cref="HubException">The network, the hub or the disk failed.</exception>
    public async Task<PulledSnapshot> RunAsync(HubRepository repository, FileSelection selection, IProgress<PullEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(selection);
        var cached = new CachedRepository(_options.CacheFolder, repository);
        try
        {
            if (_options.Offline) return OfflineSnapshot.Find(cached, repository, selection);
            HubListing listing = await ListAsync(cached, repository, progress, cancellationToken).ConfigureAwait(false);
            if (repository.Kind == RepositoryKind.Dataset && selection.IsDefault
                && !listing.Files.Any(f => FileSelection.HoldsRows(f.Path)))
                return await ConvertedAsync(listing, repository, selection, progress, cancellationToken).ConfigureAwait(false);
            HubFile[] files = Choose(listing, repository, selection);
            var fetch = new SnapshotFiles(_options, _client, _retry, cached, repository, listing.Commit, progress);
            if (Recheck) await fetch.RecheckAsync(files, cancellationToken).ConfigureAwait(false);
            HubFile[] missing = fetch.Missing(files);
            Keep(cached, listing, selection, isNeeded: missing.Length > 0, progress);
            await fetch.FetchAsync(missing, cancellationToken).ConfigureAwait(false);
            cached.WriteReference(repository.Revision, listing.Commit);
            return new PulledSnapshot(cached.Snapshot(listing.Commit), listing.Commit, files);
        }
        catch (Exception e) when (DiskFailure.CauseOf(e) is { } cause)
        {
            throw cached.FailureOf(cause);
        }
    }

    /// <summary>Commit and files that a download would fetch from, and those that are missing here; fetches nothing.</summary>
    /// <exception cref="InputException">There is no such repository, revision or file, or it may not be read.</exception>
    /// <exception cref="HubException">The network or the hub failed.</exception>
    public async Task<PullPlanned> PlanAsync(HubRepository repository, FileSelection selection, IProgress<PullEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(selection);
        if (_options.Offline) throw new InputException("A dry run asks the hub, but HF_HUB_OFFLINE is set. Unset it.");
        var cached = new CachedRepository(_options.CacheFolder, repository);
        HubListing listing = await ListAsync(cached, repository, progress, cancellationToken).ConfigureAwait(false);
        HubFile[] files = Choose(listing, repository, selection);
        return new PullPlanned(listing.Commit, files, [.. files.Where(f => cached.Holds(listing.Commit, f.Path, f.Size))]);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HubListing> ListAsync(CachedRepository cached, HubRepository repository, IProgress<PullEvent>? progress,
        CancellationToken cancellationToken)
    {
        // A commit never changes: its listing need not be asked for twice.
        if (repository.IsCommit && CachedListing.Read(cached, repository.Revision) is { } known) return known;
        try
        {
            return await _retry.RunAsync($"'{repository}':", token => _client.ListAsync(repository, token),
                note => progress?.Report(new PullNote(note)), cancellationToken).ConfigureAwait(false);
        }
        catch (HubException e) when (cached.CommitOf(repository.Revision) is { } commit
            && SnapshotCheck.MissingForUse(cached, commit).Count == 0)
        {
            throw new HubException($"{e.Message}\nThe cache holds the snapshot that '{repository}' stood for "
                + $"last, {cached.Snapshot(commit)}; HF_HUB_OFFLINE=1 uses it.", e);
        }
    }

    /// <summary>
    /// Keeps what the hub said, for times without it. Where nothing is to be fetched, a cache that may only be read serves too.
    /// </summary>
    private static void Keep(CachedRepository cached, HubListing listing, FileSelection selection, bool isNeeded,
        IProgress<PullEvent>? progress)
    {
        try
        {
            if (isNeeded) cached.Prepare(listing.Commit);
            CachedListing.Write(cached, listing);
            foreach (string name in selection.Names.Except(listing.Files.Select(f => f.Path), StringComparer.Ordinal))
                cached.MarkAbsent(listing.Commit, name);
        }
        catch (Exception e) when (!isNeeded && DiskFailure.CauseOf(e) is not null)
        {
            progress?.Report(
                new PullNote($"The cache cannot be written to ({e.Message.TrimEnd('.')}); its snapshot is complete and used as it is."));
        }
    }

    /// <summary>The hub's own conversion of a data set whose files are of other kinds, such as a script that makes them.</summary>
    private Task<PulledSnapshot> ConvertedAsync(HubListing listing, HubRepository repository, FileSelection selection,
        IProgress<PullEvent>? progress, CancellationToken cancellationToken)
    {
        if (repository.Revision != HubRepository.DefaultRevision)
        {
            string[] some = [.. listing.Files.Select(f => f.Path).Take(8)];
            throw new InputException($"'{repository}' has no files that a task could read (Parquet, JSON, CSV); it "
                + $"has {(some.Length == 0 ? "none at all" : string.Join(", ", some))}.");
        }

        progress?.Report(new PullNote($"'{repository}' has no files that a task could read; its conversion by the hub is taken, "
            + $"@{HubRepository.ParquetRevision}."));
        return RunAsync(repository with { Revision = HubRepository.ParquetRevision }, selection, progress, cancellationToken);
    }

    private static HubFile[] Choose(HubListing listing, HubRepository repository, FileSelection selection)
    {
        HubFile[] files = [.. listing.Files.Where(f => selection.Includes(f.Path)).DistinctBy(f => f.Path, StringComparer.Ordinal)];
        if (selection.IsDefault && repository.Kind == RepositoryKind.Model
            && !files.Any(f => f.Path.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            string[] others = [.. listing.Files.Select(f => f.Path)
                .Where(p => Path.GetExtension(p) is ".bin" or ".pth" or ".pt" or ".gguf" or ".h5" or ".msgpack" or ".onnx").Take(3)];
            throw new InputException(others.Length > 0
                ? $"'{repository}' has no weights in safetensors, the only format that Tilt reads; it has {string.Join(", ", others)}. "
                    + $"Look for a revision or another repository with safetensors. '--include' fetches other files."
                : $"'{repository}' has no weights (*.safetensors). '--include \"*\"' fetches what it has.");
        }

        if (files.Length > 0) return files;
        string[] some = [.. listing.Files.Select(f => f.Path).Take(8)];
        throw new InputException($"No file of '{repository}' matches the patterns. It "
            + $"has {(some.Length == 0
                ? "no files"
                : string.Join(", ", some)
                    + (listing.Files.Count > some.Length ? $" and {listing.Files.Count - some.Length} more" : ""))}.");
    }
}
