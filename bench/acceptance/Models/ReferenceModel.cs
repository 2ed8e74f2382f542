using System.Text.Json;
using Tilt.HuggingFace.Safetensors;
using Tilt.Inference.Methods.Sampling;
using Tilt.Rollouts;

namespace Tilt.Acceptance.Models;

/// <summary>A model folder with what Transformers computes for it in float32, in the layout of the golden models.</summary>
internal sealed class ReferenceModel : IDisposable
{
    private readonly JsonDocument _reference;

    public ReferenceModel(string folder)
    {
        Folder = folder;
        _reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, FileName)));
        Tensors = SafetensorsFile.Open(Path.Combine(folder, "reference.safetensors"));
        Sequences = Root.GetProperty("sequences").Deserialize<int[][]>()!;
        TokenLogProbabilities = Root.GetProperty("token_logprobs").Deserialize<float[][]>()!;
        Entropies = Root.GetProperty("entropies").Deserialize<float[][]>()!;
    }

    /// <summary>What makes a folder one of these.</summary>
    public const string FileName = "reference.json";

    public string Folder { get; }

    public string Name => Path.GetFileName(Folder);

    public string AdapterFolder => Path.Combine(Folder, "lora");

    public bool HasAdapter => Directory.Exists(AdapterFolder);

    public JsonElement Root => _reference.RootElement;

    public SafetensorsFile Tensors { get; }

    public int[][] Sequences { get; }

    public float[][] TokenLogProbabilities { get; }

    /// <summary>Of every position, also the last, after which no token is given.</summary>
    public float[][] Entropies { get; }

    /// <summary>Each sequence as a prompt of one token and a response of the rest.</summary>
    public TokenSequence[] AsResponses => [.. Sequences.Select(s => new TokenSequence(s[..1], s[1..]))];

    /// <summary>Log-probabilities with the adapter.</summary>
    public float[][] AdapterLogProbabilities => Root.GetProperty("lora").GetProperty("token_logprobs").Deserialize<float[][]>()!;

    /// <summary>The filters whose distributions after a sequence are given, by name and as Tilt states them.</summary>
    public IEnumerable<(string Name, TokenTruncation Truncation)> Filters(int sequence)
    {
        string prefix = $"dist.{sequence}.";
        foreach (SafetensorsTensor tensor in Tensors.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
            yield return (tensor.Name, TruncationOf(tensor.Name[prefix.Length..]));
    }

    public void Dispose()
    {
        Tensors.Dispose();
        _reference.Dispose();
    }

    private static TokenTruncation TruncationOf(string filter)
    {
        var truncation = new TokenTruncation();
        foreach (string part in filter.Split('_'))
        {
            int digits = part.AsSpan().IndexOfAnyInRange('0', '9');
            double value = double.Parse(part.AsSpan(digits), System.Globalization.CultureInfo.InvariantCulture);
            truncation = part[..digits] switch
            {
                "t" => truncation with { Temperature = value },
                "topk" => truncation with { TopK = (int)value },
                "topp" => truncation with { TopP = value },
                "minp" => truncation with { MinP = value },
                _ => throw new InvalidDataException($"The filter '{filter}' is unknown."),
            };
        }
        return truncation;
    }
}
