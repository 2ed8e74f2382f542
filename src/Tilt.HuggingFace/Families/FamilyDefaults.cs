namespace Tilt.HuggingFace.Families;

/// <summary>
/// What Transformers' configuration class of a family assumes for keys that a <c>config.json</c> does not have, where families differ.
/// </summary>
public sealed record FamilyDefaults
{
    /// <summary>Key/value heads (<c>num_key_value_heads</c>); null for as many as query heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Width of a head (<c>head_dim</c>); null for the hidden size over the query heads.</summary>
    public int? HeadSize { get; init; }

    /// <summary>
    /// Where the query heads do not divide the hidden size, the width of a head is rounded down; otherwise it must be stated.
    /// </summary>
    public bool RoundsHeadSize { get; init; }

    /// <summary>Most positions (<c>max_position_embeddings</c>).</summary>
    public int ContextLength { get; init; } = 2048;

    /// <summary>Id put before documents (<c>bos_token_id</c>), or null.</summary>
    public int? BeginOfSequenceId { get; init; }

    /// <summary>Id that ends a response (<c>eos_token_id</c>), or null.</summary>
    public int? EndOfSequenceId { get; init; }
}
