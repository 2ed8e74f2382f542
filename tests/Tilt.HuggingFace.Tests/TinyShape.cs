using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Tests;

/// <summary>Shapes of models small enough for any test.</summary>
internal static class TinyShape
{
    /// <summary>Two blocks of a Llama with tied embeddings.</summary>
    public static ModelConfiguration Llama => new()
    {
        Family = ModelFamilies.Of("llama"),
        VocabularySize = 31,
        HiddenSize = 32,
        IntermediateSize = 48,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 8,
        ContextLength = 64,
        TiedEmbeddings = true,
        EndOfSequenceIds = [0],
        BeginOfSequenceId = 1,
    };
}
