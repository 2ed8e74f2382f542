using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>Fetches the files of one snapshot, several at once.</summary>
internal sealed class SnapshotFiles(
    HubOptions options, HubClient client, RetryPolicy retry, CachedRepository cached, HubRepository repository, string commit,
    IProgress<PullEvent>? progress)
{
    private readonly SnapshotLinks _links = new(cached, options.AllowSymbolicLinks);
    private readonly BlobDownload _download = new(client, retry, progress);

    /// <summary>The files that have to be fetched. Tells what is planned.</summary>
    public HubFile[] Missing(IReadOnlyList<HubFile> files)
    {
        HubFile[] present = [.. files.Where(IsPresent)];
        progress?.Report(new PullPlanned(commit, files, present));
        // Small files first: what describes the model is there before its weights.
        return [.. files.Except(present).OrderBy(f => f.Size ?? 0)];
    }

    /// <summary>Fetches files, several at once.</summary>
    public async Task FetchAsync(IReadOnlyList<HubFile> missing, CancellationToken cancellationToken)
    {
        if (missing.Count == 0) return;
        CheckSpace(missing);
        if (!_links.CanLink && options.AllowSymbolicLinks)
            progress?.Report(
                new PullNote($"{cached.Folder} does not take symbolic links; snapshots hold plain files, and revisions share none."));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.ParallelFiles, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, parallel, async (file, token) => await FetchAsync(file, token).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    /// <summary>Reads files that are here already, and removes those whose content is not what their checksum says.</summary>
    public async Task RecheckAsync(IReadOnlyList<HubFile> files, CancellationToken cancellationToken)
    {
        foreach (HubFile file in files) await RecheckAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a file is there, or becomes so because another revision has the same content.</summary>
    private bool IsPresent(HubFile file)
    {
        // A size that the hub's listing lacks has to be asked for: such a file is not known to be whole.
        if (file.Size is not { } size) return false;
        if (cached.Holds(commit, file.Path, size)) return true;
        if (file.Hash is null || FileLength.Of(cached.Blob(file.Hash)) != size) return false;
        _links.Place(cached.Blob(file.Hash), cached.Pointer(commit, file.Path), isNew: false);
        return true;
    }

    private async Task FetchAsync(HubFile file, CancellationToken cancellationToken)
    {
        BlobSource source = await DescribeAsync(file, cancellationToken).ConfigureAwait(false);
        string blob = cached.Blob(source.ETag), pointer = cached.Pointer(commit, file.Path);
        if (FileLength.Of(pointer) != source.Size)
        {
            void Waiting() => progress?.Report(new PullNote($"'{file.Path}' waits for another download of the same content."));
            using IDisposable held =
                await BlobLock.AcquireAsync(cached.LockFile(source.ETag), Waiting, cancellationToken).ConfigureAwait(false);
            long? length = FileLength.Of(blob);
            if (length is not null && length != source.Size)
            {
                progress?.Report(
                    new PullNote($"'{file.Path}' has {length} bytes in the cache instead of {source.Size}; it is fetched again."));
                File.Delete(blob);
                length = null;
            }

            if (length is null) await _download.RunAsync(source, blob, cancellationToken).ConfigureAwait(false);
            _links.Place(blob, pointer, isNew: length is null);
        }

        using ContentHash? hash = source.BeginHash();
        if (hash is null) progress?.Report(new PullNote($"'{file.Path}' could not be checked: the hub gives no checksum, only its size."));
        progress?.Report(new PullCompleted(file, source.Size, hash is not null));
    }

    private async Task<BlobSource> DescribeAsync(HubFile file, CancellationToken cancellationToken)
    {
        HubFileHead? head = await retry
            .RunAsync($"'{file.Path}'", token => client.DescribeAsync(repository, commit, file.Path, token),
                note => progress?.Report(new PullNote(note)), cancellationToken).ConfigureAwait(false);
        if (head is null)
        {
            cached.MarkAbsent(commit, file.Path);
            throw new HubException($"The hub lists '{file.Path}' of '{repository}', but does not have it. Run the same command again; if "
                + $"it stays so, leave it out with --exclude.");
        }

        if ((head.Size ?? file.Size) is not { } size) throw new HubException($"The hub does not tell how large '{file.Path}' is.");
        if (head.Size is not null && file.Size is not null && head.Size != file.Size)
            throw new HubException($"The hub contradicts itself: '{file.Path}' has {file.Size} bytes by its listing and {head.Size} by the "
                + $"file's own reply. Run the same command again.");
        if (file.Hash is { } hash && hash.Length == head.ETag.Length && hash != head.ETag)
            throw new HubException($"The hub contradicts itself: the checksum of '{file.Path}' is {hash} by its listing and {head.ETag} by "
                + $"the file's own reply. Run the same command again.");
        return new BlobSource(repository, commit, file, head.ETag, size);
    }

    /// <summary>Removes a file whose content is not what its checksum says, so that it is fetched again.</summary>
    private async Task RecheckAsync(HubFile file, CancellationToken cancellationToken)
    {
        string pointer = cached.Pointer(commit, file.Path);
        if (FileLength.Of(pointer) is not { } length) return;
        string content = File.ResolveLinkTarget(pointer, returnFinalTarget: false)?.FullName ?? pointer;
        using ContentHash? hash = ContentHash.Begin(file.Hash ?? Path.GetFileName(content), length);
        if (hash is null)
        {
            progress?.Report(new PullNote($"'{file.Path}' cannot be checked: the hub gives no checksum of it."));
            return;
        }

        await using (var stream = new FileStream(content, FileMode.Open, FileAccess.Read, FileShare.Read, 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan))
        {
            var buffer = new byte[1 << 20];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                hash.Append(buffer.AsSpan(0, read));
        }

        if (hash.Finish() == hash.Expected) return;
        progress?.Report(new PullNote($"'{file.Path}' is damaged in the cache: its checksum is {hash.Finish()}, but should "
            + $"be {hash.Expected}. It is fetched again."));
        File.Delete(pointer);
        // Of a blob that is a link itself, the link goes and not what it leads to.
        if (cached.IsBlob(content)) File.Delete(content);
    }

    private void CheckSpace(IReadOnlyList<HubFile> missing)
    {
        // What an earlier try left is only known by ETag, which is the hash of the listing.
        long needed = missing.Sum(f => Math.Max(0,
            (f.Size ?? 0) - (f.Hash is null
                ? 0
                : FileLength.Of(cached.Blob(f.Hash) + ".incomplete") ?? FileLength.Of(cached.Blob(f.Hash)) ?? 0)));
        long free = options.FreeSpace(cached.Folder);
        if (needed <= free) return;
        throw new HubException($"{ByteSize.Text(needed)} are to be downloaded, but the disk of {options.CacheFolder} "
            + $"has {ByteSize.Text(free)} free. Free {ByteSize.Text(needed - free)} more, or set HF_HOME (or HF_HUB_CACHE) to a folder on "
            + $"another disk.");
    }
}
