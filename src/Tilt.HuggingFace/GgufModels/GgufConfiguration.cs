using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>The <c>config.json</c> and <c>generation_config.json</c> that a GGUF file stands for.</summary>
internal static class GgufConfiguration
{
    /// <summary>Keys after the architecture's name that make a model another one than the families here.</summary>
    private static readonly string[] Refused =
    [
        "expert_count", "attention.sliding_window", "rope.scaling.factor", "rope.scale_linear", "attention.scale",
        "attention.logit_softcapping",
    ];

    /// <summary>The family of a file's model.</summary>
    /// <exception cref="InputException">It is none that is supported, or the file holds no model.</exception>
    public static ModelFamily FamilyOf(GgufFile file)
    {
        string architecture = file.Values.Text("general.architecture");
        if (file.Values.OptionalText("general.type") is { } type and not "model")
            throw new InputException($"'{file.Path}' holds no model but is of type '{type}' (general.type). Name the GGUF file of a "
                + "model.");
        if (file.Values.Has("split.count") && file.Values.Integer("split.count", 0) > 1)
            throw new InputException($"'{file.Path}' is one of {file.Values.Integer("split.count", 0)} parts of a model. Join them with "
                + "llama.cpp's llama-gguf-split --merge, and name the whole file.");
        return ModelFamilies.All.FirstOrDefault(family => family.Gguf.Architecture == architecture) ?? throw new InputException(
            $"'{file.Path}' holds a model of the architecture '{architecture}', which is not supported. Supported "
                + $"are {string.Join(", ", ModelFamilies.All.Select(family => family.Gguf.Architecture))}.");
    }

    /// <summary>Width of a head: stated, or the hidden size over the heads.</summary>
    public static int HeadSize(GgufFile file, ModelFamily family)
    {
        string prefix = family.Gguf.Architecture;
        int hidden = file.Values.Count($"{prefix}.embedding_length"), heads = file.Values.Count($"{prefix}.attention.head_count");
        string stated = $"{prefix}.attention.key_length";
        int size = file.Values.Has(stated) ? file.Values.Count(stated) : hidden / heads;
        if (size % 2 != 0 || (size * heads != hidden && !file.Values.Has(stated)))
            throw new InputException($"'{file.Path}' has heads of {size} numbers ({heads} heads, {prefix}.embedding_length {hidden}), "
                + "which cannot be. The file is damaged; download or make it again.");
        foreach (string key in (string[])["attention.value_length", "rope.dimension_count"])
            if (file.Values.Has($"{prefix}.{key}") && file.Values.Integer($"{prefix}.{key}", 0) is var other && other != size)
                throw new InputException($"'{file.Path}' has {other} at key '{prefix}.{key}', which differs from its heads of {size} "
                    + "numbers; such models are not supported.");
        return size;
    }

    /// <summary>The content of <c>config.json</c>.</summary>
    public static JsonObject Model(GgufFile file)
    {
        ModelFamily family = FamilyOf(file);
        GgufValues values = file.Values;
        string prefix = family.Gguf.Architecture;
        RefuseOthers(file, prefix);
        int headSize = HeadSize(file, family), heads = values.Count($"{prefix}.attention.head_count");
        string keyValueHeads = $"{prefix}.attention.head_count_kv";
        double theta = values.Has($"{prefix}.rope.freq_base") ? values.Positive($"{prefix}.rope.freq_base") : 10000;
        var model = new JsonObject
        {
            ["architectures"] = new JsonArray(family.Architecture),
            ["attention_dropout"] = Decimal(0),
            ["bos_token_id"] = values.Id("tokenizer.ggml.bos_token_id"),
            ["eos_token_id"] = EndOfSequence(values),
            ["head_dim"] = headSize,
            ["hidden_act"] = "silu",
            ["hidden_size"] = values.Count($"{prefix}.embedding_length"),
            ["intermediate_size"] = values.Count($"{prefix}.feed_forward_length"),
            ["max_position_embeddings"] = values.Count($"{prefix}.context_length"),
            ["model_type"] = family.Name,
            ["num_attention_heads"] = heads,
            ["num_hidden_layers"] = values.Count($"{prefix}.block_count"),
            ["num_key_value_heads"] = values.Has(keyValueHeads) ? values.Count(keyValueHeads) : heads,
            ["pad_token_id"] = values.Id("tokenizer.ggml.padding_token_id"),
            ["rms_norm_eps"] = Decimal(values.Positive($"{prefix}.attention.layer_norm_rms_epsilon")),
            ["rope_scaling"] = Scaling(file, family, headSize, theta),
            ["rope_theta"] = Decimal(theta),
            ["tie_word_embeddings"] = file.Find(GgufTensorNames.Output) is null,
            ["torch_dtype"] = StoredType(Embedding(file)) switch
            {
                SafetensorsType.BF16 => "bfloat16",
                SafetensorsType.F16 => "float16",
                _ => "float32",
            },
            ["use_cache"] = true,
            ["vocab_size"] = Embedding(file).RowCount,
        };
        foreach (string bias in family.RefusedBiases) model[bias] = false;
        // Left out, the width would be the class's own.
        if (family.SlidingWindow is { MustBeAskedFor: false, DefaultWidth: not null }) model["sliding_window"] = null;
        return model;
    }

