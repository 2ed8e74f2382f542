namespace Tilt.HuggingFace.Families;

/// <summary>
/// Llama 3 to 3.3 and all that is published in their form: SmolLM2, DeepSeek-R1-Distill-Llama and many others.
/// </summary>
public static class Llama
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new()
    {
        Name = "llama",
        Architecture = "LlamaForCausalLM",
        Defaults = new() { ContextLength = 2048, BeginOfSequenceId = 1, EndOfSequenceId = 2 },
        RefusedBiases = ["attention_bias", "mlp_bias"],
        Gguf = new()
        {
            Architecture = "llama",
            RotatesNeighbours = true,
            StatesRotaryDimensions = true,
            Features = BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary,
        },
        PublishedShapes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["llama-3.2-3b"] = """
                {
                  "model_type": "llama",
                  "vocab_size": 128256, "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 28,
                  "num_attention_heads": 24, "num_key_value_heads": 8, "head_dim": 128,
                  "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
                  "rope_scaling": {
                    "factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                    "original_max_position_embeddings": 8192, "rope_type": "llama3"
                  },
                  "tie_word_embeddings": true, "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009]
                }
                """,
        },
    };
}
