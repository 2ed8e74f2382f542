namespace Tilt.Rollouts;

/// <summary>
/// The fast path for plain sampling: draws whole responses, batched, from a language model. It agrees with sampling token by
/// token through <see cref="ILanguageModel"/>. Asynchronous so that engines behind a network fit.
/// </summary>
public interface ISampler
{
    /// <summary>Version of the weights that are sampled: optimiser steps done. Rollouts record it.</summary>
    long WeightsVersion { get; }

    /// <summary>Draws one response for each request, in the order of the requests.</summary>
    /// <param name="requests">Prompts with their random streams; equal prompts may share a prefill.</param>
    /// <param name="options">Length limit, temperature and what to record.</param>
    /// <param name="cancellationToken">Stops generation; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An id is outside the vocabulary, a prompt is empty, or prompt plus limit exceed the model's
    /// context.</exception>
    Task<Completion[]> SampleAsync(IReadOnlyList<SampleRequest> requests, SamplingOptions options,
        CancellationToken cancellationToken = default);
}

/// <summary>One response to draw.</summary>
/// <param name="PromptIds">Token ids of the prompt, not empty.</param>
/// <param name="Stream">The random numbers of this sequence; response position t uses number t.</param>
public readonly record struct SampleRequest(int[] PromptIds, RandomStream Stream);

/// <summary>How responses are drawn.</summary>
public sealed record SamplingOptions
{
    /// <summary>Most response tokens, the end-of-sequence token included.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Divides the logits before the softmax; 1 samples the model itself, 0 means greedy. Default 1.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>
    /// Fixed-length mode: end-of-sequence tokens do not end the response, which always has <see cref="MaxNewTokens"/> tokens.
    /// Default false.
    /// </summary>
    public bool IgnoreEndOfSequence { get; init; }

    /// <summary>Record the entropy of the untempered next-token distributions. Default false.</summary>
    public bool RecordEntropies { get; init; }

    /// <summary>Told how many tokens were drawn since it was last told, from any thread, as often as suits the engine; or null.</summary>
    public IProgress<int>? Drawn { get; init; }
}
