using System.ComponentModel;

namespace Tilt.Objectives;

/// <summary>What an importance weight corrects for samples of a distribution q that is not the policy π.</summary>
public enum ImportanceLevel
{
    /// <summary>Nothing: samples count as if they were drawn from π.</summary>
    [Description("nothing: samples count as if the policy had drawn them")]
    None,

    /// <summary>Every token by its own ratio π(y_t|·)/q(y_t|·), without that of the tokens before and after it.</summary>
    [Description("every token by its own ratio; the paper's runs")]
    Token,

    /// <summary>All tokens of a response by the ratio of the whole response, π(y)/q(y).</summary>
    [Description("all tokens of a response by the ratio of the whole response")]
    Sequence,
}

/// <summary>
/// An importance weight, possibly truncated: min(π/q, cap). A ratio that is infinite or undefined in float32 counts as 0, as in the
/// authors' code (NeMo-RL): such a token says nothing about π. Finite ratios are capped.
/// </summary>
/// <param name="Level">What is corrected.</param>
/// <param name="Cap">Largest weight; null for none. The paper's runs truncate token weights at 20.</param>
public sealed record ImportanceCorrection(ImportanceLevel Level, double? Cap = null)
{
    /// <summary>No correction.</summary>
    public static ImportanceCorrection None { get; } = new(ImportanceLevel.None);

    /// <summary>min(e^x, cap), or 0 where e^x is no finite float32 number.</summary>
    /// <param name="logRatio">x = log π − log q of a token or a response.</param>
    public double Weight(double logRatio)
    {
        double ratio = Math.Exp(logRatio);
        return ratio <= float.MaxValue ? Math.Min(ratio, Cap ?? double.PositiveInfinity) : 0;
    }

    /// <summary>The weight of every token of one response.</summary>
    /// <param name="policy">log π of the tokens, <c>[time]</c>.</param>
    /// <param name="sampling">log q of the same tokens, <c>[time]</c>.</param>
    /// <param name="weights">Receives the weights, <c>[time]</c>.</param>
    /// <exception cref="ArgumentException">The three lengths differ.</exception>
    public void Weights(ReadOnlySpan<float> policy, ReadOnlySpan<float> sampling, Span<double> weights)
    {
        if (policy.Length != sampling.Length || policy.Length != weights.Length)
            throw new ArgumentException($"A response needs equally many log-probabilities of policy and sampler and weights; there "
                + $"are {policy.Length}, {sampling.Length} and {weights.Length}.");
        if (Level == ImportanceLevel.Token)
        {
            for (int t = 0; t < weights.Length; t++) weights[t] = Weight((double)policy[t] - sampling[t]);
            return;
        }

        double logRatio = 0;
        for (int t = 0; t < weights.Length; t++) logRatio += (double)policy[t] - sampling[t];
        weights.Fill(Level == ImportanceLevel.Sequence ? Weight(logRatio) : 1);
    }
}
