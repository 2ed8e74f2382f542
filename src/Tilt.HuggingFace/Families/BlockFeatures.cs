namespace Tilt.HuggingFace.Families;

/// <summary>
/// What blocks of a model have beside the plain ones (RMSNorm, rotary embeddings, grouped-query attention, SwiGLU). An engine
/// declares which of them it computes and declines models with others.
/// </summary>
[Flags]
public enum BlockFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Biases of the query, key and value projections.</summary>
    AttentionBias = 1 << 0,

    /// <summary>Norms of every head's queries and keys before they are rotated.</summary>
    HeadNorms = 1 << 1,

    /// <summary>An output matrix that is the embedding.</summary>
    TiedEmbeddings = 1 << 2,

    /// <summary>Llama 3's scaling of rotary frequencies.</summary>
    Llama3Rotary = 1 << 3,
}
