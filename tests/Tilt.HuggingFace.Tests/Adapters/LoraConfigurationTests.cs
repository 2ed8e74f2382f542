using System.Text.Json.Nodes;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Adapters;

public sealed class LoraConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private static ModelConfiguration Model => ModelConfigurationReader.Read(GoldenModel.FolderOf("llama32"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_unsupported_is_listed_in_one_message()
    {
        string message = Refused(file =>
        {
            file["peft_type"] = "LOHA";
            file["r"] = 0;
            file["lora_alpha"] = -1;
            file["lora_dropout"] = 1.5;
            file["bias"] = "lora_only";
            file["use_dora"] = true;
            file["modules_to_save"] = new JsonArray("lm_head");
            file["init_lora_weights"] = "pissa_niter_16";
            file["layer_replication"] = new JsonArray(new JsonArray(0, 2));
            file["target_parameters"] = new JsonArray("experts.weight");
            file["rank_pattern"] = new JsonObject { ["q_proj"] = 1.5, ["("] = 3 };
            file["exclude_modules"] = "(?=x)";
            file["a_key_of_tomorrow"] = 7;
        });
        foreach (string part in new[]
        {
            "peft_type is 'LOHA'; supported is 'LORA'", "r is 0; a whole number from 1", "lora_alpha is -1", "lora_dropout is 1.5",
            "bias is 'lora_only'", "DoRA", "modules_to_save is [\"lm_head\"]",
            "init_lora_weights is 'pissa_niter_16', which changes the base weights", "layer_replication is [[0,2]], which is not supported",
            "target_parameters is", "rank_pattern.q_proj is 1.5",
            "rank_pattern holds '('", "exclude_modules is \"(?=x)\", which cannot be used",
            "a_key_of_tomorrow is 7, which is not supported",
        }) Assert.Contains(part, message);
    }

    [Fact]
    public void Keys_that_change_no_result_are_accepted()
    {
        Edit(file =>
        {
            file["peft_version"] = "0.19.1";
            file["inference_mode"] = false;
            file["auto_mapping"] = new JsonObject { ["base_model_class"] = "LlamaForCausalLM" };
            file["lora_dropout"] = 0.05;
            file["init_lora_weights"] = "gaussian";
            file["eva_config"] = new JsonObject { ["rho"] = 2 };
            file["lora_bias"] = false;
            file["alora_invocation_tokens"] = null;
            file["layers_pattern"] = "layers";
        });
        Assert.Equal(0.05, LoraAdapter.Load(_folder, Model).Configuration.Dropout);
    }

    [Theory]
    [InlineData("\"all-linear\"", 28)]
    [InlineData("\"ALL-Linear\"", 28)]
    [InlineData("\".*\\\\.[13]\\\\.self_attn\\\\.(q|k)_proj\"", 4)]
    [InlineData("[\"v_proj\",\"c_attn\"]", 4)]
    [InlineData("[\"2.mlp.up_proj\",\"model.layers.3.mlp.down_proj\"]", 2)]
    public void Target_modules_choose_like_PEFT(string json, int layers)
    {
        Edit(file => file["target_modules"] = JsonNode.Parse(json));
        LoraConfiguration configuration = LoraConfigurationReader.Read(_folder);
        Assert.Equal(layers, ParameterLayout.LinearLayers(Model).Count(p => configuration.TargetModules.Matches(p.Module)));
    }

    [Theory]
    [InlineData("[\"lm_head\",\"q_proj\"]", "'lm_head', which is no linear layer of a block. Adapted can be q_proj,")]
    [InlineData("[\"embed_tokens\"]", "'model.embed_tokens', which is no linear layer")]
    [InlineData("\".*norm\"", "'model.layers.3.post_attention_layernorm', which is no linear")]
    [InlineData("[\"proj\"]", "chooses no layer of the model")]
    [InlineData("[\"layers.9.mlp.up_proj\"]", "chooses no layer of the model")]
    [InlineData("[]", "target_modules is missing")]
    [InlineData("{}", "target_modules is missing")]
    [InlineData("[1]", "target_modules is [1]; a list of texts is needed")]
    [InlineData("\"(\"", "cannot be used as a regular expression")]
    public void Targets_that_cannot_be_adapted_are_named(string json, string expected) =>
        Assert.Contains(expected, Refused(file => file["target_modules"] = JsonNode.Parse(json)));

    [Fact]
    public void Blocks_outside_the_model_are_refused() =>
        Assert.Contains("layers_to_transform holds 4; the model has blocks 0 to 3",
            Refused(file => file["layers_to_transform"] = new JsonArray(0, 4)));

    [Fact]
    public void A_new_adapter_refuses_a_name_that_chooses_nothing() =>
        Assert.Contains("target_modules holds 'q_porj', which is no module", Assert.Throws<InputException>(() =>
            LoraAdapter.Initialize(new() { Rank = 2, Alpha = 2, TargetModules = ModuleSelector.Named("q_porj", "v_proj") }, Model,
                1)).Message);

    [Fact]
    public void Missing_surplus_and_misshapen_tensors_are_all_listed()
    {
        Edit(_ => { });
        const string layer = "base_model.model.model.layers.0.self_attn.q_proj.";
        SafetensorsWriter.Write(Path.Combine(_folder, LoraAdapter.WeightFile),
        [
            SafetensorsEntry.Of(layer + "lora_A.weight", new float[8 * 64], 8, 64),
            SafetensorsEntry.Of(layer + "lora_B.weight", new long[64 * 4], 64, 4),
            SafetensorsEntry.Of(layer + "lora_magnitude_vector", new float[64], 64),
        ]);
        string message = Assert.Throws<InputException>(() => LoraAdapter.Load(_folder, Model)).Message;
        Assert.Contains($"'{layer}lora_A.weight' has shape [8, 64] where the configuration needs [4, 64]", message);
        Assert.Contains($"'{layer}lora_B.weight' has element type I64", message);
        Assert.Contains($"'{layer}lora_magnitude_vector' belongs to no parameter", message);
        Assert.Equal(28 * 2 - 2, message.Split("is missing.").Length - 1);
    }

    [Fact]
    public void Files_that_are_missing_say_what_is_needed()
    {
        Assert.Contains("adapter_config.json and adapter_model.safetensors",
            Assert.Throws<InputException>(() => LoraAdapter.Load(_folder, Model)).Message);
        Edit(_ => { });
        File.Delete(Path.Combine(_folder, LoraAdapter.WeightFile));
        Assert.Contains("There is no file", Assert.Throws<InputException>(() => LoraAdapter.Load(_folder, Model)).Message);
        File.WriteAllText(Path.Combine(_folder, "adapter_model.bin"), "");
        Assert.Contains("pickle format", Assert.Throws<InputException>(() => LoraAdapter.Load(_folder, Model)).Message);
    }

    [Theory]
    [InlineData("{\"r\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"peft_type\":[\"\\ud800x\"]}")]
    public void Broken_text_is_a_message(string json)
    {
        File.WriteAllText(Path.Combine(_folder, LoraAdapter.ConfigurationFile), json);
        Assert.Contains("not valid Unicode", Assert.Throws<InputException>(() => LoraConfigurationReader.Read(_folder)).Message);
    }

    [Theory]
    [InlineData("(((((a{1000}){1000}){1000}){1000}){1000})")]
    [InlineData("(a*)*(a*)*(a*)*b")]
    [InlineData("a{2000000000}")]
    public void Hostile_patterns_neither_hang_nor_exhaust_memory(string pattern)
    {
        Edit(file => file["target_modules"] = pattern);
        Assert.Throws<InputException>(() => LoraAdapter.Load(_folder, Model));
    }

    private string Refused(Action<JsonObject> change)
    {
        Edit(change);
        return Assert.Throws<InputException>(() => LoraAdapter.Load(_folder, Model)).Message;
    }

    private void Edit(Action<JsonObject> change)
    {
        string source = Path.Combine(GoldenModel.FolderOf("llama32"), "lora");
        var file = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(source, LoraAdapter.ConfigurationFile)))!;
        change(file);
        File.WriteAllText(Path.Combine(_folder, LoraAdapter.ConfigurationFile), file.ToJsonString());
        File.Copy(Path.Combine(source, LoraAdapter.WeightFile), Path.Combine(_folder, LoraAdapter.WeightFile), overwrite: true);
    }
}
