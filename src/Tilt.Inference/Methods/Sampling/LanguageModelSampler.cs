using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>
/// Plain sampling token by token through <see cref="ILanguageModel"/>: what every faster <see cref="ISampler"/> must agree with,
/// and the sampler of models that have no faster one.
/// </summary>
/// <param name="model">The model.</param>
public sealed class LanguageModelSampler(ILanguageModel model) : ISampler
{
    /// <inheritdoc/>
    public long WeightsVersion { get; init; }

    /// <summary>Most sequences that grow together; bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init; } = MethodResources.DefaultMaxBatchSize;

    /// <inheritdoc/>
    public Task<Completion[]> SampleAsync(IReadOnlyList<SampleRequest> requests, SamplingOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(options);
        PromptChecks.Check(model, requests.Select(request => request.PromptIds), options.MaxNewTokens);
        var extension = new ResponseExtension(model, new TemperedDraw(options.Temperature), MaxBatchSize)
        {
            IgnoreEndOfSequence = options.IgnoreEndOfSequence,
            RecordEntropies = options.RecordEntropies,
        };
        PartialResponse[] responses =
        [
            .. requests.Select(request =>
                new PartialResponse(request.PromptIds, options.MaxNewTokens, options.RecordEntropies) { Stream = request.Stream }),
        ];
        extension.Extend(responses, options.MaxNewTokens, cancellationToken);
        Completion[] completions = Array.ConvertAll(responses, response => response.ToCompletion());
        options.Drawn?.Report(completions.Sum(completion => completion.ResponseIds.Length));
        return Task.FromResult(completions);
    }
}
