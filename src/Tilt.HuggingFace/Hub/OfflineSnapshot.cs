namespace Tilt.HuggingFace.Hub;

/// <summary>A snapshot that the cache holds already, without the hub.</summary>
internal static class OfflineSnapshot
{
    /// <summary>The snapshot of a revision, if it has all selected files.</summary>
    /// <exception cref="InputException">It is not in the cache, lacks files, or cannot be judged; the message tells what to do.</exception>
    public static PulledSnapshot Find(CachedRepository cached, HubRepository repository, FileSelection selection)
    {
        string again = $"Unset HF_HUB_OFFLINE and run 'tilt pull {repository}' with a connection.";
        if (cached.CommitOf(repository.Revision) is not { } commit)
            throw new InputException($"The cache has no complete snapshot of '{repository}' ({cached.Folder}). {again}");
        HubListing? listing = CachedListing.Read(cached, commit);
        if (listing is null && !selection.IsDefault)
            throw new InputException($"Which files of '{repository}' match the patterns is not known without the hub. The snapshot "
                + $"is {cached.Snapshot(commit)}. {again}");
        string[] missing =
            [.. listing is null ? SnapshotCheck.MissingForUse(cached, commit) : SnapshotCheck.Missing(cached, listing, selection)];
        if (missing.Length > 0)
            throw new InputException($"The snapshot {cached.Snapshot(commit)} "
                + $"lacks {string.Join(", ", missing.Take(5))}{(missing.Length > 5 ? $" and {missing.Length - 5} more" : "")}. {again}");
        return new PulledSnapshot(cached.Snapshot(commit), commit, [.. listing?.Files.Where(f => selection.Includes(f.Path)) ?? []]);
    }
}
