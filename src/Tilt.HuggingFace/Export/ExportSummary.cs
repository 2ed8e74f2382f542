namespace Tilt.HuggingFace.Export;

/// <summary>What an export wrote.</summary>
/// <param name="Bytes">Bytes of the file, or of all weights of the folder.</param>
/// <param name="TensorCounts">Number of tensors of each element type; in GGUF files that of matrices, as vectors are always
/// float32.</param>
/// <param name="HasTokenizer">A tokenizer was written.</param>
public sealed record ExportSummary(long Bytes, IReadOnlyDictionary<WeightType, int> TensorCounts, bool HasTokenizer);
