using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Files;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>
/// Writes the weights of a model folder: one <c>model.safetensors</c>, or numbered shards with
/// <c>model.safetensors.index.json</c> when they are larger than a limit.
/// </summary>
public static class SafetensorsShards
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>
    /// Writes the entries in their order, so that neighbours share a shard. The index comes last: a folder without it is incomplete.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="entries">The tensors.</param>
    /// <param name="shardBytes">Most bytes of tensors in a file; a larger tensor gets a file of its own.</param>
    public static void Write(string folder, IReadOnlyList<SafetensorsEntry> entries, long shardBytes)
    {
        List<List<SafetensorsEntry>> shards = Split(entries, shardBytes);
        string single = Path.Combine(folder, "model.safetensors"), index = single + ".index.json";
        if (shards.Count == 1)
        {
            SafetensorsWriter.Write(single, shards[0]);
            File.Delete(index);
            return;
        }
        var map = new JsonObject();
        for (int i = 0; i < shards.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");
            SafetensorsWriter.Write(Path.Combine(folder, name), shards[i]);
            foreach (SafetensorsEntry entry in shards[i]) map[entry.Name] = name;
        }
        var file = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = entries.Sum(e => e.Length) },
            ["weight_map"] = new JsonObject(
                map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))),
        };
        AtomicFile.WriteText(index, file.ToJsonString(Indented) + "\n");
        // A single file of an earlier model would be read instead of the shards.
        File.Delete(single);
    }

    private static List<List<SafetensorsEntry>> Split(IReadOnlyList<SafetensorsEntry> entries, long shardBytes)
    {
        var shards = new List<List<SafetensorsEntry>> { new() };
        long size = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (size > 0 && size + entry.Length > shardBytes)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(entry);
            size += entry.Length;
        }
        return shards;
    }
}
