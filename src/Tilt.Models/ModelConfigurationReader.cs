using System.Text.Json;

namespace Tilt.Models;

/// <summary>
/// Reads the shape of a model from a Hugging Face folder: <c>config.json</c>, in the style of published repositories
/// (<c>rope_theta</c>, <c>rope_scaling</c>) and the newer one (<c>rope_parameters</c>), and the end-of-sequence ids of
/// <c>generation_config.json</c> where there is one.
/// </summary>
public static class ModelConfigurationReader
{
    private static readonly Dictionary<string, string> Architectures = new()
    {
        ["llama"] = "LlamaForCausalLM",
        ["qwen2"] = "Qwen2ForCausalLM",
        ["qwen3"] = "Qwen3ForCausalLM",
    };

    /// <summary>More are taken for a damaged file: every layer has a list of parameters.</summary>
    private const int MostLayers = 4096;

    /// <summary>Name of the model class that Transformers uses for a <c>model_type</c>.</summary>
    internal static string ArchitectureOf(string modelType) => Architectures[modelType];

    /// <summary>Reads the configuration of the model in <paramref name="folder"/>.</summary>
    /// <exception cref="InputException">
    /// The folder or file is missing, is not JSON, or describes a model that cannot be run; one message lists every problem.
    /// </exception>
    public static ModelConfiguration Read(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        using JsonDocument document = Parse(path, required: true)!;
        using JsonDocument? generation = Parse(Path.Combine(folder, "generation_config.json"), required: false);
        var problems = new List<string>();
        ModelConfiguration? configuration = Read(new ConfigurationObject(document.RootElement, "", problems), generation?.RootElement, problems);
        if (problems.Count == 0) return configuration!;
        throw new InputException($"The model configuration '{path}' cannot be used:\n" + string.Join('\n', problems.Select(p => "  - " + p)));
    }

    private static JsonDocument? Parse(string path, bool required)
    {
        if (File.Exists(path)) return JsonObjectFile.Parse(path);
        if (!required) return null;
        throw new InputException($"There is no file '{path}'. A model folder in the Hugging Face layout is needed: config.json and *.safetensors.");
    }

    private static ModelConfiguration? Read(ConfigurationObject file, JsonElement? generation, List<string> problems)
    {
        string? type = ReadModelType(file, problems);
        bool qwen = type is "qwen2" or "qwen3";
        int vocabulary = file.Count("vocab_size"), hidden = file.Count("hidden_size"), layers = file.Count("num_hidden_layers", largest: MostLayers);
        int heads = file.Count("num_attention_heads");
        // Llama configurations older than grouped-query attention have no num_key_value_heads; Qwen ones always state it.
        int keyValueHeads = qwen || file.Has("num_key_value_heads") ? file.Count("num_key_value_heads") : heads;
        (double theta, Llama3RopeScaling? scaling) = ReadRotary(file);
        RefuseUnsupported(file, type, layers);
        var configuration = new ModelConfiguration
        {
            ModelType = type ?? "",
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = file.Count("intermediate_size"),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = ReadHeadSize(file, type, hidden, heads),
            ContextLength = file.Count("max_position_embeddings"),
            NormEpsilon = file.Positive("rms_norm_eps", 1e-6),
            RopeTheta = theta,
            RopeScaling = scaling,
            TiedEmbeddings = file.Flag("tie_word_embeddings"),
            AttentionBias = type == "qwen2",
            HeadNorms = type == "qwen3",
            EndOfSequenceIds = ReadEndOfSequence(file, generation, vocabulary, problems),
            BeginOfSequenceId = file.Ids("bos_token_id", vocabulary) is [var first, ..] ? first : null,
        };
        CheckShape(configuration, problems);
        return problems.Count == 0 ? configuration : null;
    }

    private static string? ReadModelType(ConfigurationObject file, List<string> problems)
    {
        string allowed = "Supported are " + string.Join(", ", Architectures.Select(a => $"{a.Key} ({a.Value})")) + ".";
        string? type = file.Text("model_type");
        if (type is null || !Architectures.TryGetValue(type, out string? architecture))
        {
            if (type is not null) problems.Add($"model_type is '{type}', which is not a supported family. {allowed}");
            else if (!file.Has("model_type")) problems.Add($"model_type is missing. {allowed}");
            return null;
        }
        foreach (string stated in file.Texts("architectures"))
            if (stated != architecture)
                problems.Add($"architectures holds '{stated}', which does not fit model_type '{type}'. {allowed}");
        return type;
    }

