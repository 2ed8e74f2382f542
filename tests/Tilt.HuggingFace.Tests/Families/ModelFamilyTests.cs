using System.Text.Json;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.RandomModels;

namespace Tilt.HuggingFace.Tests.Families;

public sealed class ModelFamilyTests
{
    private const BlockFeatures Plain = BlockFeatures.TiedEmbeddings;

    /// <summary>
    /// What is known of every family: names, features, defaults of Transformers' configuration class, llama.cpp's conventions.
    /// </summary>
    public static TheoryData<string, string, BlockFeatures, FamilyDefaults, SlidingWindowRule, string[], string?, GgufConventions> Facts =>
        new()
        {
            {
                "llama", "LlamaForCausalLM", BlockFeatures.None,
                new() { ContextLength = 2048, BeginOfSequenceId = 1, EndOfSequenceId = 2 }, new(),
                ["attention_bias", "mlp_bias"], null,
                new()
                {
                    Architecture = "llama",
                    RotatesNeighbours = true,
                    StatesRotaryDimensions = true,
                    Features = Plain | BlockFeatures.Llama3Rotary
                }
            },
            {
                "qwen2", "Qwen2ForCausalLM", BlockFeatures.AttentionBias,
                new() { KeyValueHeads = 32, RoundsHeadSize = true, ContextLength = 32768 },
                new() { MustBeAskedFor = true, DefaultWidth = 4096, DefaultFullLayers = 28 },
                [], "Qwen2Tokenizer",
                new() { Architecture = "qwen2", HeadsMakeUpHiddenSize = true, Features = Plain | BlockFeatures.AttentionBias }
            },
            {
                "qwen3", "Qwen3ForCausalLM", BlockFeatures.HeadNorms,
                new() { KeyValueHeads = 32, HeadSize = 128, ContextLength = 32768 },
                new() { MustBeAskedFor = true, DefaultWidth = 4096, DefaultFullLayers = 28 },
                ["attention_bias"], "Qwen2Tokenizer",
                new() { Architecture = "qwen3", Features = Plain | BlockFeatures.HeadNorms }
            },
        };

    [Theory]
    [MemberData(nameof(Facts))]
    public void A_family_has_the_facts_of_Transformers_and_llama_cpp(
        string name, string architecture, BlockFeatures features, FamilyDefaults defaults, SlidingWindowRule window, string[] refused,
        string? tokenizer, GgufConventions gguf)
    {
        ModelFamily family = ModelFamilies.Of(name);
        Assert.Equal((architecture, features, defaults, window),
            (family.Architecture, family.Features, family.Defaults, family.SlidingWindow));
        Assert.Equal(refused, family.RefusedBiases);
        Assert.Equal(tokenizer, family.TokenizerClass);
        Assert.Equal(gguf, family.Gguf);
    }

    [Fact]
    public void Every_family_has_facts_and_names_of_its_own()
    {
        Assert.Equal(ModelFamilies.All.Select(family => family.Name), Facts.Select(row => row.Data.Item1));
        Assert.Equal(ModelFamilies.All.Count, ModelFamilies.All.DistinctBy(family => family.Architecture).Count());
    }

    [Fact]
    public void An_unknown_family_is_told_with_all_that_there_are()
    {
        string message = Assert.Throws<InputException>(() => ModelFamilies.Of("gpt2")).Message;
        Assert.Contains("'gpt2'", message, StringComparison.Ordinal);
        foreach (ModelFamily family in ModelFamilies.All)
            Assert.Contains($"{family.Name} ({family.Architecture})", message, StringComparison.Ordinal);
        Assert.Null(ModelFamilies.Find(null));
    }

    [Fact]
    public void Published_shapes_are_of_the_family_that_has_them()
    {
        foreach (ModelFamily family in ModelFamilies.All)
            foreach (string name in family.PublishedShapes.Keys) Assert.Equal(family, PublishedShapes.Of(name).Family);
    }

    [Fact]
    public void Every_module_of_a_block_has_a_name_of_its_own_in_GGUF_files()
    {
        foreach (ModelFamily family in ModelFamilies.All)
        {
            string block = ParameterLayout.Block(0);
            string[] modules = [.. ParameterLayout.Of(TinyShape.Llama with { Family = family, LayerCount = 1 })
                .Where(p => p.Name.StartsWith(block, StringComparison.Ordinal)).Select(p => p.Module[block.Length..]).Distinct()];
            Assert.All(modules, module => Assert.True(family.Gguf.BlockNames.ContainsKey(module), module));
            Assert.Equal(modules.Length, modules.Select(module => family.Gguf.BlockNames[module]).Distinct().Count());
        }
    }

    /// <summary>
    /// A family that is not in the list: another name in checkpoints and GGUF files, and no file of the product but its own.
    /// </summary>
    [Fact]
    public void A_family_is_what_its_record_says()
    {
        ModelFamily trial = Llama.Family with
        {
            Name = "trial",
            Features = BlockFeatures.HeadNorms | BlockFeatures.AttentionBias,
            SlidingWindow = new() { DefaultWidth = 4096 },
        };
        ModelConfiguration shape = TinyShape.Llama with { Family = trial };
        Assert.Equal(BlockFeatures.HeadNorms | BlockFeatures.AttentionBias | BlockFeatures.TiedEmbeddings, shape.Features);
        Assert.Contains("model.layers.0.self_attn.q_norm.weight", ParameterLayout.Of(shape).Select(p => p.Name));
        Assert.Contains("model.layers.0.self_attn.q_proj.bias", ParameterLayout.Of(shape).Select(p => p.Name));
        string folder = Directory.CreateTempSubdirectory().FullName;
        ModelConfigurationWriter.Write(folder, shape);
        using (JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json"))))
        {
            Assert.Equal("trial", file.RootElement.GetProperty("model_type").GetString());
            // Without it a model that has no window would be read as one that has.
            Assert.Equal(JsonValueKind.Null, file.RootElement.GetProperty("sliding_window").ValueKind);
        }
        Directory.Delete(folder, recursive: true);
    }
}
