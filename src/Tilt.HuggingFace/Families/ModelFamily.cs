namespace Tilt.HuggingFace.Families;

/// <summary>
/// A family of decoder-only transformers: all that sets it apart from the others. Readers, writers, exporters and engines ask here
/// and never for a name, so that a family of known features is one file beside this one and its line in <see cref="ModelFamilies"/>.
/// </summary>
public sealed record ModelFamily
{
    /// <summary>Its name in <c>config.json</c> (<c>model_type</c>).</summary>
    public required string Name { get; init; }

    /// <summary>The class by which Transformers computes it (<c>architectures</c>).</summary>
    public required string Architecture { get; init; }

    /// <summary>What all its blocks have; a model adds what its own <c>config.json</c> asks for.</summary>
    public BlockFeatures Features { get; init; }

    /// <summary>What its configuration class assumes for keys that a file does not have.</summary>
    public FamilyDefaults Defaults { get; init; } = new();

    /// <summary>When its models look at part of the context alone, which is refused.</summary>
    public SlidingWindowRule SlidingWindow { get; init; } = new();

    /// <summary>Flags of <c>config.json</c> that give its class biases which are not supported; others do not read them.</summary>
    public IReadOnlyList<string> RefusedBiases { get; init; } = [];

    /// <summary>Class of its tokenizer where a folder has vocabulary files and names none; null for unknown.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>How llama.cpp has it.</summary>
    public required GgufConventions Gguf { get; init; }

    /// <summary>Published models by name, as the text of their <c>config.json</c>: what of it shapes the model.</summary>
    public IReadOnlyDictionary<string, string> PublishedShapes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
