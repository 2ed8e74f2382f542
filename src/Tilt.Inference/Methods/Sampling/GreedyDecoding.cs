using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>Takes the most likely token at every position (ties: the lower id). Not the most likely response.</summary>
/// <param name="sampler">Produces the responses, at temperature 0.</param>
public sealed class GreedyDecoding(ISampler sampler) : IInferenceMethod
{
    private readonly TemperatureSampling _sampling = new(sampler, 0f);

    /// <inheritdoc/>
    public string Name => "greedy";

    /// <inheritdoc/>
    public bool IsDeterministic => true;

    /// <inheritdoc/>
    public Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings, CancellationToken cancellationToken = default) =>
        _sampling.RunAsync(requests, settings, cancellationToken);
}
