using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>
/// Samples token by token from p^(1/τ), renormalised at every token. As a law of whole responses this is not p^(1/τ).
/// </summary>
/// <param name="sampler">Draws the responses.</param>
/// <param name="temperature">τ; 1 samples the model itself.</param>
public sealed class TemperatureSampling(ISampler sampler, double temperature = 1)
    : InferenceMethod<TemperatureOptions>(new() { Truncation = new() { Temperature = temperature } })
{
    /// <summary>Record the entropy of the model's own next-token distributions. Default false.</summary>
    public bool RecordEntropies { get; init; }

    /// <inheritdoc/>
    public override async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        int outputs = IsDeterministic ? 1 : settings.Outputs;
        SampleRequest[] samples =
        [
            .. requests.SelectMany(request => Enumerable.Range(0, outputs)
                .Select(output => new SampleRequest(request.PromptIds, settings.Stream(request, output)))),
        ];
        var options = new SamplingOptions
        {
            MaxNewTokens = settings.MaxNewTokens,
            Temperature = (float)temperature,
            RecordEntropies = RecordEntropies
        };
        Completion[] completions = await sampler.SampleAsync(samples, options, cancellationToken).ConfigureAwait(false);
        return new MethodOutput([.. completions.Chunk(outputs)], SamplingCost.Of(completions));
    }
}
