using System.Text.Json;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Architecture;

/// <summary>
/// Reads the shape of a model from a Hugging Face folder: <c>config.json</c>, in the style of published repositories
/// (<c>rope_theta</c>, <c>rope_scaling</c>) and the newer one (<c>rope_parameters</c>), and the end-of-sequence ids of
/// <c>generation_config.json</c> where there is one.
/// </summary>
public static class ModelConfigurationReader
{
    /// <summary>More are taken for a damaged file: every layer has a list of parameters.</summary>
    private const int MostLayers = 4096;

    /// <summary>Reads the configuration of the model in <paramref name="folder"/>.</summary>
    /// <exception cref="InputException">
    /// The folder or file is missing, is not JSON, or describes a model that cannot be run; one message lists every problem.
    /// </exception>
    public static ModelConfiguration Read(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        using JsonDocument document = Parse(path, required: true)!;
        using JsonDocument? generation = Parse(Path.Combine(folder, "generation_config.json"), required: false);
        return Read(document.RootElement, generation?.RootElement, path);
    }

    /// <summary>Reads a configuration that is open already.</summary>
    /// <param name="file">The object in <c>config.json</c>.</param>
    /// <param name="generation">The object in <c>generation_config.json</c>, or null.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <exception cref="InputException">It describes a model that cannot be run; one message lists every problem.</exception>
    internal static ModelConfiguration Read(JsonElement file, JsonElement? generation, string path)
    {
        var problems = new List<string>();
        ModelConfiguration? configuration = Read(new ConfigurationObject(file, "", problems), generation, problems);
        if (problems.Count == 0) return configuration!;
        throw new InputException($"The model configuration '{path}' cannot be used:\n" + string.Join('\n', problems.Select(p => "  - " + p)));
    }

    private static JsonDocument? Parse(string path, bool required)
    {
        if (ModelFile.Exists(path)) return ModelFile.ReadObject(path);
        if (!required) return null;
        throw new InputException($"There is no file '{path}'. A model folder in the Hugging Face layout is needed: config.json and *.safetensors.");
    }

    private static ModelConfiguration? Read(ConfigurationObject file, JsonElement? generation, List<string> problems)
    {
        ModelFamily? known = ReadFamily(file, problems);
        // Of an unknown family the rest is read like Llama's, the plainest, to tell what else is wrong.
        ModelFamily family = known ?? Llama.Family;
        FamilyDefaults defaults = family.Defaults;
        int vocabulary = file.Count("vocab_size"), hidden = file.Count("hidden_size"), layers = file.Count("num_hidden_layers", largest: MostLayers);
        int heads = file.Count("num_attention_heads");
        int keyValueHeads = file.Has("num_key_value_heads") ? file.Count("num_key_value_heads") : file.States("num_key_value_heads") ? heads : defaults.KeyValueHeads ?? heads;
        int context = file.Has("max_position_embeddings") ? file.Count("max_position_embeddings") : defaults.ContextLength;
        (double theta, Llama3RopeScaling? scaling) = RotaryReader.Read(file, context);
        RefuseUnsupported(file, family, known?.Name ?? "this family", layers, context);
        var configuration = new ModelConfiguration
        {
            Family = family,
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = file.Count("intermediate_size"),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = ReadHeadSize(file, defaults, hidden, heads),
            ContextLength = context,
            NormEpsilon = file.Positive("rms_norm_eps", 1e-6),
            RopeTheta = theta,
            RopeScaling = scaling,
            TiedEmbeddings = file.Flag("tie_word_embeddings"),
            EndOfSequenceIds = ReadEndOfSequence(file, generation, vocabulary, defaults, problems),
            BeginOfSequenceId = file.Ids("bos_token_id", vocabulary) is [var first, ..] ? first : DefaultId(file, "bos_token_id", defaults.BeginOfSequenceId, vocabulary),
        };
        CheckShape(configuration, keyValueHeadsStated: file.States("num_key_value_heads"), problems);
        return problems.Count == 0 ? configuration : null;
    }

    private static ModelFamily? ReadFamily(ConfigurationObject file, List<string> problems)
    {
        string? type = file.Text("model_type");
        if (ModelFamilies.Find(type) is not { } family)
        {
            if (type is not null) problems.Add($"model_type is '{type}', which is not a supported family. {ModelFamilies.Supported}");
            else if (!file.Has("model_type")) problems.Add($"model_type is missing. {ModelFamilies.Supported}");
            return null;
        }
        foreach (string stated in file.Texts("architectures"))
            if (stated != family.Architecture)
                problems.Add($"architectures holds '{stated}', which does not fit model_type '{type}'. {ModelFamilies.Supported}");
        return family;
    }

    private static int ReadHeadSize(ConfigurationObject file, FamilyDefaults defaults, int hidden, int heads)
    {
        if (file.Has("head_dim")) return file.Count("head_dim");
        if (defaults.HeadSize is { } size) return size;
        if (!defaults.RoundsHeadSize && hidden > 0 && heads > 0 && hidden % heads != 0)
            file.Problem("hidden_size", $"is {hidden}, which num_attention_heads ({heads}) does not divide; then head_dim must be given");
        return heads > 0 ? hidden / heads : 0;
    }

    private static void RefuseUnsupported(ConfigurationObject file, ModelFamily family, string name, int layers, int context)
    {
        string? activation = file.Text("hidden_act");
        if (activation is not (null or "silu" or "swish")) file.Problem("hidden_act", $"is '{activation}'; supported is 'silu'");
        foreach (string key in family.RefusedBiases)
            if (file.Flag(key)) file.Problem(key, $"is true, which is not supported for {name}");
        if (file.Has("quantization_config")) file.Problem("quantization_config", "is present; quantised checkpoints are not supported, use the unquantised ones");
        if (HasWindow(file, family.SlidingWindow, layers, context)) file.Problem("layer_types", "or use_sliding_window asks for sliding-window attention, which is not supported");
    }

    /// <summary>Whether some layer sees less than the whole context.</summary>
    private static bool HasWindow(ConfigurationObject file, SlidingWindowRule rule, int layers, int context)
    {
        const string Width = "sliding_window", Use = "use_sliding_window", FullLayers = "max_window_layers";
        bool used = rule.MustBeAskedFor ? file.Flag(Use) : !file.Is(Use, JsonValueKind.False);
        // A window of null is none; one that holds the whole context hides nothing.
        int? window = !used || (file.States(Width) && !file.Has(Width)) ? null : file.Has(Width) ? file.Count(Width) : rule.DefaultWidth;
        if (window >= context) return false;
        if (file.Has("layer_types")) return file.Texts("layer_types").Any(t => t != "full_attention");
        int full = rule.DefaultFullLayers is not { } standard ? 0 : file.Has(FullLayers) ? file.Count(FullLayers, orZero: true) : standard;
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
                : $"num_key_value_heads is not stated, and {shape.Family.Name}'s default of {shape.KeyValueHeadCount} does not divide num_attention_heads ({shape.HeadCount}).");
        }
        if (shape.HeadSize % 2 != 0)
            problems.Add($"head_dim is {shape.HeadSize}; rotary embeddings need an even number.");
    }
}
