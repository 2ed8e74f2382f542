namespace Tilt.HuggingFace.Hub;

/// <summary>Finds what is meant where a task takes problems: a file or folder, or a data set in the Hugging Face cache.</summary>
public static class DatasetFolder
{
    /// <summary>The path itself when it exists, else the snapshot of <c>org/name[@revision]</c> in the cache.</summary>
    /// <param name="text">A path, or a data set with or without a revision (default: main).</param>
    /// <exception cref="InputException">It is neither; the message says how to get it.</exception>
    public static string Resolve(string text) => Resolve(text, HubEnvironment.Current.CacheFolder);

    /// <summary>
    /// The path itself when it exists, else the snapshot of <c>org/name[@revision]</c> in <paramref name="cacheFolder"/>.
    /// </summary>
    /// <exception cref="InputException">It is neither; the message says how to get it.</exception>
    public static string Resolve(string text, string cacheFolder)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Path.Exists(text)) return text;
        if (!HubRepository.TryParse(text, out HubRepository? parsed, out _))
            throw new InputException($"There is no file or folder '{text}', and it is not the name of a data set (org/name[@revision]).");
        HubRepository repository = parsed with { Kind = RepositoryKind.Dataset };
        foreach (string revision in repository.Revision == HubRepository.DefaultRevision
            ? (string[])[HubRepository.DefaultRevision, HubRepository.ParquetRevision]
            : [repository.Revision])
        {
            var cached = new CachedRepository(cacheFolder, repository with { Revision = revision });
            if (cached.CommitOf(revision) is { } commit) return cached.Snapshot(commit);
        }

        throw new InputException(
            $"There is no file or folder '{text}', and the cache has no such data set. 'tilt pull --dataset {repository}' downloads it.");
    }
}
