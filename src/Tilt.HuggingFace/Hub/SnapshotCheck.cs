using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>Whether a snapshot of the cache has all that a selection, or Tilt, needs of it.</summary>
internal static class SnapshotCheck
{
    /// <summary>What Tilt reads besides the weights, where the repository has it.</summary>
    private static readonly string[] ReadFiles = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
        "chat_template.jinja", "chat_template.json", "adapter_config.json"];

    /// <summary>The selected files that a snapshot lacks, by a listing of its commit.</summary>
    public static IEnumerable<string> Missing(CachedRepository cached, HubListing listing, FileSelection selection) =>
        listing.Files.Where(f => selection.Includes(f.Path) && !cached.Holds(listing.Commit, f.Path, f.Size)).Select(f => f.Path);

    /// <summary>The files that Tilt needs to use a snapshot as a model or an adapter, and that it lacks.</summary>
    public static IReadOnlyList<string> MissingForUse(CachedRepository cached, string commit)
    {
        HubListing? listing = CachedListing.Read(cached, commit);
        if (cached.Kind == RepositoryKind.Dataset) return listing is null ? [] : [.. Missing(cached, listing, FileSelection.OfDataset)];
        var missing = new List<string>(
            listing?.Files.Where(f => ReadFiles.Contains(f.Path) && !cached.Holds(commit, f.Path, f.Size)).Select(f => f.Path) ?? []);
        string[] needed = cached.Holds(commit, "adapter_config.json", null)
            ? ["adapter_model.safetensors"]
            : ["config.json", .. Tokenizer(cached, commit, listing), .. Weights(cached, commit)];
        missing.AddRange(needed.Where(path => !cached.Holds(commit, path, listing?.Files.FirstOrDefault(f => f.Path == path)?.Size)));
        return [.. missing.Distinct(StringComparer.Ordinal)];
    }

    // Where the listing is known, tokenizer.json is among the files above if there is one; base models may have no tokenizer at all.
    private static IEnumerable<string> Tokenizer(CachedRepository cached, string commit, HubListing? listing)
    {
        string[] older = ["vocab.json", "merges.txt"];
        if (listing is null) return older.All(path => cached.Holds(commit, path, null)) ? [] : ["tokenizer.json"];
        return listing.Files.Any(f => f.Path == "tokenizer.json")
            ? []
            : older.Intersect(listing.Files.Select(f => f.Path), StringComparer.Ordinal);
    }

    private static IEnumerable<string> Weights(CachedRepository cached, string commit)
    {
        const string Single = "model.safetensors", Index = "model.safetensors.index.json";
        if (cached.Holds(commit, Single, null) || !cached.Holds(commit, Index, null)) return [Single];
        using JsonDocument index = JsonFile.Read(cached.Pointer(commit, Index));
        return JsonFile.Find(index.RootElement, "weight_map") is { ValueKind: JsonValueKind.Object } map
            ? [.. map.EnumerateObject().Select(t => t.Value.ToString()).Distinct(StringComparer.Ordinal).Where(HubListing.IsSafe)]
            : [Single];
    }
}
