using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Architecture;

/// <summary>Whether an engine, or the writer of a format, knows all that a model's blocks have.</summary>
public static class EngineFeatures
{
    /// <summary>Names of features, for people.</summary>
    private static readonly Dictionary<BlockFeatures, string> Names = new()
    {
        [BlockFeatures.AttentionBias] = "biases of query, key and value projections",
        [BlockFeatures.HeadNorms] = "norms of queries and keys",
        [BlockFeatures.TiedEmbeddings] = "an output matrix tied to the embedding",
        [BlockFeatures.Llama3Rotary] = "llama3 rotary scaling",
    };

    /// <summary>Whether a model has nothing but what is known.</summary>
    /// <param name="known">The features that an engine computes.</param>
    /// <param name="configuration">The model's shape.</param>
    public static bool Cover(this BlockFeatures known, ModelConfiguration configuration) =>
        (configuration.Features & ~known) == BlockFeatures.None;

    /// <summary>Declines a model that has something unknown.</summary>
    /// <param name="known">The features that the engine computes.</param>
    /// <param name="configuration">The model's shape.</param>
    /// <param name="engine">The engine, for the message: <c>The fused engine</c>.</param>
    /// <param name="instead">A sentence that says what to do.</param>
    /// <exception cref="InputException">The model has a feature that the engine does not know; the message names each.</exception>
    public static void Require(this BlockFeatures known, ModelConfiguration configuration, string engine, string instead)
    {
        if (known.Cover(configuration)) return;
        throw new InputException($"{engine} does not know {Describe(configuration.Features & ~known)}, which this model of the "
            + $"family {configuration.Family.Name} has. {instead}");
    }

    /// <summary>The features by name, with commas between them.</summary>
    public static string Describe(BlockFeatures features) =>
        string.Join(", ", Enumerable.Range(0, 32).Select(bit => (BlockFeatures)(1 << bit)).Where(bit => features.HasFlag(bit))
            .Select(bit => Names.GetValueOrDefault(bit, bit.ToString())));
}
