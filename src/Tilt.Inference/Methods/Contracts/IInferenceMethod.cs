using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Contracts;

/// <summary>A way of producing responses from a model without training it, batched over many problems.</summary>
public interface IInferenceMethod
{
    /// <summary>What the method is, as a value.</summary>
    MethodOptions Options { get; }

    /// <summary>Name with all options that are not defaults, such as <c>beam-4</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the outputs are a function of prompt and options alone; such a method gives one output a problem, whatever
    /// <see cref="InferenceSettings.Outputs"/> says.
    /// </summary>
    bool IsDeterministic { get; }

    /// <summary>
    /// Whether an output's sampling log-probabilities sum to the logarithm of its probability under the law it was drawn from (a
    /// deterministic method's law is a point mass).
    /// </summary>
    bool HasTractableLaw { get; }

    /// <summary>Whole responses drawn for one output; null where parts are drawn, or more searched than given out.</summary>
    int? Draws { get; }

    /// <summary>Whether gold answers decide the outputs: such a method is an oracle, a bound and no gain at inference time.</summary>
    bool UsesGold { get; }

    /// <summary>Produces the outputs of every problem.</summary>
    /// <param name="requests">The problems.</param>
    /// <param name="settings">Length limit, outputs and seed.</param>
    /// <param name="cancellationToken">Stops the work; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A prompt is empty, holds an id outside the vocabulary, or exceeds the context together with the
    /// limit.</exception>
    Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default);
}

/// <summary>One problem to respond to.</summary>
/// <param name="PromptIds">Token ids of the prompt, not empty.</param>
/// <param name="Problem">Index of the problem: keys its random numbers, so that they do not depend on what it is batched with.</param>
public readonly record struct InferenceRequest(int[] PromptIds, uint Problem);

/// <summary>What all inference-time methods need to know.</summary>
public sealed record InferenceSettings
{
    /// <summary>Most response tokens, the end-of-sequence token included.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Independent outputs a problem. Default 1.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Most outputs a problem of a method that ranks what it finds, such as beam search: the best so many. Default 1.</summary>
    public int Ranked { get; init; } = 1;

    /// <summary>Seed of the random numbers. Default 0.</summary>
    public uint Seed { get; init; }

    /// <summary>
    /// The random numbers of one output. Its step numbers what the output is made from: candidates, or moves of a chain.
    /// </summary>
    internal RandomStream Stream(InferenceRequest request, int output) =>
        new(Seed, RandomDomain.InferenceMethod, 0, request.Problem, (uint)output);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A number is not positive.</exception>
    internal void Validate()
    {
        if (MaxNewTokens < 1) throw new ArgumentException($"MaxNewTokens is {MaxNewTokens}; at least 1 is needed.");
        if (Outputs < 1) throw new ArgumentException($"Outputs is {Outputs}; at least 1 is needed.");
        if (Ranked < 1) throw new ArgumentException($"Ranked is {Ranked}; at least 1 is needed.");
    }
}

/// <summary>What a method produced.</summary>
/// <param name="Outputs">For each problem its outputs in order; their log-probabilities are the model's own, untempered.</param>
/// <param name="Cost">The work done for them.</param>
public sealed record MethodOutput(IReadOnlyList<Completion[]> Outputs, GenerationCost Cost)
{
    /// <summary>What each output was ranked by; null unless the method ranks its outputs.</summary>
    public IReadOnlyList<double[]>? Scores { get; init; }
}
