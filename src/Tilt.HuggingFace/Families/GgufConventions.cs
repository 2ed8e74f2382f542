namespace Tilt.HuggingFace.Families;

/// <summary>How llama.cpp, its converter and its GGUF files have a family.</summary>
public sealed record GgufConventions
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["self_attn.o_proj"] = "attn_output",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>Its name (<c>general.architecture</c>), which also begins the names of its keys.</summary>
    public required string Architecture { get; init; }

    /// <summary>Names of a block's modules, by those in Hugging Face checkpoints.</summary>
    public IReadOnlyDictionary<string, string> BlockNames { get; init; } = Names;

    /// <summary>
    /// Pairs of neighbouring rows of queries and keys are rotated, where the checkpoint has the two halves of a head: rows change places.
    /// </summary>
    public bool RotatesNeighbours { get; init; }

    /// <summary>The number of rotated dimensions is stated (<c>rope.dimension_count</c>).</summary>
    public bool StatesRotaryDimensions { get; init; }

    /// <summary>
    /// Heads make up the hidden size: their width is not stated (<c>attention.key_length</c>), and models of another cannot be loaded.
    /// </summary>
    public bool HeadsMakeUpHiddenSize { get; init; }

    /// <summary>Features of models that it loads.</summary>
    public required BlockFeatures Features { get; init; }
}
