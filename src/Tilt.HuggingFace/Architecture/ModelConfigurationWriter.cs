using System.Text.Json.Nodes;
using Tilt.Files;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Architecture;

/// <summary>Writes <c>config.json</c> and <c>generation_config.json</c> as Transformers and the published repositories have them.</summary>
public static class ModelConfigurationWriter
{
    /// <summary>Writes the two files into <paramref name="folder"/>, which must exist. Equal configurations give equal bytes.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="configuration">The model's shape.</param>
    /// <param name="weights">Element type of the weights saved beside it (<c>torch_dtype</c>).</param>
    public static void Write(string folder, ModelConfiguration configuration, SafetensorsType weights = SafetensorsType.F32)
    {
        var file = new JsonObject
        {
            ["architectures"] = new JsonArray(configuration.Family.Architecture),
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = configuration.BeginOfSequenceId,
            ["eos_token_id"] = EndOfSequence(configuration),
            ["head_dim"] = configuration.HeadSize,
            ["hidden_act"] = "silu",
            ["hidden_size"] = configuration.HiddenSize,
            ["intermediate_size"] = configuration.IntermediateSize,
            ["max_position_embeddings"] = configuration.ContextLength,
            ["model_type"] = configuration.Family.Name,
            ["num_attention_heads"] = configuration.HeadCount,
            ["num_hidden_layers"] = configuration.LayerCount,
            ["num_key_value_heads"] = configuration.KeyValueHeadCount,
            ["rms_norm_eps"] = configuration.NormEpsilon,
            ["rope_scaling"] = Scaling(configuration.RopeScaling),
            ["rope_theta"] = configuration.RopeTheta,
            ["tie_word_embeddings"] = configuration.TiedEmbeddings,
            ["torch_dtype"] = weights switch { SafetensorsType.BF16 => "bfloat16", SafetensorsType.F16 => "float16", _ => "float32" },
            ["use_cache"] = true,
            ["vocab_size"] = configuration.VocabularySize,
        };
        // What the class of the family does not read is not written.
        if (configuration.Family.RefusedBiases.Contains("attention_bias", StringComparer.Ordinal)) file["attention_bias"] = false;
        // Left out, the width would be the class's own.
        if (configuration.Family.SlidingWindow is { MustBeAskedFor: false, DefaultWidth: not null }) file["sliding_window"] = null;
        JsonFile.Write(Path.Combine(folder, "config.json"), file);
        var generation = new JsonObject { ["do_sample"] = true, ["temperature"] = 1.0, ["top_p"] = 1.0 };
        if (configuration.BeginOfSequenceId is { } begin) generation["bos_token_id"] = begin;
        if (configuration.EndOfSequenceIds.Count > 0) generation["eos_token_id"] = EndOfSequence(configuration);
        JsonFile.Write(Path.Combine(folder, "generation_config.json"), generation);
    }

    private static JsonNode? EndOfSequence(ModelConfiguration configuration) => configuration.EndOfSequenceIds switch
    {
        [] => null,
        [var only] => only,
        var ids => new JsonArray([.. ids.Select(id => (JsonNode)id)]),
    };

    private static JsonObject? Scaling(Llama3RopeScaling? scaling) => scaling is null ? null : new JsonObject
    {
        ["factor"] = scaling.Factor,
        ["high_freq_factor"] = scaling.HighFrequencyFactor,
        ["low_freq_factor"] = scaling.LowFrequencyFactor,
        ["original_max_position_embeddings"] = scaling.OriginalContextLength,
        ["rope_type"] = "llama3",
    };
}
