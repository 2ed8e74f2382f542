using Tilt.Inference.Methods.Contracts;

namespace Tilt.Inference.Methods.Particles;

/// <summary>How sequential Monte Carlo runs.</summary>
public sealed record SequentialMonteCarloOptions : MethodOptions
{
    /// <summary>How names are written.</summary>
    public static MethodGrammar<SequentialMonteCarloOptions> Grammar { get; } =
        new MethodGrammar<SequentialMonteCarloOptions>(
            "smc", new(), "smc-4-64", "smc-4-64-reward-16", "smc-4-64-threshold-0.9-stratified-proposal-1-reward-16", "smc-4-64-stratified",
            "smc-4-64-threshold-0.9")
            .Real("ALPHA", o => o.Alpha, (o, value) => o with { Alpha = value })
            .Whole("PARTICLES", o => o.Particles, (o, value) => o with { Particles = value })
            .OptionalReal("threshold", "S", o => o.ResamplingThreshold, (o, value) => o with { ResamplingThreshold = value })
            .Flag("stratified", o => o.Resampling == ResamplingScheme.Stratified, o => o with { Resampling = ResamplingScheme.Stratified })
            .OptionalReal("proposal", "T", o => o.ProposalTemperature, (o, value) => o with { ProposalTemperature = value })
            .OptionalReal("reward", "1/BETA", o => o.BetaInverse, (o, value) => o with { BetaInverse = value });

    /// <summary>α, the exponent of the base model. Default 4.</summary>
    public double Alpha { get; init; } = 4;

    /// <summary>N, particles for each output. Default 64.</summary>
    public int Particles { get; init; } = 64;

    /// <summary>
    /// Resamples when the effective number of particles falls below this share of N: 0 never (importance sampling), 1 whenever
    /// weights differ. Default 0.5.
    /// </summary>
    public double ResamplingThreshold { get; init; } = 0.5;

    /// <summary>How ancestors are drawn. Default systematic.</summary>
    public ResamplingScheme Resampling { get; init; } = ResamplingScheme.Systematic;

    /// <summary>
    /// Temperature of the proposal; null means 1/α, whose incremental weights do not depend on the token drawn. Default null.
    /// </summary>
    public double? ProposalTemperature { get; init; }

    /// <summary>1/β: finished particles are weighted by exp(r/β) at the end. Null leaves the reward out. Default null.</summary>
    public double? BetaInverse { get; init; }

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override int? Draws => Particles;

    /// <inheritdoc/>
    public override bool Sharpens => !UsesReward && Alpha > 1;

    /// <inheritdoc/>
    public override bool UsesReward => BetaInverse is not null;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequirePositive(Alpha, nameof(Alpha));
        RequireTogether(Particles, nameof(Particles));
        if (!(ResamplingThreshold is >= 0 and <= 1))
            throw new ArgumentException($"ResamplingThreshold is {ResamplingThreshold}; a number from 0 to 1 is needed.");
        if (ProposalTemperature is { } temperature) RequirePositive(temperature, nameof(ProposalTemperature));
        if (BetaInverse is { } inverse && !double.IsFinite(inverse))
            throw new ArgumentException($"BetaInverse is {inverse}; a finite number is needed.");
    }

    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) =>
        new SequentialMonteCarlo(resources.Model, this, resources.Reward, resources.RewardUsesGold)
        {
            MaxBatchSize = resources.MaxBatchSize
        };
}
