using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;

namespace Tilt.Inference.Methods.Particles;

/// <summary>How sequential Monte Carlo runs.</summary>
public sealed record SequentialMonteCarloOptions
{
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

    /// <summary>Temperature of the proposal; null means 1/α, whose incremental weights do not depend on the token drawn. Default null.</summary>
    public double? ProposalTemperature { get; init; }

    /// <summary>r: finished particles are weighted by exp(r/β) at the end. Null leaves the reward out. Default null.</summary>
    public ResponseReward? Reward { get; init; }

    /// <summary>1/β, the weight of the reward. Default 1.</summary>
    public double BetaInverse { get; init; } = 1;

    /// <summary>Whether the reward knows the gold answers, which makes the method an oracle. Default true.</summary>
    public bool RewardUsesGold { get; init; } = true;

    /// <summary>Most sequences that grow together (a population is never split); bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init; } = ResponseExtension.DefaultMaxBatchSize;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(Alpha > 0) || !double.IsFinite(Alpha)) throw new ArgumentException($"Alpha is {Alpha}; a finite number greater than 0 is needed.");
        if (Particles < 1 || MaxBatchSize < 1) throw new ArgumentException("Particles and MaxBatchSize must be at least 1.");
        if (!(ResamplingThreshold is >= 0 and <= 1)) throw new ArgumentException($"ResamplingThreshold is {ResamplingThreshold}; a number from 0 to 1 is needed.");
        if (ProposalTemperature is { } temperature && !(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentException($"ProposalTemperature is {temperature}; a finite number greater than 0 is needed.");
        if (!double.IsFinite(BetaInverse)) throw new ArgumentException($"BetaInverse is {BetaInverse}; a finite number is needed.");
    }
}
