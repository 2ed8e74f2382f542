namespace Tilt.HuggingFace.Families;

/// <summary>The dense models of Qwen3.</summary>
public static class Qwen3
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new()
    {
        Name = "qwen3",
        Architecture = "Qwen3ForCausalLM",
        Features = BlockFeatures.HeadNorms,
        Defaults = new() { KeyValueHeads = 32, HeadSize = 128, ContextLength = 32768 },
        SlidingWindow = new() { MustBeAskedFor = true, DefaultWidth = 4096, DefaultFullLayers = 28 },
        RefusedBiases = ["attention_bias"],
        TokenizerClass = "Qwen2Tokenizer",
        Gguf = new()
        {
            Architecture = "qwen3",
            Features = BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings,
        },
        PublishedShapes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // The Instruct-2507 release; the first Qwen3-4B differs in context length and rotary base only.
            ["qwen3-4b"] = """
                {
                  "model_type": "qwen3",
                  "vocab_size": 151936, "hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36,
                  "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128,
                  "max_position_embeddings": 262144, "rms_norm_eps": 1e-06, "rope_theta": 5000000,
                  "tie_word_embeddings": true, "bos_token_id": 151643, "eos_token_id": [151645, 151643]
                }
                """,
        },
    };
}
