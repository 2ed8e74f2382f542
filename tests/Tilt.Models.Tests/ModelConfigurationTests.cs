using System.Text.Json.Nodes;

namespace Tilt.Models.Tests;

public sealed class ModelConfigurationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Published_and_newer_styles_give_the_same_configuration()
    {
        ModelConfiguration published = ModelConfigurationReader.Read(GoldenModel.FolderOf("llama32"));
        File.Copy(Path.Combine(GoldenModel.FolderOf("llama32"), "config.v5.json"), Path.Combine(folder, "config.json"));
        ModelConfiguration newer = ModelConfigurationReader.Read(folder);
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
        File.WriteAllText(Path.Combine(folder, "config.json"), text, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(24, ModelConfigurationReader.Read(folder).HeadSize);
    }

    [Fact]
    public void A_missing_head_size_is_hidden_size_over_heads() =>
        Assert.Equal(16, ModelConfigurationReader.Read(GoldenModel.FolderOf("qwen25")).HeadSize);

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
            "vocab_size is missing", "num_hidden_layers is -4", "hidden_size is 1E+300", "num_key_value_heads is 3, which does not divide", "head_dim is 15",
            "hidden_act is 'gelu'", "mlp_bias is true", "rope_scaling.rope_type is 'yarn'", "tie_word_embeddings is \"yes\"", "eos_token_id holds -1",
        }) Assert.Contains(part, message);
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "'gpt2', which is not a supported family. Supported are llama")]
    [InlineData("model_type", "null", "model_type is missing")]
    [InlineData("model_type", "7", "model_type is 7")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "'LlamaForSequenceClassification', which does not fit")]
    [InlineData("rope_theta", "0", "rope_theta is 0; a positive number")]
    [InlineData("rms_norm_eps", "\"NaN\"", "rms_norm_eps is \"NaN\"; a positive number")]
    [InlineData("rope_parameters", "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":1}", "low_freq_factor is 4 and must be less than")]
    [InlineData("rope_parameters", "[]", "rope_parameters is []; an object is needed")]
    [InlineData("layer_types", "[\"full_attention\",\"sliding_attention\"]", "sliding-window")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor is 0.5; rotary embeddings of a part of each head")]
    [InlineData("rope_scaling", "{\"rope_type\":\"default\",\"partial_rotary_factor\":0.25}", "rope_scaling.partial_rotary_factor is 0.25")]
    [InlineData("rope_scaling", "{\"full_attention\":{\"rope_type\":\"llama3\"}}", "rope_scaling.full_attention is an object")]
    [InlineData("rope_parameters", "{\"rope_type\":\"default\"}", "rope_scaling and rope_parameters are both there and differ")]
    [InlineData("quantization_config", "{}", "quantised checkpoints are not supported")]
    [InlineData("attention_bias", "true", "attention_bias is true")]
    [InlineData("num_attention_heads", "2.5", "num_attention_heads is 2.5")]
    public void A_wrong_value_is_named_with_what_is_allowed(string key, string value, string expected) =>
        Assert.Contains(expected, ReadWith(file => file[key] = JsonNode.Parse(value)));

    [Theory]
    [InlineData("""{"use_sliding_window": true, "max_window_layers": 2}""", true)]
    [InlineData("""{"use_sliding_window": true, "max_window_layers": 3}""", false)]
    [InlineData("""{"use_sliding_window": true}""", false)]
    [InlineData("""{"use_sliding_window": true, "num_hidden_layers": 29}""", true)]
    [InlineData("""{"use_sliding_window": true, "num_hidden_layers": 29, "sliding_window": null}""", false)]
    [InlineData("""{"use_sliding_window": true, "max_window_layers": 0, "layer_types": ["full_attention", "full_attention", "full_attention"]}""", false)]
    [InlineData("""{"use_sliding_window": false, "max_window_layers": 0}""", false)]
    public void Windows_are_those_that_Transformers_makes(string changes, bool refused)
    {
        var file = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenModel.FolderOf("qwen25"), "config.json")))!;
        foreach (string key in (string[])["sliding_window", "max_window_layers", "use_sliding_window"]) file.Remove(key);
        foreach ((string key, JsonNode? value) in (JsonObject)JsonNode.Parse(changes)!) file[key] = value?.DeepClone();
        File.WriteAllText(Path.Combine(folder, "config.json"), file.ToJsonString());
        if (refused) Assert.Contains("sliding-window attention", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(folder)).Message);
        else ModelConfigurationReader.Read(folder);
    }

    [Fact]
    public void Files_that_are_missing_or_not_json_are_refused()
    {
        Assert.Contains("There is no file", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(folder)).Message);
        File.WriteAllText(Path.Combine(folder, "config.json"), "{ \"vocab_size\": ");
        Assert.Contains("is not valid JSON (line 1", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(folder)).Message);
        File.WriteAllText(Path.Combine(folder, "config.json"), "[1]");
        Assert.Contains("where an object is needed", Assert.Throws<InputException>(() => ModelConfigurationReader.Read(folder)).Message);
    }

    [Fact]
    public void A_written_configuration_reads_back()
    {
        foreach (string name in new[] { "llama32", "qwen25", "qwen3", "llama-untied-bf16" })
        {
            ModelConfiguration configuration = ModelConfigurationReader.Read(GoldenModel.FolderOf(name));
            ModelConfigurationWriter.Write(folder, configuration);
            ModelConfiguration read = ModelConfigurationReader.Read(folder);
            Assert.Equal(configuration with { EndOfSequenceIds = [] }, read with { EndOfSequenceIds = [] });
            Assert.Equal(configuration.EndOfSequenceIds, read.EndOfSequenceIds);
        }
    }

    private string ReadWith(Action<JsonObject> change)
    {
        var file = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenModel.FolderOf("llama32"), "config.json")))!;
        change(file);
        File.WriteAllText(Path.Combine(folder, "config.json"), file.ToJsonString());
        return Assert.Throws<InputException>(() => ModelConfigurationReader.Read(folder)).Message;
    }
}
