using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// Addresses of a block's parameters, or of their gradients: both have the same names and shapes. Null where the family has none.
/// </summary>
internal sealed unsafe class BlockAddresses
{
    /// <param name="shape">The model.</param>
    /// <param name="layer">Which block.</param>
    /// <param name="addressOf">From a parameter's name to the address of its first element.</param>
    public BlockAddresses(ModelConfiguration shape, int layer, Func<string, nint> addressOf)
    {
        string block = ParameterLayout.Block(layer);
        AttentionNorm = Of("input_layernorm.weight");
        Query = Of("self_attn.q_proj.weight");
        Key = Of("self_attn.k_proj.weight");
        Value = Of("self_attn.v_proj.weight");
        Output = Of("self_attn.o_proj.weight");
        MlpNorm = Of("post_attention_layernorm.weight");
        Gate = Of("mlp.gate_proj.weight");
        Up = Of("mlp.up_proj.weight");
        Down = Of("mlp.down_proj.weight");
        QueryBias = shape.AttentionBias ? Of("self_attn.q_proj.bias") : null;
        KeyBias = shape.AttentionBias ? Of("self_attn.k_proj.bias") : null;
        ValueBias = shape.AttentionBias ? Of("self_attn.v_proj.bias") : null;
        QueryNorm = shape.HeadNorms ? Of("self_attn.q_norm.weight") : null;
        KeyNorm = shape.HeadNorms ? Of("self_attn.k_norm.weight") : null;

        float* Of(string name) => (float*)addressOf(block + name);
    }

    public float* AttentionNorm { get; }

    public float* Query { get; }

    public float* Key { get; }

    public float* Value { get; }

    public float* QueryBias { get; }

    public float* KeyBias { get; }

    public float* ValueBias { get; }

    public float* QueryNorm { get; }

    public float* KeyNorm { get; }

    public float* Output { get; }

    public float* MlpNorm { get; }

    public float* Gate { get; }

    public float* Up { get; }

    public float* Down { get; }
}
