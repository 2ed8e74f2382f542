using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Architecture;

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
        if (File.Exists(path)) return JsonFile.ReadObject(path);
        if (!required) return null;
        throw new InputException($"There is no file '{path}'. A model folder in the Hugging Face layout is needed: config.json and *.safetensors.");
    }

    private static ModelConfiguration? Read(ConfigurationObject file, JsonElement? generation, List<string> problems)
    {
        string? type = ReadModelType(file, problems);
        var defaults = FamilyDefaults.Of(type);
        int vocabulary = file.Count("vocab_size"), hidden = file.Count("hidden_size"), layers = file.Count("num_hidden_layers", largest: MostLayers);
        int heads = file.Count("num_attention_heads");
        int keyValueHeads = file.Has("num_key_value_heads") ? file.Count("num_key_value_heads") : file.States("num_key_value_heads") ? heads : defaults.KeyValueHeads ?? heads;
        int context = file.Has("max_position_embeddings") ? file.Count("max_position_embeddings") : defaults.ContextLength;
        (double theta, Llama3RopeScaling? scaling) = RotaryReader.Read(file, context);
        RefuseUnsupported(file, type, layers, context);
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
            ContextLength = context,
            NormEpsilon = file.Positive("rms_norm_eps", 1e-6),
            RopeTheta = theta,
            RopeScaling = scaling,
            TiedEmbeddings = file.Flag("tie_word_embeddings"),
            AttentionBias = type == "qwen2",
            HeadNorms = type == "qwen3",
            EndOfSequenceIds = ReadEndOfSequence(file, generation, vocabulary, defaults, problems),
            BeginOfSequenceId = file.Ids("bos_token_id", vocabulary) is [var first, ..] ? first : DefaultId(file, "bos_token_id", defaults.BeginOfSequenceId, vocabulary),
        };
        CheckShape(configuration, keyValueHeadsStated: file.States("num_key_value_heads"), problems);
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
        // Transformers rounds down for Qwen2 and refuses for Llama.
        if (type != "qwen2" && hidden > 0 && heads > 0 && hidden % heads != 0)
            file.Problem("hidden_size", $"is {hidden}, which num_attention_heads ({heads}) does not divide; then head_dim must be given");
        return heads > 0 ? hidden / heads : 0;
    }

    private static void RefuseUnsupported(ConfigurationObject file, string? type, int layers, int context)
    {
        string? activation = file.Text("hidden_act");
        if (activation is not (null or "silu" or "swish")) file.Problem("hidden_act", $"is '{activation}'; supported is 'silu'");
        // Transformers' Qwen2 always has its three biases and no others, and does not read these keys; nor does its Qwen3 read mlp_bias.
        if (type != "qwen2" && file.Flag("attention_bias")) file.Problem("attention_bias", $"is true, which is not supported for {type ?? "this family"}");
        if (type is not ("qwen2" or "qwen3") && file.Flag("mlp_bias")) file.Problem("mlp_bias", "is true; MLP biases are not supported");
        if (file.Has("quantization_config")) file.Problem("quantization_config", "is present; quantised checkpoints are not supported, use the unquantised ones");
        if (HasWindow(file, type, layers, context)) file.Problem("layer_types", "or use_sliding_window asks for sliding-window attention, which is not supported");
    }

    /// <summary>Whether some layer sees less than the whole context.</summary>
    private static bool HasWindow(ConfigurationObject file, string? type, int layers, int context)
    {
        bool qwen = type is "qwen2" or "qwen3";
        // Qwen's window must be switched on. Llama has none, but a stated one counts in Transformers' cache and in other engines.
        bool used = qwen ? file.Flag("use_sliding_window") : file.Has("sliding_window") && !file.Is("use_sliding_window", JsonValueKind.False);
        // A window of null is none; one that holds the whole context hides nothing.
        int? window = !used || (file.States("sliding_window") && !file.Has("sliding_window")) ? null : file.Has("sliding_window") ? file.Count("sliding_window") : FamilyDefaults.SlidingWindow;
        if (window >= context) return false;
        if (file.Has("layer_types")) return file.Texts("layer_types").Any(t => t != "full_attention");
        int full = !qwen ? 0 : file.Has("max_window_layers") ? file.Count("max_window_layers", orZero: true) : FamilyDefaults.FullLayers;
        return window is not null && full < layers;
    }

    private static int[] ReadEndOfSequence(ConfigurationObject file, JsonElement? generation, int vocabulary, FamilyDefaults defaults, List<string> problems)
    {
        if (generation is { } element)
        {
            var ids = new ConfigurationObject(element, "generation_config.json: ", problems).Ids("eos_token_id", vocabulary);
            if (ids.Length > 0) return ids;
        }
        return DefaultId(file, "eos_token_id", defaults.EndOfSequenceId, vocabulary) is { } id ? [id] : file.Ids("eos_token_id", vocabulary);
    }

    /// <summary>The default of a token id where the file does not have the key, not even as null, and the vocabulary has the token.</summary>
    private static int? DefaultId(ConfigurationObject file, string key, int? fallback, int vocabulary) => !file.States(key) && fallback < vocabulary ? fallback : null;

    private static void CheckShape(ModelConfiguration shape, bool keyValueHeadsStated, List<string> problems)
    {
        if (shape.KeyValueHeadCount > 0 && shape.HeadCount % shape.KeyValueHeadCount != 0)
        {
            problems.Add(keyValueHeadsStated
                ? $"num_key_value_heads is {shape.KeyValueHeadCount}, which does not divide num_attention_heads ({shape.HeadCount})."
                : $"num_key_value_heads is not stated, and {shape.ModelType}'s default of {shape.KeyValueHeadCount} does not divide num_attention_heads ({shape.HeadCount}).");
        }
        if (shape.HeadSize % 2 != 0)
            problems.Add($"head_dim is {shape.HeadSize}; rotary embeddings need an even number.");
    }
}
