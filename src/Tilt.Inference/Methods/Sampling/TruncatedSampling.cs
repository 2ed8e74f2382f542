using System.Globalization;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>Samples token by token from truncated conditionals (top-k, top-p, min-p): for evaluation, never for training rollouts.</summary>
public sealed class TruncatedSampling : IInferenceMethod
{
    private readonly ILanguageModel _model;
    private readonly TokenTruncation _truncation;

    /// <summary>Makes the method.</summary>
    /// <exception cref="ArgumentException">A value of the truncation is out of range.</exception>
    public TruncatedSampling(ILanguageModel model, TokenTruncation truncation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(truncation);
        truncation.Validate();
        _model = model;
        _truncation = truncation;
    }

    /// <inheritdoc/>
    public string Name
    {
        get
        {
            var parts = new List<string> { $"temperature-{Number(_truncation.Temperature)}" };
            if (_truncation.TopK > 0) parts.Add($"top-k-{_truncation.TopK}");
            if (_truncation.TopP < 1) parts.Add($"top-p-{Number(_truncation.TopP)}");
            if (_truncation.MinP > 0) parts.Add($"min-p-{Number(_truncation.MinP)}");
            return string.Join('-', parts);
        }
    }

    /// <inheritdoc/>
    public bool IsDeterministic => false;

    /// <summary>Most sequences that grow together; bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init; } = ResponseExtension.DefaultMaxBatchSize;

    /// <inheritdoc/>
    public Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        PromptChecks.Check(_model, requests.Select(request => request.PromptIds), settings.MaxNewTokens);
        PartialResponse[] responses =
        [
            .. requests.SelectMany(request => Enumerable.Range(0, settings.Outputs)
                .Select(output => new PartialResponse(request.PromptIds, settings.MaxNewTokens) { Stream = settings.Stream(request, output) })),
        ];
        var extension = new ResponseExtension(_model, new TruncatedDraw(_truncation, _model.VocabularySize), MaxBatchSize);
        GenerationCost cost = extension.Extend(responses, settings.MaxNewTokens, cancellationToken);
        Completion[] completions = Array.ConvertAll(responses, response => response.ToCompletion());
        return Task.FromResult(new MethodOutput([.. completions.Chunk(settings.Outputs)], cost));
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
