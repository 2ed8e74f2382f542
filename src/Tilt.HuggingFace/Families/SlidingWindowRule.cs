namespace Tilt.HuggingFace.Families;

/// <summary>
/// When layers of a family see less than the whole context. Llama knows no windows, but a width that its file states counts in
/// Transformers' cache and in other engines.
/// </summary>
public sealed record SlidingWindowRule
{
    /// <summary>There is a window only where <c>use_sliding_window</c> asks for one; else wherever it does not forbid it.</summary>
    public bool MustBeAskedFor { get; init; }

    /// <summary>Its width where <c>sliding_window</c> is not stated, not even as null; null for no window then.</summary>
    public int? DefaultWidth { get; init; }

    /// <summary>
    /// First layers without a window where <c>max_window_layers</c> is not stated; null where the family does not read that key.
    /// </summary>
    public int? DefaultFullLayers { get; init; }
}
