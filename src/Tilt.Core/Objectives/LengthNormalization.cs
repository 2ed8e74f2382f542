namespace Tilt.Objectives;

/// <summary>How the reference log-likelihood ℓ_ref of a response of T tokens enters the objective: the paper's N(·).</summary>
public enum LengthNormalization
{
    /// <summary>N = ℓ_ref: the log-likelihood of the whole response. The published runs use this; only here is p^α the target.</summary>
    Sum,

    /// <summary>N = ℓ_ref / T: the mean per token.</summary>
    Mean,

    /// <summary>N = ℓ_ref / T^w for an exponent w between the two.</summary>
    WeightedMean,
}
