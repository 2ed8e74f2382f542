namespace Tilt.Objectives;

/// <summary>What an importance weight corrects for samples of a distribution q that is not the policy π.</summary>
public enum ImportanceLevel
{
    /// <summary>Nothing: samples count as if they were drawn from π.</summary>
    None,

    /// <summary>Every token by its own ratio π(y_t|·)/q(y_t|·), without that of the tokens before and after it.</summary>
    Token,

    /// <summary>All tokens of a response by the ratio of the whole response, π(y)/q(y).</summary>
    Sequence,
}

/// <summary>An importance weight, possibly truncated: min(π/q, cap).</summary>
/// <param name="Level">What is corrected.</param>
/// <param name="Cap">Largest weight; null for none. The paper's runs truncate token weights at 20.</param>
public sealed record ImportanceCorrection(ImportanceLevel Level, double? Cap = null)
{
    /// <summary>No correction.</summary>
    public static ImportanceCorrection None { get; } = new(ImportanceLevel.None);

    /// <summary>min(e^x, cap).</summary>
    /// <param name="logRatio">x = log π − log q of a token or a response.</param>
    public double Weight(double logRatio) => Math.Min(Math.Exp(logRatio), Cap ?? double.PositiveInfinity);
}
