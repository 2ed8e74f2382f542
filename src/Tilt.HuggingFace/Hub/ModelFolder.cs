using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Hub;

/// <summary>Finds what is meant where a command takes a model: a folder, a GGUF file, or a repository in the Hugging Face cache.</summary>
public static class ModelFolder
{
    /// <summary>
    /// The folder or GGUF file that a text names: itself when it exists, else the snapshot of <c>org/name[@revision]</c> in the cache.
    /// </summary>
    /// <param name="text">A path, or a repository with or without a revision (default: main).</param>
    /// <exception cref="InputException">It is neither; the message says how to get it.</exception>
    public static string Resolve(string text) => Resolve(text, HubEnvironment.Current.CacheFolder);

    /// <summary>The folder that a text names, with the cache in <paramref name="cacheFolder"/>.</summary>
    /// <exception cref="InputException">It is neither a folder nor in the cache; the message says how to get it.</exception>
    public static string Resolve(string text, string cacheFolder)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Directory.Exists(text)) return text;
        if (GgufFile.Is(text)) return text;
        if (File.Exists(text))
            throw new InputException($"'{text}' is a file that is no GGUF file (it does not begin with the letters GGUF). The folder of a "
                + $"model, or a GGUF file, is needed.");
        if (!HubRepository.TryParse(text, out HubRepository? repository, out _))
            throw new InputException($"There is no folder '{text}', and it is not the name of a repository (org/name[@revision]).");

        var cached = new CachedRepository(cacheFolder, repository);
        if (cached.CommitOf(repository.Revision) is not { } commit)
            throw new InputException($"There is no folder '{text}', and the cache has no complete snapshot of such a repository "
                + $"({cached.Folder}). 'tilt pull {repository}' downloads it.");
        IReadOnlyList<string> missing = SnapshotCheck.MissingForUse(cached, commit);
        if (missing.Count == 0) return cached.Snapshot(commit);
        throw new InputException($"The snapshot of '{repository}' in the cache "
            + $"lacks {string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? $" and {missing.Count - 5} more" : "")} "
            + $"({cached.Snapshot(commit)}). 'tilt pull {repository}' completes it.");
    }
}
