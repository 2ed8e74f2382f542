using System.Text.Json.Nodes;
using Tilt.Files;

namespace Tilt.HuggingFace.Adapters;

/// <summary>Writes <c>adapter_config.json</c> as PEFT does.</summary>
internal static class LoraConfigurationWriter
{
    /// <summary>Writes the file into <paramref name="folder"/>, which must exist. Equal configurations give equal bytes.</summary>
    public static void Write(string folder, LoraConfiguration configuration)
    {
        var file = new JsonObject
        {
            ["alpha_pattern"] = Patterns(configuration.AlphaPattern, Number),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = configuration.BaseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layer_replication"] = null,
            ["layers_pattern"] = null,
            ["layers_to_transform"] =
                configuration.Blocks.Count == 0 ? null : new JsonArray([.. configuration.Blocks.Select(b => (JsonNode)b)]),
            ["loftq_config"] = new JsonObject(),
            ["lora_alpha"] = Number(configuration.Alpha),
            ["lora_dropout"] = configuration.Dropout,
            ["megatron_config"] = null,
            ["megatron_core"] = "megatron.core",
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = configuration.Rank,
            ["rank_pattern"] = Patterns(configuration.RankPattern, rank => rank),
            ["revision"] = null,
            ["target_modules"] = Modules(configuration.TargetModules),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = false,
            ["use_rslora"] = configuration.RankStabilized,
        };
        // Older versions of PEFT do not know this key.
        if (configuration.ExcludedModules is { } excluded) file["exclude_modules"] = Modules(excluded);
        JsonFile.Write(Path.Combine(folder, LoraAdapter.ConfigurationFile), file);
    }

    private static JsonNode Modules(ModuleSelector modules) =>
        modules.Pattern is { } pattern ? pattern : new JsonArray([.. modules.Names.Select(n => (JsonNode)n)]);

    private static JsonObject Patterns<T>(ModulePatterns<T> patterns, Func<T, JsonNode> value) =>
        new(patterns.Entries.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)value(p.Value))));

    /// <summary>PEFT declares alpha as a whole number, so that one stays one.</summary>
    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? (long)value : value;
}
