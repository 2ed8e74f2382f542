using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.RandomModels;

/// <summary>Shapes of published models, as the <c>config.json</c> of their repositories states them.</summary>
public static class PublishedShapes
{
    private static readonly SortedDictionary<string, ModelConfiguration> Shapes = new(StringComparer.Ordinal)
    {
        ["llama-3.2-3b"] = new()
        {
            ModelType = "llama",
            VocabularySize = 128256,
            HiddenSize = 3072,
            IntermediateSize = 8192,
            LayerCount = 28,
            HeadCount = 24,
            KeyValueHeadCount = 8,
            HeadSize = 128,
            ContextLength = 131072,
            NormEpsilon = 1e-5,
            RopeTheta = 500000,
            RopeScaling = new Llama3RopeScaling(32, 1, 4, 8192),
            TiedEmbeddings = true,
            BeginOfSequenceId = 128000,
            EndOfSequenceIds = [128001, 128008, 128009],
        },
        ["qwen2.5-0.5b"] = Qwen25(896, 4864, layers: 24, heads: 14),
        ["qwen2.5-3b"] = Qwen25(2048, 11008, layers: 36, heads: 16),
        // The Instruct-2507 release; the first Qwen3-4B differs in context length and rotary base only.
        ["qwen3-4b"] = new()
        {
            ModelType = "qwen3",
            VocabularySize = 151936,
            HiddenSize = 2560,
            IntermediateSize = 9728,
            LayerCount = 36,
            HeadCount = 32,
            KeyValueHeadCount = 8,
            HeadSize = 128,
            ContextLength = 262144,
            RopeTheta = 5_000_000,
            TiedEmbeddings = true,
            HeadNorms = true,
            BeginOfSequenceId = 151643,
            EndOfSequenceIds = [151645, 151643],
        },
    };

    /// <summary>Names of the shapes, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Shapes.Keys;

    /// <summary>The shape of that name.</summary>
    /// <exception cref="InputException">There is none; the message lists what there is.</exception>
    public static ModelConfiguration Of(string name) =>
        Shapes.TryGetValue(name, out ModelConfiguration? shape) ? shape
            : throw new InputException($"There is no shape '{name}'; there are {string.Join(", ", Names)}.");

    private static ModelConfiguration Qwen25(int hidden, int inner, int layers, int heads) => new()
    {
        ModelType = "qwen2",
        VocabularySize = 151936,
        HiddenSize = hidden,
        IntermediateSize = inner,
        LayerCount = layers,
        HeadCount = heads,
        KeyValueHeadCount = 2,
        HeadSize = hidden / heads,
        ContextLength = 32768,
        RopeTheta = 1_000_000,
        TiedEmbeddings = true,
        AttentionBias = true,
        BeginOfSequenceId = 151643,
        EndOfSequenceIds = [151645, 151643],
    };
}
