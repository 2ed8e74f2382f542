using System.Text.Json.Nodes;
using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Tests.Architecture;

public sealed class ModelConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Published_and_newer_styles_give_the_same_configuration()
    {
        ModelConfiguration published = ModelConfigurationReader.Read(GoldenModel.FolderOf("llama32"));
        File.Copy(Path.Combine(GoldenModel.FolderOf("llama32"), "config.v5.json"), Path.Combine(_folder, "config.json"));
        ModelConfiguration newer = ModelConfigurationReader.Read(_folder);
        Assert.Equal(published with { EndOfSequenceIds = [] }, newer with { EndOfSequenceIds = [] });
        Assert.Equal([1009, 1016, 1017], newer.EndOfSequenceIds);
        Assert.Equal(500000, newer.RopeTheta);
        Assert.Equal(new Llama3RopeScaling(32, 1, 4, 64), newer.RopeScaling);
    }

    [Fact]
    public void End_of_sequence_ids_come_from_the_generation_configuration_first() =>
        Assert.Equal([986, 984], ModelConfigurationReader.Read(GoldenModel.FolderOf("qwen25")).EndOfSequenceIds);

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        string text = File.ReadAllText(Path.Combine(GoldenModel.FolderOf("qwen3"), "config.json"));
        File.WriteAllText(Path.Combine(_folder, "config.json"), text, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(24, ModelConfigurationReader.Read(_folder).HeadSize);
    }

    [Fact]
    public void A_missing_head_size_is_hidden_size_over_heads() =>
        Assert.Equal(16, ModelConfigurationReader.Read(GoldenModel.FolderOf("qwen25")).HeadSize);

    [Fact]
    public void What_a_file_leaves_out_has_the_default_of_the_family_in_Transformers()
    {
        ModelConfiguration llama = ReadOf("llama", "");
        Assert.Equal((4, 24, 2048, 1e-6, 10000.0),
            (llama.KeyValueHeadCount, llama.HeadSize, llama.ContextLength, llama.NormEpsilon, llama.RopeTheta));
        Assert.Equal((null, false, 1), (llama.RopeScaling, llama.TiedEmbeddings, llama.BeginOfSequenceId));
        Assert.Equal([2], llama.EndOfSequenceIds);
        ModelConfiguration qwen2 = ReadOf("qwen2", "\"num_attention_heads\":32,\"hidden_size\":128");
        Assert.Equal((32, 4, 32768, 1e-6, 10000.0),
            (qwen2.KeyValueHeadCount, qwen2.HeadSize, qwen2.ContextLength, qwen2.NormEpsilon, qwen2.RopeTheta));
        Assert.Equal((null, false, null), (qwen2.RopeScaling, qwen2.TiedEmbeddings, qwen2.BeginOfSequenceId));
        Assert.Empty(qwen2.EndOfSequenceIds);
        ModelConfiguration qwen3 = ReadOf("qwen3", "\"num_key_value_heads\":null");
        Assert.Equal((4, 128, 32768), (qwen3.KeyValueHeadCount, qwen3.HeadSize, qwen3.ContextLength));
    }

    [Fact]
    public void A_default_that_does_not_fit_is_named_as_one() =>
        Assert.Contains("num_key_value_heads is not stated, and qwen2's default of 32 does not divide num_attention_heads (4)",
            Assert.Throws<InputException>(() => ReadOf("qwen2", "")).Message);

    [Fact]
    public void Null_end_tokens_are_none_and_not_the_default() => Assert.Empty(ReadOf("llama", "\"eos_token_id\":null").EndOfSequenceIds);

    [Fact]
    public void Heads_of_Qwen2_may_be_narrower_than_their_share_of_the_hidden_size() =>
        Assert.Equal(24, ReadOf("qwen2", "\"num_key_value_heads\":2,\"hidden_size\":99").HeadSize);

    /// <summary>
    /// The precedence of Transformers: rope_scaling, unless empty, before rope_parameters; rope_theta inside before outside.
    /// </summary>
    [Theory]
    [InlineData("\"rope_theta\":5", 5)]
    [InlineData("\"rope_theta\":5,\"rope_scaling\":null,\"rope_parameters\":null", 5)]
    [InlineData("\"rope_theta\":5,\"rope_scaling\":{\"type\":\"default\",\"rope_theta\":6}", 6)]
    [InlineData("\"rope_theta\":5,\"rope_scaling\":{\"rope_type\":\"default\"},\"rope_parameters\":{\"rope_theta\":7}", 5)]
    [InlineData("\"rope_theta\":5,\"rope_scaling\":{},\"rope_parameters\":{\"rope_theta\":7}", 7)]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"default\"}", 10000)]
    [InlineData("\"rope_theta\":5,\"partial_rotary_factor\":1.0,\"rope_parameters\":{\"partial_rotary_factor\":1}", 5)]
    public void The_rotary_base_is_the_one_that_Transformers_takes(string more, double theta)
    {
        ModelConfiguration configuration = ReadOf("llama", more);
        Assert.Equal((theta, null), (configuration.RopeTheta, configuration.RopeScaling));
    }

    [Theory]
    [InlineData("\"max_position_embeddings\":512", "", 512)]
    [InlineData("\"max_position_embeddings\":512", ",\"original_max_position_embeddings\":64", 64)]
    [InlineData("\"max_position_embeddings\":512,\"original_max_position_embeddings\":32", ",\"original_max_position_embeddings\":64", 32)]
    public void The_original_context_of_scaled_frequencies_is_the_one_that_Transformers_takes(string outside, string inside, int expected)
    {
        string scaling = $"\"rope_scaling\":{{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4{inside}}}";
        Assert.Equal(new Llama3RopeScaling(8, 1, 4, expected), ReadOf("llama", $"{outside},{scaling}").RopeScaling);
    }

    [Theory]
    [InlineData("qwen2", "\"use_sliding_window\":true,\"max_window_layers\":2", true)]
    [InlineData("qwen2", "\"use_sliding_window\":true,\"max_window_layers\":1", false)]
    [InlineData("qwen2", "\"use_sliding_window\":true,\"num_hidden_layers\":29", false)]
    [InlineData("qwen2", "\"use_sliding_window\":true,\"num_hidden_layers\":28", true)]
    [InlineData("qwen3", "\"use_sliding_window\":true,\"max_window_layers\":1,\"sliding_window\":null", true)]
    [InlineData("qwen3", "\"use_sliding_window\":true,\"max_window_layers\":1,\"sliding_window\":512,\"max_position_embeddings\":512",
        true)]
    [InlineData("qwen3", "\"use_sliding_window\":true,\"max_window_layers\":1,\"sliding_window\":511,\"max_position_embeddings\":512",
        false)]
    [InlineData("qwen3", "\"use_sliding_window\":true,\"max_window_layers\":1,\"layer_types\":[\"full_attention\",\"full_attention\"]",
        true)]
    [InlineData("qwen3", "\"use_sliding_window\":false,\"sliding_window\":4,\"max_window_layers\":0", true)]
    [InlineData("qwen3", "\"layer_types\":[\"full_attention\",\"sliding_attention\"]", false)]
    [InlineData("llama", "\"sliding_window\":4", false)]
    [InlineData("llama", "\"sliding_window\":4,\"use_sliding_window\":false", true)]
    [InlineData("llama", "\"sliding_window\":2048", true)]
    [InlineData("llama", "\"use_sliding_window\":true,\"max_window_layers\":0,\"sliding_window\":null", true)]
    public void A_sliding_window_is_refused_where_it_would_change_anything(string family, string more, bool runs)
    {
        more += ",\"num_key_value_heads\":2";
        if (runs) Assert.Equal(2, ReadOf(family, more).KeyValueHeadCount);
        else
            Assert.Contains("sliding-window attention, which is not supported",
                Assert.Throws<InputException>(() => ReadOf(family, more)).Message);
    }

    [Fact]
    public void Keys_that_a_family_does_not_know_have_no_effect_on_it() =>
        Assert.True(ReadOf("qwen2",
            "\"num_key_value_heads\":2,\"attention_bias\":true,\"mlp_bias\":true,\"hidden_act\":\"swish\"").AttentionBias);

    [Fact]
    public void All_problems_are_listed_in_one_message()
    {
        string message = ReadWith(file =>
        {
            file.Remove("vocab_size");
            file["num_hidden_layers"] = -4;
            file["hidden_size"] = 1e300;
            file["num_key_value_heads"] = 3;
            file["head_dim"] = 15;
            file["hidden_act"] = "gelu";
            file["mlp_bias"] = true;
            file["rope_scaling"] = new JsonObject { ["rope_type"] = "yarn" };
            file["tie_word_embeddings"] = "yes";
            file["eos_token_id"] = new JsonArray(5, -1);
        });
        foreach (string part in new[]
        {
            "vocab_size is missing", "num_hidden_layers is -4", "hidden_size is 1E+300", "num_key_value_heads is 3, which does not divide",
            "head_dim is 15",
            "hidden_act is 'gelu'", "mlp_bias is true", "rope_scaling.rope_type is 'yarn'", "tie_word_embeddings is \"yes\"",
            "eos_token_id holds -1",
        }) Assert.Contains(part, message);
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "'gpt2', which is not a supported family. Supported are llama")]
    [InlineData("model_type", "null", "model_type is missing")]
    [InlineData("model_type", "7", "model_type is 7")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "'LlamaForSequenceClassification', which does not fit")]
    [InlineData("rope_theta", "0", "rope_theta is 0; a positive number")]
    [InlineData("rms_norm_eps", "\"NaN\"", "rms_norm_eps is \"NaN\"; a positive number")]
    [InlineData("rope_parameters", "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":1}",
        "low_freq_factor is 4 and must be less than")]
    [InlineData("rope_parameters", "[]", "rope_parameters is []; an object is needed")]
    [InlineData("layer_types", "[\"full_attention\",\"sliding_attention\"]", "sliding-window")]
    [InlineData("quantization_config", "{}", "quantised checkpoints are not supported")]
    [InlineData("attention_bias", "true", "attention_bias is true")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor is 0.5; supported is 1")]
    [InlineData("partial_rotary_factor", "\"half\"", "partial_rotary_factor is \"half\"; supported is 1")]
    [InlineData("rope_parameters", "{\"rope_type\":\"default\",\"partial_rotary_factor\":0.25}",
        "partial_rotary_factor is 0.25; supported is 1")]
    [InlineData("rope_parameters", "{\"full_attention\":{\"rope_type\":\"default\"}}",
        "rope_parameters.full_attention is {\"rope_type\":\"default\"}; rotary settings of single layers are not supported")]
    [InlineData("rope_scaling", "{\"type\":\"linear\",\"factor\":2}", "rope_scaling.type is 'linear'")]
    [InlineData("rope_scaling", "{\"rope_type\":\"dynamic\",\"factor\":2}", "rope_scaling.rope_type is 'dynamic'")]
    [InlineData("rope_scaling", "{\"rope_type\":\"longrope\"}", "rope_scaling.rope_type is 'longrope'")]
    [InlineData("rope_scaling", "{\"rope_type\":\"proportional\"}", "rope_scaling.rope_type is 'proportional'")]
    [InlineData("num_attention_heads", "2.5", "num_attention_heads is 2.5")]
    public void A_wrong_value_is_named_with_what_is_allowed(string key, string value, string expected) =>
        Assert.Contains(expected, ReadWith(file =>
        {
            // The older key would come first.
            if (key == "rope_parameters") file.Remove("rope_scaling");
            file[key] = JsonNode.Parse(value);
        }));

    [Fact]
    public void Files_that_are_missing_or_not_json_are_refused()
    {
        Assert.Contains("There is no file", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(_folder)).Message);
        File.WriteAllText(Path.Combine(_folder, "config.json"), "{ \"vocab_size\": ");
        Assert.Contains("is not valid JSON (line 1", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(_folder)).Message);
        File.WriteAllText(Path.Combine(_folder, "config.json"), "[1]");
        Assert.Contains("where an object is needed", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(_folder)).Message);
    }

    [Fact]
    public void A_written_configuration_reads_back()
    {
        foreach (string name in new[] { "llama32", "qwen25", "qwen3", "llama-untied-bf16" })
        {
            ModelConfiguration configuration = ModelConfigurationReader.Read(GoldenModel.FolderOf(name));
            ModelConfigurationWriter.Write(_folder, configuration);
            ModelConfiguration read = ModelConfigurationReader.Read(_folder);
            Assert.Equal(configuration with { EndOfSequenceIds = [] }, read with { EndOfSequenceIds = [] });
            Assert.Equal(configuration.EndOfSequenceIds, read.EndOfSequenceIds);
        }
    }

    /// <summary>A small model whose file holds nothing but its size and <paramref name="more"/>, which comes first.</summary>
    private ModelConfiguration ReadOf(string family, string more)
    {
        var file = (JsonObject)JsonNode.Parse($$"""{"model_type":"{{family}}"{{(more.Length > 0 ? "," : "")}}{{more}}}""")!;
        foreach ((string key, int value) in new[] { ("vocab_size", 50), ("hidden_size", 96), ("intermediate_size", 7),
            ("num_hidden_layers", 2), ("num_attention_heads", 4) })
            file.TryAdd(key, value);
        File.WriteAllText(Path.Combine(_folder, "config.json"), file.ToJsonString());
        return ModelConfigurationReader.Read(_folder);
    }

    private string ReadWith(Action<JsonObject> change)
    {
        var file = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenModel.FolderOf("llama32"), "config.json")))!;
        change(file);
        File.WriteAllText(Path.Combine(_folder, "config.json"), file.ToJsonString());
        return Assert.Throws<InputException>(() => ModelConfigurationReader.Read(_folder)).Message;
    }
}
