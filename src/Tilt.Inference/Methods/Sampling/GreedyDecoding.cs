using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>Greedy decoding has no options.</summary>
public sealed record GreedyOptions : MethodOptions
{
    /// <summary>How the name is written.</summary>
    public static MethodGrammar<GreedyOptions> Grammar { get; } = new("greedy", new(), "greedy");

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override bool IsDeterministic => true;

    /// <inheritdoc/>
    public override int? Draws => 1;

    /// <inheritdoc/>
    public override bool Sharpens => true;

    /// <inheritdoc/>
    public override void Validate()
    {
    }

    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) => new GreedyDecoding(resources.Sampler);
}

/// <summary>Takes the most likely token at every position (ties: the lower id). Not the most likely response.</summary>
/// <param name="sampler">Produces the responses, at temperature 0.</param>
public sealed class GreedyDecoding(ISampler sampler) : InferenceMethod<GreedyOptions>(new())
{
    private readonly TemperatureSampling _sampling = new(sampler, 0);

    /// <inheritdoc/>
    public override Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default) =>
        _sampling.RunAsync(requests, settings, cancellationToken);
}
