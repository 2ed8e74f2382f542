using System.Text.Json.Nodes;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Gguf;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Export;

/// <summary>A copy of a golden model in a folder of its own, with its tokenizer, for tests that change it.</summary>
internal sealed class GoldenCopy : IDisposable
{
    private static readonly Dictionary<string, string> Tokenizers =
        new() { ["llama32"] = "llama3-tiny", ["qwen25"] = "qwen2-tiny", ["qwen3"] = "qwen2-tiny" };
    private readonly string _root = Directory.CreateTempSubdirectory("tilt-export-").FullName;

    public GoldenCopy(string name)
    {
        Directory.CreateDirectory(Model);
        Copy(GoldenModel.FolderOf(name), "config.json", "generation_config.json", "model*");
        if (Tokenizers.TryGetValue(name, out string? tokenizer))
            Copy(GoldenModel.FolderOf(Path.Combine("tokenizers", tokenizer)), "*token*.json", "vocab.json", "merges.txt");
        if (Directory.Exists(Path.Combine(GoldenModel.FolderOf(name), "lora")))
        {
            Directory.CreateDirectory(Adapter);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(GoldenModel.FolderOf(name), "lora")))
                File.Copy(file, Path.Combine(Adapter, Path.GetFileName(file)));
        }
    }

    public string Model => Path.Combine(_root, "model");

    public string Adapter => Path.Combine(_root, "adapter");

    /// <summary>A path beside the model that does not exist yet.</summary>
    public string Beside(string name) => Path.Combine(_root, name);

    /// <summary>Names of what stands beside model and adapter.</summary>
    public string[] Others() =>
        [.. Directory.EnumerateFileSystemEntries(_root).Select(p => Path.GetFileName(p)).Except(["model", "adapter"])
            .Order(StringComparer.Ordinal)];

    /// <summary>Exports a model beside its folder.</summary>
    public void WriteGguf(MergedModel model, string name, GgufExportOptions? options = null) =>
        GgufExport.Write(model, Beside(name), options ?? new(), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Exports a model beside its folder.</summary>
    public void WriteSafetensors(MergedModel model, string name, SafetensorsExportOptions? options = null) =>
        SafetensorsExport.Write(model, Beside(name), options ?? new(), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Changes a JSON file of the model.</summary>
    public void Edit(string name, Action<JsonObject> change)
    {
        string path = Path.Combine(Model, name);
        JsonObject file = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(file);
        File.WriteAllText(path, file.ToJsonString());
    }

    /// <summary>Changes float32 weights of the model.</summary>
    public void EditWeights(string tensor, Action<float[]> change)
    {
        string path = Path.Combine(Model, "model.safetensors");
        SafetensorsEntry[] entries;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            entries = [.. file.Tensors.Select(t =>
            {
                float[] values = file.ReadFloats(t.Name);
                if (t.Name == tensor) change(values);
                return SafetensorsEntry.Of(t.Name, values, [.. t.Shape]);
            })];
        }
        SafetensorsWriter.Write(path, entries);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Copy(string folder, params string[] patterns)
    {
        foreach (string file in patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Distinct())
            File.Copy(file, Path.Combine(Model, Path.GetFileName(file)));
    }
}
