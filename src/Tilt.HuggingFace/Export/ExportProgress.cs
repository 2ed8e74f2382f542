namespace Tilt.HuggingFace.Export;

/// <summary>How far an export is.</summary>
/// <param name="BytesWritten">Bytes of weights written so far.</param>
/// <param name="BytesInAll">Bytes of all weights.</param>
public readonly record struct ExportProgress(long BytesWritten, long BytesInAll);
