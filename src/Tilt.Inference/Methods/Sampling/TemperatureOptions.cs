using Tilt.Inference.Methods.Contracts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>How tokens are sampled one by one: at a temperature, from the whole distribution or a truncated one.</summary>
public sealed record TemperatureOptions : MethodOptions
{
    /// <summary>How names are written.</summary>
    public static MethodGrammar<TemperatureOptions> Grammar { get; } =
        new MethodGrammar<TemperatureOptions>("temperature", new(), "temperature-0.7", "temperature-0.7-top-k-50-top-p-0.9-min-p-0.05",
            "temperature-0.7-top-p-0.9")
            .Real("T", o => o.Truncation.Temperature, (o, value) => o.With(cut => cut with { Temperature = value }))
            .OptionalWhole("top-k", "K", o => o.Truncation.TopK, (o, value) => o.With(cut => cut with { TopK = value }))
            .OptionalReal("top-p", "P", o => o.Truncation.TopP, (o, value) => o.With(cut => cut with { TopP = value }))
            .OptionalReal("min-p", "M", o => o.Truncation.MinP, (o, value) => o.With(cut => cut with { MinP = value }));

    /// <summary>Temperature and what is cut away. Default: temperature 1, nothing.</summary>
    public TokenTruncation Truncation { get; init; } = new();

    /// <summary>Whether tokens are drawn from the whole distribution. Then temperature 0 stands for the likeliest token.</summary>
    public bool IsWhole => Truncation is { TopK: 0, TopP: 1, MinP: 0 };

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override bool IsDeterministic => Truncation.Temperature == 0;

    /// <inheritdoc/>
    public override bool HasTractableLaw => true;

    /// <inheritdoc/>
    public override int? Draws => 1;

    /// <inheritdoc/>
    public override bool Sharpens => Truncation.Temperature < 1 || (Truncation.Temperature == 1 && !IsWhole);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!IsWhole || Truncation.Temperature != 0) Truncation.Validate();
    }

    // Plain sampling has its own path, which is faster.
    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) => IsWhole
        ? new TemperatureSampling(resources.Sampler, Truncation.Temperature)
        : new TruncatedSampling(resources.Model, Truncation) { MaxBatchSize = resources.MaxBatchSize };

    private TemperatureOptions With(Func<TokenTruncation, TokenTruncation> change) => this with { Truncation = change(Truncation) };
}
