using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// The files of a commit, kept beside its snapshot so that it can be judged complete without the hub. Ours lie in
/// <c>.tilt/{commit}.json</c>; those that Python wrote to <c>trees/{commit}.json</c>, in the same form, are read too. (Ours do not go
/// there: Python takes a snapshot for broken that has fewer files than its listing, and Tilt leaves out what it does not need.)
/// </summary>
internal static class CachedListing
{
    private const int Format = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The listing of a commit; null when none is kept.</summary>
    public static HubListing? Read(CachedRepository cached, string commit) =>
        Read(Path.Combine(cached.Folder, ".tilt", commit + ".json"), commit)
        ?? Read(Path.Combine(cached.Folder, "trees", commit + ".json"), commit);

    /// <summary>Keeps a listing, unless it is kept already.</summary>
    public static void Write(CachedRepository cached, HubListing listing)
    {
        var files = new JsonObject();
        foreach (HubFile file in listing.Files)
        {
            var entry = new JsonObject { ["size"] = file.Size, ["blob_id"] = file.BlobId };
            if (file.Sha256 is not null) (entry["lfs_sha256"], entry["lfs_size"]) = (file.Sha256, file.Size);
            files[file.Path] = entry;
        }

        var root = new JsonObject { ["format_version"] = Format, ["files"] = files };
        string path = Path.Combine(cached.Folder, ".tilt", listing.Commit + ".json"), content = root.ToJsonString(Indented);
        if (!File.Exists(path) || File.ReadAllText(path) != content) AtomicFile.WriteText(path, content);
    }

    private static HubListing? Read(string path, string commit)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            // A newer form, or a damaged file: as if there were none; the hub knows.
            if (root.GetProperty("format_version").GetInt32() != Format) return null;
            HubFile[] files = [.. root.GetProperty("files").EnumerateObject().Select(ReadFile)];
            return files.All(f => HubListing.IsSafe(f.Path)) ? new HubListing(commit, files) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static HubFile ReadFile(JsonProperty file)
    {
        long? size = Number(file.Value, "lfs_size") ?? Number(file.Value, "size");
        return new HubFile(file.Name, size, HubListing.Hash(file.Value, "blob_id", 40), HubListing.Hash(file.Value, "lfs_sha256", 64));
    }

    private static long? Number(JsonElement element, string key) =>
        element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
