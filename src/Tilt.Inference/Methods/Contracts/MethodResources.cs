using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Contracts;

/// <summary>What methods run on.</summary>
public sealed record MethodResources
{
    /// <summary>Most sequences that grow together unless told otherwise.</summary>
    public const int DefaultMaxBatchSize = 1024;

    /// <summary>The model.</summary>
    public required ILanguageModel Model { get; init; }

    /// <summary>Samples from the same model.</summary>
    public required ISampler Sampler { get; init; }

    /// <summary>
    /// Most sequences that grow together where the method has a say in it; bounds the memory of the model's state. Default 1,024.
    /// </summary>
    public int MaxBatchSize { get; init; } = DefaultMaxBatchSize;

    /// <summary>The reward of methods that use one, or null.</summary>
    public ResponseReward? Reward { get; init; }

    /// <summary>Whether the reward knows the gold answers, which makes methods that use it oracles. Default true.</summary>
    public bool RewardUsesGold { get; init; } = true;

    /// <summary>Reads answers for methods that count them, or null.</summary>
    public AnswerReader? ReadAnswers { get; init; }

    /// <summary>Checks a number of sequences that grow together.</summary>
    /// <exception cref="ArgumentException">It is less than 1.</exception>
    internal static int CheckBatch(int value) =>
        value >= 1 ? value : throw new ArgumentException($"MaxBatchSize is {value}; at least 1 is needed.");
}
