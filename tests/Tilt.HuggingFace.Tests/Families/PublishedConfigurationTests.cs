using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Tests.Families;

/// <summary>Configurations as published repositories have them, of models that need no family of their own.</summary>
public sealed class PublishedConfigurationTests : IDisposable
{
    private const string SmolLm2 = """
        {
          "architectures": ["LlamaForCausalLM"], "model_type": "llama",
          "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false, "pretraining_tp": 1, "rope_interleaved": false,
          "hidden_act": "silu", "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3,
          "max_position_embeddings": 8192, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 100000,
          "tie_word_embeddings": true, "vocab_size": 49152, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2,
          "is_llama_config": true, "torch_dtype": "bfloat16", "transformers.js_config": {"kv_cache_dtype": {"q4f16": "float16", "fp16": "float16"}}
        }
        """;

    private const string QwenMath15 = """
        {
          "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0,
          "hidden_act": "silu", "hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12, "num_key_value_heads": 2,
          "max_position_embeddings": 4096, "max_window_layers": 21, "sliding_window": 4096, "use_sliding_window": false, "use_mrope": false,
          "rms_norm_eps": 1e-06, "rope_theta": 10000, "tie_word_embeddings": true, "vocab_size": 151936, "bos_token_id": 151643, "eos_token_id": 151643
        }
        """;

    private const string QwenMath7 = """
        {
          "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0,
          "hidden_act": "silu", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
          "max_position_embeddings": 4096, "max_window_layers": 28, "sliding_window": 4096, "use_sliding_window": false, "use_mrope": false,
          "rms_norm_eps": 1e-06, "rope_theta": 10000, "tie_word_embeddings": false, "vocab_size": 152064, "bos_token_id": 151643, "eos_token_id": 151643
        }
        """;

    private const string DistillQwen = """
        {
          "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0,
          "hidden_act": "silu", "hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12, "num_key_value_heads": 2,
          "max_position_embeddings": 131072, "max_window_layers": 21, "sliding_window": 4096, "use_sliding_window": false, "use_mrope": false,
          "rms_norm_eps": 1e-06, "rope_theta": 10000, "tie_word_embeddings": false, "vocab_size": 151936, "bos_token_id": 151643, "eos_token_id": 151643
        }
        """;

    private const string Llama31 = """
        {
          "architectures": ["LlamaForCausalLM"], "model_type": "llama",
          "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false, "pretraining_tp": 1,
          "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
          "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
          "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"},
          "tie_word_embeddings": false, "vocab_size": 128256, "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    /// <summary>Name, configuration, family, features, width of a head, rotary base and the published number of parameters.</summary>
    public static TheoryData<string, string, string, BlockFeatures, int, double, long> Published => new()
    {
        { "SmolLM2-135M-Instruct", SmolLm2, "llama", BlockFeatures.TiedEmbeddings, 64, 100000, 134_515_008 },
        { "Qwen2.5-Math-1.5B", QwenMath15, "qwen2", BlockFeatures.AttentionBias | BlockFeatures.TiedEmbeddings, 128, 10000, 1_543_714_304 },
        { "Qwen2.5-Math-7B", QwenMath7, "qwen2", BlockFeatures.AttentionBias, 128, 10000, 7_615_616_512 },
        { "DeepSeek-R1-Distill-Qwen-1.5B", DistillQwen, "qwen2", BlockFeatures.AttentionBias, 128, 10000, 1_777_088_000 },
        { "Llama-3.1-8B-Instruct", Llama31, "llama", BlockFeatures.Llama3Rotary, 128, 500000, 8_030_261_248 },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_configuration_is_read_as_it_is_meant(string name, string file, string family, BlockFeatures features,
        int headSize, double theta, long parameters)
    {
        ModelConfiguration model = Read(file);
        Assert.Equal((family, features, headSize, theta), (model.Family.Name, model.Features, model.HeadSize, model.RopeTheta));
        Assert.Equal(parameters, ParameterLayout.Of(model).Sum(p => p.Shape.Aggregate(1L, (product, d) => product * d)));
        Assert.True(model.Family.Gguf.Features.Cover(model), $"llama.cpp loads {name}.");
        Assert.NotNull(model.BeginOfSequenceId);
        Assert.NotEmpty(model.EndOfSequenceIds);
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_configuration_can_be_written_and_read_again(string name, string file, string family, BlockFeatures features,
        int headSize, double theta, long parameters)
    {
        _ = (name, family, features, headSize, theta, parameters);
        ModelConfiguration model = Read(file);
        ModelConfigurationWriter.Write(_folder, model);
        ModelConfiguration again = ModelConfigurationReader.Read(_folder);
        Assert.Equal(model with { EndOfSequenceIds = [] }, again with { EndOfSequenceIds = [] });
        Assert.Equal(model.EndOfSequenceIds, again.EndOfSequenceIds);
    }

    [Theory]
    [InlineData("\"use_sliding_window\": false", "\"use_sliding_window\": true")]
    [InlineData("\"use_sliding_window\": false", "\"layer_types\": [\"sliding_attention\"]")]
    public void A_window_that_is_switched_on_is_refused(string was, string becomes) =>
        Assert.Contains("sliding-window",
            Assert.Throws<InputException>(() => Read(DistillQwen.Replace(was, becomes, StringComparison.Ordinal))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Rotary_scaling_of_long_contexts_is_refused_by_name() =>
        Assert.Contains("rope_type is 'yarn'",
            Assert.Throws<InputException>(
                () => Read(QwenMath7.Replace("\"use_mrope\": false", "\"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4.0}",
                    StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    private ModelConfiguration Read(string file)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), file);
        return ModelConfigurationReader.Read(_folder);
    }
}
