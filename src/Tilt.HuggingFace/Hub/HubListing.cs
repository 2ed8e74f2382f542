using System.Text.Json;

namespace Tilt.HuggingFace.Hub;

/// <summary>A file of a repository at a commit.</summary>
/// <param name="Path">Path in the repository, with forward slashes.</param>
/// <param name="Size">Bytes; null when the hub did not say.</param>
/// <param name="BlobId">Git's SHA-1 of the file (of its pointer, where it lies in large-file storage); null when the hub did not
/// say.</param>
/// <param name="Sha256">SHA-256 of a file in large-file storage; null for others.</param>
public sealed record HubFile(string Path, long? Size, string? BlobId, string? Sha256)
{
    /// <summary>The hash that the content must have; null when the hub did not say.</summary>
    public string? Hash => Sha256 ?? BlobId;
}

/// <summary>The files of a repository at a commit.</summary>
/// <param name="Commit">The commit that the revision stands for, 40 hexadecimal digits.</param>
/// <param name="Files">All files, in the hub's order.</param>
public sealed record HubListing(string Commit, IReadOnlyList<HubFile> Files)
{
    /// <summary>Reads the hub's answer to <c>/api/models/{id}/revision/{revision}?blobs=true</c>.</summary>
    /// <exception cref="HubException">The answer is something else, or names files that no repository can hold.</exception>
    internal static HubListing Parse(JsonElement answer, Uri source)
    {
        if (answer.ValueKind != JsonValueKind.Object || Text(answer, "sha") is not { } commit || !HubRepository.IsCommitId(commit)
            || !answer.TryGetProperty("siblings", out JsonElement siblings) || siblings.ValueKind != JsonValueKind.Array)
            throw new HubException($"{source} did not answer like a hub: an object with the commit 'sha' and the files 'siblings' is "
                + $"needed. If HF_ENDPOINT is set, check it.");
        return new HubListing(commit, [.. siblings.EnumerateArray().Select(file => ParseFile(file, source))]);
    }

    /// <summary>Whether a path stays below the folder that it is put under, on every platform.</summary>
    internal static bool IsSafe(string path) =>
        path.Length is > 0 and < 1024 && path.AsSpan().IndexOfAny("\\:\0") < 0 && !path.Any(char.IsControl)
        && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static HubFile ParseFile(JsonElement file, Uri source)
    {
        if (file.ValueKind != JsonValueKind.Object || Text(file, "rfilename") is not { } path)
            throw new HubException($"{source} lists a file without a name ('rfilename').");
        if (!IsSafe(path))
            throw new HubException($"{source} lists a file with the name '{path}', which would leave the snapshot's folder. Nothing was "
                + $"downloaded.");
        if (!file.TryGetProperty("lfs", out JsonElement large) || large.ValueKind != JsonValueKind.Object)
            return new HubFile(path, Number(file, "size"), Hash(file, "blobId", 40), null);
        string? sha256 = Hash(large, "sha256", 64) ?? Hash(large, "oid", 64);
        // Git's hash of such a file is that of its pointer: no checksum of the content.
        return new HubFile(path, Number(large, "size") ?? Number(file, "size"), sha256 is null ? null : Hash(file, "blobId", 40), sha256);
    }

    /// <summary>A hash that may become the name of a file; null when it is none.</summary>
    internal static string? Hash(JsonElement element, string key, int digits) =>
        Text(element, key) is { } text && text.Length == digits && text.All(char.IsAsciiHexDigitLower) ? text : null;

    private static string? Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement element, string key) =>
        element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            && number >= 0 ? number : null;
}
