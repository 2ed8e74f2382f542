using System.Runtime.InteropServices;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Gguf;

/// <summary>Settings of an export to GGUF.</summary>
public sealed record GgufExportOptions
{
    /// <summary>Element type of the matrices; null for that of the model's embedding. Vectors are always float32.</summary>
    public WeightType? Type { get; init; }

    /// <summary>Name of the model, for people; null for the name of its folder.</summary>
    public string? Name { get; init; }

    /// <summary>Leave the tokenizer out: llama.cpp then takes and gives token ids.</summary>
    public bool NoTokenizer { get; init; }

    /// <summary>Replace a GGUF file that is there already.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>
/// Writes a model as a GGUF file, as llama.cpp's converter does, and for the 16-bit types and Q8_0 with the tensor types and bytes
/// that its quantiser makes of the float32 file.
/// </summary>
public static class GgufExport
{
    /// <summary>Writes the file, complete or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Told about every few megabytes, or null.</param>
    /// <param name="cancellationToken">Ends the export; nothing is left of it.</param>
    /// <exception cref="InputException">
    /// The target is taken or cannot be written, GGUF cannot hold the model or its tokenizer, or a weight is not a finite number of the
    /// wanted type. The message says which and what to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">The export was ended.</exception>
    /// <returns>What was written.</returns>
    public static ExportSummary Write(MergedModel model, string path, GgufExportOptions options, IProgress<ExportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ModelConfiguration shape = model.Configuration;
        CheckShape(shape, model.Folder);
        GgufTarget.Check(path, options.Overwrite, model.Folder);
        WeightType type = options.Type ?? model.StoredType;
        bool hasTokenizer = !options.NoTokenizer && ModelFiles.HasTokenizer(model.Folder);
        IEnumerable<GgufEntry> tokenizer = hasTokenizer ? GgufTokenizer.Read(model.Folder, shape) : GgufTokenizer.None;
        IReadOnlyList<GgufTensor> tensors = Tensors(model, type, progress, cancellationToken);
        long weightCount = tensors.Sum(t => t.Shape.Aggregate(1L, (product, dimension) => product * dimension));
        GgufEntry[] entries = [.. GgufMetadata.Of(shape, options.Name ?? ModelName.Of(model.Folder), weightCount, type), .. tokenizer];
        long bytes = GgufWriter.Length(entries, tensors);
        ExportTarget.WriteFile(path, bytes, stream => GgufWriter.Write(stream, entries, tensors));
        return new ExportSummary(bytes, tensors.Where(t => t.Shape.Count > 1).GroupBy(t => t.Type).ToDictionary(g => g.Key, g => g.Count()),
            hasTokenizer);
    }

    /// <exception cref="InputException">llama.cpp does not load models of this shape.</exception>
    private static void CheckShape(ModelConfiguration shape, string folder)
    {
        GgufConventions conventions = shape.Family.Gguf;
        conventions.Features.Require(shape, $"llama.cpp's architecture {conventions.Architecture}",
            $"Export '{folder}' as safetensors instead.");
        if (conventions.HeadsMakeUpHiddenSize && shape.HeadCount * shape.HeadSize != shape.HiddenSize)
            throw new InputException($"'{folder}' has {shape.HeadCount} heads of {shape.HeadSize} numbers and a hidden size "
                + $"of {shape.HiddenSize}; llama.cpp loads {conventions.Architecture} models only where the heads make up the hidden size. "
                + $"Export as safetensors instead.");
    }

    private static List<GgufTensor> Tensors(MergedModel model, WeightType type, IProgress<ExportProgress>? progress,
        CancellationToken cancellationToken)
    {
        var planned =
            GgufTensorLayout.Order(model.Parameters).Select(p => (Parameter: p, Type: GgufTensorLayout.TypeOf(p.Shape, type))).ToList();
        var weights = new WeightStream(planned.Sum(p => p.Parameter.RowCount * WeightEncoding.RowBytes(p.Type, p.Parameter.RowLength)),
            progress, cancellationToken);
        var tensors = new List<GgufTensor>();
        if (model.Configuration.RopeScaling is { } scaling)
        {
            float[] factors = RotaryFactors.Of(
                model.Configuration.HeadSize,
                model.Configuration.RopeTheta,
                new(scaling.Factor, scaling.LowFrequencyFactor, scaling.HighFrequencyFactor, scaling.OriginalContextLength));
            tensors.Add(new GgufTensor(RotaryFactors.TensorName, WeightType.Float32, [factors.Length],
                stream => stream.Write(MemoryMarshal.AsBytes(factors.AsSpan()))));
        }
        foreach ((MergedParameter parameter, WeightType tensorType) in planned)
        {
            Func<long, long>? order = GgufTensorLayout.RowOrder(parameter.Name, model.Configuration);
            tensors.Add(new GgufTensor(GgufTensorLayout.NameOf(parameter.Name, model.Configuration.Family.Gguf), tensorType,
                parameter.Shape, stream => weights.Write(stream, parameter, tensorType, order)));
        }
        return tensors;
    }
}
