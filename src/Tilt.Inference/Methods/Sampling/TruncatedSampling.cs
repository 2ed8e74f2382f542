using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>
/// Samples token by token from truncated conditionals (top-k, top-p, min-p): for evaluation, never for training rollouts.
/// </summary>
public sealed class TruncatedSampling : InferenceMethod<TemperatureOptions>
{
    private readonly ILanguageModel _model;

    /// <summary>Makes the method.</summary>
    /// <exception cref="ArgumentException">A value of the truncation is out of range.</exception>
    public TruncatedSampling(ILanguageModel model, TokenTruncation truncation)
        : base(new() { Truncation = truncation })
    {
        ArgumentNullException.ThrowIfNull(model);
        truncation.Validate();
        _model = model;
    }

    /// <summary>Most sequences that grow together; bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init => field = MethodResources.CheckBatch(value); } = MethodResources.DefaultMaxBatchSize;

    /// <inheritdoc/>
    public override Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        PromptChecks.Check(_model, requests.Select(request => request.PromptIds), settings.MaxNewTokens);
        PartialResponse[] responses =
        [
            .. requests.SelectMany(request => Enumerable.Range(0, settings.Outputs)
                .Select(output => new PartialResponse(request.PromptIds, settings.MaxNewTokens)
                {
                    Stream = settings.Stream(request, output)
                })),
        ];
        var extension = new ResponseExtension(_model, new TruncatedDraw(Options.Truncation, _model.VocabularySize), MaxBatchSize);
        GenerationCost cost = extension.Extend(responses, settings.MaxNewTokens, cancellationToken);
        Completion[] completions = Array.ConvertAll(responses, response => response.ToCompletion());
        return Task.FromResult(new MethodOutput([.. completions.Chunk(settings.Outputs)], cost));
    }
}
