namespace Tilt.HuggingFace.Families;

/// <summary>Qwen2 and Qwen2.5, Qwen2.5-Math and the models distilled into them, such as DeepSeek-R1-Distill-Qwen.</summary>
public static class Qwen2
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new()
    {
        Name = "qwen2",
        Architecture = "Qwen2ForCausalLM",
        Features = BlockFeatures.AttentionBias,
        Defaults = new() { KeyValueHeads = 32, RoundsHeadSize = true, ContextLength = 32768 },
        SlidingWindow = new() { MustBeAskedFor = true, DefaultWidth = 4096, DefaultFullLayers = 28 },
        TokenizerClass = "Qwen2Tokenizer",
        Gguf = new()
        {
            Architecture = "qwen2",
            HeadsMakeUpHiddenSize = true,
            Features = BlockFeatures.AttentionBias | BlockFeatures.TiedEmbeddings,
        },
        PublishedShapes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["qwen2.5-0.5b"] = """
                {
                  "model_type": "qwen2",
                  "vocab_size": 151936, "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
                  "num_attention_heads": 14, "num_key_value_heads": 2,
                  "max_position_embeddings": 32768, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
                  "tie_word_embeddings": true, "bos_token_id": 151643, "eos_token_id": [151645, 151643]
                }
                """,
            ["qwen2.5-3b"] = """
                {
                  "model_type": "qwen2",
                  "vocab_size": 151936, "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers": 36,
                  "num_attention_heads": 16, "num_key_value_heads": 2,
                  "max_position_embeddings": 32768, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
                  "tie_word_embeddings": true, "bos_token_id": 151643, "eos_token_id": [151645, 151643]
                }
                """,
        },
    };
}
