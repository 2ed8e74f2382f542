using System.Text.Json;
using Tilt.HuggingFace.Safetensors;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests;

/// <summary>A tiny random model with what Transformers computes for it in float32.</summary>
public sealed class GoldenModel : IDisposable
{
    private readonly JsonDocument _reference;

    public GoldenModel(string name)
    {
        Folder = FolderOf(name);
        _reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "reference.json")));
        Tensors = SafetensorsFile.Open(Path.Combine(Folder, "reference.safetensors"));
    }

    public static TheoryData<string> Names => ["llama32", "qwen25", "qwen3", "llama-untied-bf16"];

    public string Folder { get; }

    public string AdapterFolder => Path.Combine(Folder, "lora");

    public SafetensorsFile Tensors { get; }

    public JsonElement Root => _reference.RootElement;

    public int[][] Sequences => Root.GetProperty("sequences").Deserialize<int[][]>()!;

    public float[][] TokenLogProbabilities => Root.GetProperty("token_logprobs").Deserialize<float[][]>()!;

    public float[][] Entropies => Root.GetProperty("entropies").Deserialize<float[][]>()!;

    /// <summary>Each sequence as a prompt of one token and a response of the rest.</summary>
    public TokenSequence[] AsResponses => [.. Sequences.Select(s => new TokenSequence(s[..1], s[1..]))];

    public static string FolderOf(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    public void Dispose()
    {
        Tensors.Dispose();
        _reference.Dispose();
    }
}