    /// <summary>The content of <c>generation_config.json</c>.</summary>
    public static JsonObject Generation(GgufFile file)
    {
        var generation = new JsonObject();
        if (file.Values.Id("tokenizer.ggml.bos_token_id") is { } begin) generation["bos_token_id"] = begin;
        if (EndOfSequence(file.Values) is { } end) generation["eos_token_id"] = end;
        if (file.Values.Id("tokenizer.ggml.padding_token_id") is { } padding) generation["pad_token_id"] = padding;
        return generation;
    }

    /// <summary>A number that Python reads as float, not int: Transformers warns of the latter.</summary>
    private static JsonNode Decimal(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.Any(c => c is '.' or 'E') ? text : text + ".0")!;
    }

    private static GgufTensorPlace Embedding(GgufFile file) => file.Find(GgufTensorNames.Embedding) is { Shape.Count: 2 } embedding
        ? embedding
        : throw new InputException($"'{file.Path}' has no matrix '{GgufTensorNames.Embedding}', so it holds no whole model. Name the "
            + "GGUF file of a model.");

    private static SafetensorsType? StoredType(GgufTensorPlace tensor) => GgufElementType.Find(tensor.Type)?.Widened;

    /// <summary>The ids that end a response: of a document, of a turn, of a message.</summary>
    private static JsonNode? EndOfSequence(GgufValues values)
    {
        int[] ids = [.. ((string[])["eos", "eot", "eom"]).Select(kind => values.Id($"tokenizer.ggml.{kind}_token_id")).OfType<int>()
            .Distinct()];
        return ids switch { [] => null, [var only] => only, _ => new JsonArray([.. ids.Select(id => (JsonNode)id)]) };
    }

    private static void RefuseOthers(GgufFile file, string prefix)
    {
        foreach (string key in Refused)
            if (file.Values.Has($"{prefix}.{key}") && !IsHarmless(file.Values, $"{prefix}.{key}"))
                throw new InputException($"'{file.Path}' has the key '{prefix}.{key}': models with it are not supported.");
        string type = $"{prefix}.rope.scaling.type";
        if (file.Values.OptionalText(type) is { } scaling and not "none")
            throw new InputException($"'{file.Path}' has the rotary scaling '{scaling}' ('{type}'), which is not supported; Llama 3's is "
                + $"({RotaryFactors.TensorName}).");
    }

    /// <summary>Converters also write what stands for nothing: no experts, a factor of 1.</summary>
    private static bool IsHarmless(GgufValues values, string key) =>
        key.EndsWith("_count", StringComparison.Ordinal) || key.EndsWith("_window", StringComparison.Ordinal)
        ? values.Integer(key, 0) == 0
        : values.Number(key) is 0 or 1;

    private static JsonObject? Scaling(GgufFile file, ModelFamily family, int headSize, double theta)
    {
        if (!family.Gguf.Features.HasFlag(BlockFeatures.Llama3Rotary) || file.Find(RotaryFactors.TensorName) is not { } tensor) return null;
        string original = $"{family.Gguf.Architecture}.rope.scaling.original_context_length";
        float[]? factors = tensor.Type == 0 && tensor.Shape.Count == 1 && tensor.RowLength == headSize / 2 ? new float[headSize / 2] : null;
        if (factors is not null) file.ReadBytes(tensor, MemoryMarshal.AsBytes(factors.AsSpan()));
        int? known = file.Values.Has(original) ? file.Values.Count(original) : null;
        if (factors is null || !RotaryScalingSearch.TryFind(factors, headSize, theta, known, out RotaryScaling? scaling))
            throw new InputException($"'{file.Path}' has a tensor '{RotaryFactors.TensorName}' that is not Llama 3's scaling of "
                + $"the {headSize / 2} rotary frequencies of its heads; other scalings are not supported.");
        return scaling is null ? null : new JsonObject
        {
            ["factor"] = Decimal(scaling.Factor),
            ["high_freq_factor"] = Decimal(scaling.High),
            ["low_freq_factor"] = Decimal(scaling.Low),
            ["original_max_position_embeddings"] = scaling.Original,
            ["rope_type"] = "llama3",
        };
    }
}
