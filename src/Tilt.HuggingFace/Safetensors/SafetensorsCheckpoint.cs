using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>
/// The weights of a model folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> lists. All
/// headers are checked when it is opened. Does not touch libtorch.
/// </summary>
public sealed class SafetensorsCheckpoint : IDisposable
{
    private readonly Dictionary<string, SafetensorsFile> _files;
    private readonly Dictionary<string, SafetensorsFile> _byTensor;
    private IDisposable? _source;

    private SafetensorsCheckpoint(string folder, Dictionary<string, SafetensorsFile> files, Dictionary<string, SafetensorsFile> byTensor)
    {
        Folder = folder;
        this._files = files;
        this._byTensor = byTensor;
    }

    /// <summary>The model's folder, or the file that its tensors come from.</summary>
    public string Folder { get; }

    /// <summary>Names of all tensors, in ordinal order.</summary>
    public IEnumerable<string> Names => _byTensor.Keys.Order(StringComparer.Ordinal);

    /// <summary>Opens the weights in <paramref name="folder"/>.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or index and shards disagree; the message lists what.</exception>
    public static SafetensorsCheckpoint Open(string folder)
    {
        string single = Path.Combine(folder, "model.safetensors"), index = single + ".index.json";
        if (!Directory.Exists(folder)) throw new InputException($"There is no folder '{folder}'.");
        if (File.Exists(single))
        {
            SafetensorsFile file = SafetensorsFile.Open(single);
            return new SafetensorsCheckpoint(folder, new(StringComparer.Ordinal) { [single] = file },
                file.Tensors.ToDictionary(t => t.Name, _ => file, StringComparer.Ordinal));
        }
        if (File.Exists(index)) return OpenShards(folder, index);
        string hint = Directory.EnumerateFiles(folder, "*.bin").Any()
            ? " Its weights are in PyTorch's pickle format (*.bin); convert them to safetensors first."
            : "";
        throw new InputException($"The folder '{folder}' holds neither model.safetensors nor model.safetensors.index.json.{hint}");
    }

    /// <summary>A checkpoint whose tensors are made from something else.</summary>
    /// <param name="path">What they are made from.</param>
    /// <param name="file">The tensors.</param>
    /// <param name="source">What the making needs open; it is closed with the checkpoint.</param>
    internal static SafetensorsCheckpoint Of(string path, SafetensorsFile file, IDisposable source) =>
        new(path, new(StringComparer.Ordinal) { [path] = file },
            file.Tensors.ToDictionary(t => t.Name, _ => file, StringComparer.Ordinal))
        { _source = source };

    /// <summary>The file that holds a tensor.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public SafetensorsFile FileOf(string name) =>
        _byTensor.TryGetValue(name, out SafetensorsFile? file)
            ? file
            : throw new InputException($"The weights in '{Folder}' hold no tensor '{name}'.");

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _byTensor.ContainsKey(name);

    /// <summary>Place and type of a tensor.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public SafetensorsTensor Find(string name) => FileOf(name).Find(name);

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values) file.Dispose();
        _source?.Dispose();
    }

    private static SafetensorsCheckpoint OpenShards(string folder, string index)
    {
        Dictionary<string, string> map = ReadIndex(index);
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var problems = new List<string>();
        var byTensor = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (string shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                if (Path.GetFileName(shard) != shard || shard is "" or "." or "..") problems.Add($"'{shard}' is not a plain file name.");
                else if (!File.Exists(Path.Combine(folder, shard))) problems.Add($"the file '{shard}' is missing.");
                else files.Add(shard, SafetensorsFile.Open(Path.Combine(folder, shard)));
            }
            foreach ((string name, string shard) in map)
            {
                if (!files.TryGetValue(shard, out SafetensorsFile? file)) continue;
                if (file.Contains(name)) byTensor.Add(name, file);
                else problems.Add($"tensor '{name}' is not in '{shard}'.");
            }
            foreach ((string shard, SafetensorsFile file) in files)
                foreach (SafetensorsTensor tensor in file.Tensors)
                {
                    if (!map.TryGetValue(tensor.Name, out string? listed))
                        problems.Add($"'{shard}' holds tensor '{tensor.Name}', which the index does not list.");
                    else if (listed != shard)
                        problems.Add($"'{shard}' holds tensor '{tensor.Name}' too, which the index has in '{listed}'.");
                }
            if (problems.Count > 0)
                throw new InputException($"The index '{index}' and the files beside it disagree:\n"
                    + string.Join('\n', problems.Select(p => "  - " + p)));
            return new SafetensorsCheckpoint(folder, files, byTensor);
        }
        catch
        {
            foreach (SafetensorsFile file in files.Values) file.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        using JsonDocument document = JsonFile.ReadObject(path);
        if (!document.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object
            || map.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
            throw new InputException($"The index '{path}' needs an object 'weight_map' from tensor names to file names.");
        return map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
    }
}
