using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Adapters;

/// <summary>
/// Reads PEFT's <c>adapter_config.json</c>. Everything that would change results and is not supported is refused at once.
/// </summary>
public static class LoraConfigurationReader
{
    private const int LargestRank = 1 << 16, MostPatterns = 10_000;

    /// <summary>Keys that are read, and keys that say nothing about what the finished adapter computes.</summary>
    private static readonly HashSet<string> Known =
    [
        "peft_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "target_modules", "exclude_modules", "layers_to_transform",
        "layers_pattern",
        "rank_pattern", "alpha_pattern", "base_model_name_or_path", "bias", "init_lora_weights", "task_type",
        "auto_mapping", "inference_mode", "revision", "peft_version", "megatron_core", "loftq_config", "eva_config", "corda_config",
        "lora_ga_config", "runtime_config", "qalora_group_size",
        "ensure_weight_tying",
    ];

    /// <summary>Reads the configuration of the adapter in <paramref name="folder"/>.</summary>
    /// <exception cref="InputException">The file is missing, is not JSON, or asks for what is not supported; one message lists every
    /// problem.</exception>
    public static LoraConfiguration Read(string folder)
    {
        string path = Path.Combine(folder, LoraAdapter.ConfigurationFile);
        if (!File.Exists(path))
            throw new InputException($"There is no file '{path}'. An adapter folder in PEFT's layout is "
                + $"needed: {LoraAdapter.ConfigurationFile} and {LoraAdapter.WeightFile}.");
        using JsonDocument document = JsonFile.ReadObject(path);
        var problems = new List<string>();
        LoraConfiguration configuration = Read(new ConfigurationObject(document.RootElement, "", problems));
        if (problems.Count == 0) return configuration;
        throw new InputException($"The adapter configuration '{path}' cannot be used:\n"
            + string.Join('\n', problems.Select(p => "  - " + p)));
    }

    private static LoraConfiguration Read(ConfigurationObject file)
    {
        string? type = file.Text("peft_type");
        if (type != "LORA") file.Problem("peft_type", type is null ? "is missing; 'LORA' is needed" : $"is '{type}'; supported is 'LORA'");
        RefuseUnsupported(file);
        return new LoraConfiguration
        {
            Rank = file.Count("r", largest: LargestRank),
            Alpha = file.Positive("lora_alpha", null),
            RankStabilized = file.Flag("use_rslora"),
            Dropout = ReadDropout(file),
            TargetModules = ReadModules(file, "target_modules") ?? ModuleSelector.AllLinear,
            ExcludedModules = ReadModules(file, "exclude_modules"),
            Blocks = file.Counts("layers_to_transform"),
            RankPattern = ReadPatterns(file, "rank_pattern", (patterns, key) => patterns.Count(key, largest: LargestRank)),
            AlphaPattern = ReadPatterns(file, "alpha_pattern", (patterns, key) => patterns.Positive(key, null)),
            BaseModel = file.Text("base_model_name_or_path"),
        };
    }

    private static void RefuseUnsupported(ConfigurationObject file)
    {
        if (file.Text("bias") is { } bias and not "none")
            file.Problem("bias", $"is '{bias}'; trained biases are not supported, only 'none' is");
        if (file.IsSet("use_dora")) file.Problem("use_dora", "is true; weight-decomposed adapters (DoRA) are not supported");
        if (file.IsSet("modules_to_save"))
            file.Problem("modules_to_save", $"is {file.Quote("modules_to_save")}; whole modules beside the adapter are not supported");
        if (file.IsSet("fan_in_fan_out")) file.Problem("fan_in_fan_out", "is true; transposed matrices are not supported");
        // These change the base weights when the adapter is made, so that it does not fit the weights in the model's folder.
        if (file.Is("init_lora_weights", JsonValueKind.String)
            && file.Text("init_lora_weights") is { } start and not ("gaussian" or "orthogonal" or "eva"))
            file.Problem("init_lora_weights",
                $"is '{start}', which changes the base weights; convert the adapter to a plain one with PEFT's "
                + $"path_initial_model_for_weight_conversion");
        if (file.IsSet("layers_pattern") && !file.Names("layers_pattern").SequenceEqual(["layers"], StringComparer.Ordinal))
            file.Problem("layers_pattern", $"is {file.Quote("layers_pattern")}; the blocks of supported models are called 'layers'");
        foreach (string key in file.Keys.Where(
            k => !Known.Contains(k) && k is not ("use_dora" or "modules_to_save" or "fan_in_fan_out") && file.IsSet(k)))
            file.Problem(key, $"is {file.Quote(key)}, which is not supported");
    }

    private static double ReadDropout(ConfigurationObject file)
    {
        double dropout = file.NotNegative("lora_dropout", 0);
        if (dropout >= 1) file.Problem("lora_dropout", $"is {dropout}; a number from 0 to less than 1 is needed");
        return dropout;
    }

    private static ModuleSelector? ReadModules(ConfigurationObject file, string key)
    {
        if (!file.IsSet(key))
        {
            if (key == "target_modules")
                file.Problem(key, "is missing; a list of layer names, a regular expression or 'all-linear' is needed");
            return null;
        }
        if (!file.Is(key, JsonValueKind.String)) return ModuleSelector.Named([.. file.Texts(key)]);
        string pattern = file.Text(key)!;
        if (key == "target_modules" && pattern.Equals("all-linear", StringComparison.OrdinalIgnoreCase)) return ModuleSelector.AllLinear;
        try
        {
            return ModuleSelector.Matching(pattern);
        }
        catch (ArgumentException e)
        {
            file.Problem(key, $"is {file.Quote(key)}, which cannot be used as a regular expression ({e.Message})");
            return null;
        }
    }

    private static ModulePatterns<T> ReadPatterns<T>(ConfigurationObject file, string key, Func<ConfigurationObject, string, T> read)
    {
        if (file.Child(key) is not { } child) return new([]);
        string[] patterns = [.. child.Keys];
        if (patterns.Length > MostPatterns)
        {
            file.Problem(key, $"holds {patterns.Length} patterns; at most {MostPatterns} are supported");
            return new([]);
        }
        var valid = new List<KeyValuePair<string, T>>();
        foreach (string pattern in patterns)
        {
            KeyValuePair<string, T> entry = KeyValuePair.Create(pattern, read(child, pattern));
            try
            {
                _ = new ModulePatterns<T>([entry]);
                valid.Add(entry);
            }
            catch (ArgumentException e)
            {
                file.Problem(key, $"holds '{pattern}', which cannot be used as a regular expression ({e.Message})");
            }
        }
        return new ModulePatterns<T>(valid);
    }
}
