namespace Tilt.HuggingFace.Architecture;

/// <summary>What Transformers' configuration classes assume for keys that a <c>config.json</c> does not have, where families differ.</summary>
/// <param name="KeyValueHeads">Key/value heads; null: as many as query heads.</param>
/// <param name="ContextLength">Most positions.</param>
/// <param name="BeginOfSequenceId">Id put before documents, or null.</param>
/// <param name="EndOfSequenceId">Id that ends a response, or null.</param>
internal sealed record FamilyDefaults(int? KeyValueHeads, int ContextLength, int? BeginOfSequenceId, int? EndOfSequenceId)
{
    /// <summary>Width of the window of Qwen models that use one.</summary>
    public const int SlidingWindow = 4096;

    /// <summary>First layers of such Qwen models that have none.</summary>
    public const int FullLayers = 28;

    private static readonly FamilyDefaults Llama = new(null, 2048, 1, 2), Qwen = new(32, 32768, null, null);

    /// <summary>Those of a <c>model_type</c>.</summary>
    public static FamilyDefaults Of(string? modelType) => modelType is "qwen2" or "qwen3" ? Qwen : Llama;
}