    private static int ReadHeadSize(ConfigurationObject file, string? type, int hidden, int heads)
    {
        if (file.Has("head_dim")) return file.Count("head_dim");
        // Transformers' own default for Qwen3; the other families divide the hidden size.
        if (type == "qwen3") return 128;
        if (hidden > 0 && heads > 0 && hidden % heads != 0)
            file.Problem("hidden_size", $"is {hidden}, which num_attention_heads ({heads}) does not divide; then head_dim must be given");
        return heads > 0 ? hidden / heads : 0;
    }

    private static (double Theta, Llama3RopeScaling? Scaling) ReadRotary(ConfigurationObject file)
    {
        ConfigurationObject? parameters = file.Child("rope_parameters"), scaling = parameters ?? file.Child("rope_scaling");
        // Transformers takes one of the two and says nothing about the other.
        if (parameters is not null && file.IsSet("rope_scaling") && !file.IsEqual("rope_scaling", "rope_parameters"))
            file.Problem("rope_scaling", "and rope_parameters are both there and differ; keep the one that is meant");
        RefusePartial(file);
        if (scaling is not null)
        {
            RefusePartial(scaling);
            foreach (string nested in scaling.Keys.Where(k => scaling.Is(k, JsonValueKind.Object))) scaling.Problem(nested, "is an object; rotary embeddings that differ between layers are not supported");
        }
        double theta = parameters is { } p && p.Has("rope_theta") ? p.Positive("rope_theta", 10000) : file.Positive("rope_theta", 10000);
        if (scaling is null) return (theta, null);
        string key = scaling.Has("rope_type") ? "rope_type" : "type";
        switch (scaling.Text(key))
        {
            case "default" or null:
                return (theta, null);
            case "llama3":
                double low = scaling.Positive("low_freq_factor", null), high = scaling.Positive("high_freq_factor", null);
                if (low >= high) scaling.Problem("low_freq_factor", $"is {low} and must be less than high_freq_factor ({high})");
                return (theta, new Llama3RopeScaling(scaling.Positive("factor", null), low, high, scaling.Count("original_max_position_embeddings")));
            case var other:
                scaling.Problem(key, $"is '{other}'; supported are 'default' and 'llama3'");
                return (theta, null);
        }
    }

    private static void RefusePartial(ConfigurationObject file)
    {
        const string Key = "partial_rotary_factor";
        if (file.Has(Key) && file.Positive(Key, 1) != 1) file.Problem(Key, $"is {file.Quote(Key)}; rotary embeddings of a part of each head are not supported, only 1 is");
    }

    /// <summary>What Transformers does: layer_types decides; without it, Qwen models with use_sliding_window have windows from max_window_layers (28) on.</summary>
    private static bool HasWindows(ConfigurationObject file, int layers)
    {
        if (file.Has("layer_types")) return file.Texts("layer_types").Any(t => t != "full_attention");
        if (!file.Flag("use_sliding_window") || file.Is("sliding_window", JsonValueKind.Null)) return false;
        return (file.Has("max_window_layers") ? file.Count("max_window_layers", orZero: true) : 28) < layers;
    }

    private static void RefuseUnsupported(ConfigurationObject file, string? type, int layers)
    {
        string? activation = file.Text("hidden_act");
        if (activation is not (null or "silu")) file.Problem("hidden_act", $"is '{activation}'; supported is 'silu'");
        if (file.Flag("attention_bias")) file.Problem("attention_bias", $"is true, which is not supported for {type ?? "this family"}");
        if (file.Flag("mlp_bias")) file.Problem("mlp_bias", "is true; MLP biases are not supported");
        if (file.Has("quantization_config")) file.Problem("quantization_config", "is present; quantised checkpoints are not supported, use the unquantised ones");
        if (HasWindows(file, layers))
            file.Problem("layer_types", "or use_sliding_window asks for sliding-window attention, which is not supported");
    }

    private static int[] ReadEndOfSequence(ConfigurationObject file, JsonElement? generation, int vocabulary, List<string> problems)
    {
        if (generation is { } element)
        {
            var ids = new ConfigurationObject(element, "generation_config.json: ", problems).Ids("eos_token_id", vocabulary);
            if (ids.Length > 0) return ids;
        }
        return file.Ids("eos_token_id", vocabulary);
    }

    private static void CheckShape(ModelConfiguration shape, List<string> problems)
    {
        if (shape.KeyValueHeadCount > 0 && shape.HeadCount % shape.KeyValueHeadCount != 0)
            problems.Add($"num_key_value_heads is {shape.KeyValueHeadCount}, which does not divide num_attention_heads ({shape.HeadCount}).");
        if (shape.HeadSize % 2 != 0)
            problems.Add($"head_dim is {shape.HeadSize}; rotary embeddings need an even number.");
    }
}
