using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;

namespace Tilt.Torch.Decoding;

/// <summary>What computes a model's next-token distributions: reads tokens behind what a cache holds.</summary>
internal interface IDecoder : IDisposable
{
    ModelConfiguration Configuration { get; }

    /// <summary>A decoder with the same weights and no adapter; good as long as this one.</summary>
    IDecoder WithoutAdapter();

    /// <summary>An empty cache of the kind this decoder reads and writes.</summary>
    KeyValueCache NewCache(int slots, int capacity);

    /// <summary>Reads prompts into an empty cache.</summary>
    /// <returns>The distributions after each prompt.</returns>
    INextTokenDistributions Prefill(KeyValueCache cache, IReadOnlyList<int[]> prompts);

    /// <summary>Reads one token a row.</summary>
    /// <returns>The distributions after it.</returns>
    INextTokenDistributions Step(KeyValueCache cache, ReadOnlySpan<int> tokens);

    /// <summary>Scores responses, in chunks: the distributions of all positions never exist together.</summary>
    TokenScores[] Score(IReadOnlyList<TokenSequence> sequences);
}
