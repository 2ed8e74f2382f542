using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Export;

/// <summary>Settings of an export to a model folder.</summary>
public sealed record SafetensorsExportOptions
{
    /// <summary>Element type of all weights; null for that of the model's embedding.</summary>
    public WeightType? Type { get; init; }

    /// <summary>Most bytes of weights in a file; larger models are split.</summary>
    public long ShardBytes { get; init; } = 5_000_000_000;

    /// <summary>Replace a model folder that is there already.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>
/// Writes a model folder in Hugging Face layout that Transformers loads: weights, the base model's <c>config.json</c> with the new
/// element type, and its tokenizer, chat template, generation settings and licence as they are.
/// </summary>
public static class SafetensorsExport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the folder, complete or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Told about every few megabytes, or null.</param>
    /// <param name="cancellationToken">Ends the export; nothing is left of it.</param>
    /// <exception cref="InputException">
    /// The target is taken or cannot be written, or a weight is not a finite number of the wanted type. The message says which and what
    /// to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">The export was ended.</exception>
    /// <returns>What was written.</returns>
    public static ExportSummary Write(MergedModel model, string folder, SafetensorsExportOptions options, IProgress<ExportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        WeightType type = options.Type ?? model.StoredType;
        SafetensorsType stored = StoredAs(type);
        ExportTarget.CheckFolder(folder, options.Overwrite, model.Folder);
        JsonObject configuration = Configuration(model.Folder, type);
        IReadOnlyList<ModelCompanion> companions = ModelFiles.CompanionsIn(model.Folder);
        long bytes = model.Parameters.Sum(p => p.RowCount * WeightEncoding.RowBytes(type, p.RowLength));
        var weights = new WeightStream(bytes, progress, cancellationToken);
        SafetensorsEntry[] entries = [.. model.Parameters.Select(p => new SafetensorsEntry(p.Name, stored, p.Shape, stream => weights.Write(stream, p, type)))];
        ExportTarget.WriteFolder(folder, bytes + companions.Sum(companion => companion.Length), aside =>
        {
            SafetensorsShards.Write(aside, entries, options.ShardBytes);
            foreach (ModelCompanion companion in companions) companion.WriteTo(Path.Combine(aside, companion.Name));
            File.WriteAllText(Path.Combine(aside, "config.json"), configuration.ToJsonString(Indented) + "\n");
        });
        return new ExportSummary(bytes, new Dictionary<WeightType, int> { [type] = entries.Length }, HasTokenizer: ModelFiles.HasTokenizer(folder));
    }

    private static SafetensorsType StoredAs(WeightType type) => type switch
    {
        WeightType.Float32 => SafetensorsType.F32,
        WeightType.BFloat16 => SafetensorsType.BF16,
        WeightType.Float16 => SafetensorsType.F16,
        _ => throw new InputException($"Safetensors cannot hold {type.Name()}. Choose float32, bfloat16 or float16, or the format gguf."),
    };

    /// <summary>The base model's configuration with the element type of the new weights; numbers keep the text they have.</summary>
    private static JsonObject Configuration(string folder, WeightType type)
    {
        using JsonDocument document = ModelFile.ReadObject(Path.Combine(folder, "config.json"));
        JsonObject file = JsonObject.Create(document.RootElement.Clone())!;
        // Newer folders say dtype, older ones torch_dtype; Transformers reads both.
        string[] keys = [.. ((string[])["dtype", "torch_dtype"]).Where(file.ContainsKey)];
        foreach (string key in keys.Length > 0 ? keys : ["torch_dtype"]) file[key] = type.Name();
        return file;
    }
}
