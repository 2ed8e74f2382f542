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

/// <summary>What happens to importance weights beyond their bounds.</summary>
public enum ImportanceBound
{
    /// <summary>They are cut to the cap: truncated importance sampling (Ionides, 2008), the paper's runs.</summary>
    [Description("a weight above the cap counts as the cap; the paper's runs")]
    Truncate,

    /// <summary>
    /// They count as 0, below the floor too: IcePop (arXiv 2510.18855), TRL's <c>token_mask</c> and <c>sequence_mask</c>.
    /// </summary>
    [Description("a weight above the cap or below the floor counts as 0; IcePop")]
    Mask,

    /// <summary>All weights of a response count as 0 where the geometric mean of its tokens' ratios is outside; the others keep
    /// theirs, however large. NeMo-RL's <c>seq-mask-tis</c>.</summary>
    [Description("all tokens of a response count as 0 whose ratios have a geometric mean above the cap or below the floor; the others keep "
        + "their own ratios")]
    MaskSequence,
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

    /// <summary>Smallest weight of <see cref="ImportanceBound.Mask"/> and <see cref="ImportanceBound.MaskSequence"/>; null for
    /// none.</summary>
    public double? Floor { get; init; }

    /// <summary>What happens beyond cap and floor; default <see cref="ImportanceBound.Truncate"/>.</summary>
    public ImportanceBound Bound { get; init; }

    /// <summary>min(e^x, cap), or what else the bound makes of e^x; 0 where e^x is no finite float32 number.</summary>
    /// <param name="logRatio">x = log π − log q of a token or a response.</param>
    public double Weight(double logRatio)
    {
        double ratio = Math.Exp(logRatio);
        if (!(ratio <= float.MaxValue)) return 0;
        return Bound switch
        {
            ImportanceBound.Truncate => Math.Min(ratio, Cap ?? double.PositiveInfinity),
            ImportanceBound.Mask => IsWithin(ratio) ? ratio : 0,
            _ => ratio,
        };
    }

    /// <summary>Whether a response keeps its weights: false where <see cref="ImportanceBound.MaskSequence"/> masks it.</summary>
    /// <param name="logRatio">x = log π − log q of the whole response.</param>
    /// <param name="length">T, the number of its tokens.</param>
    public bool Keeps(double logRatio, int length) =>
        Bound != ImportanceBound.MaskSequence || Level == ImportanceLevel.None || IsWithin(Math.Exp(logRatio / Math.Max(1, length)));

    /// <summary>The weight of every token of one response.</summary>
    /// <param name="policy">log π of the tokens, <c>[time]</c>.</param>
    /// <param name="sampling">log q of the same tokens, <c>[time]</c>.</param>
    /// <param name="weights">Receives the weights, <c>[time]</c>.</param>
    /// <exception cref="ArgumentException">The three lengths differ.</exception>
    public void Weights(ReadOnlySpan<float> policy, ReadOnlySpan<float> sampling, Span<double> weights) =>
        Weights(Wide.Of(policy), Wide.Of(sampling), weights);

    /// <summary>The same of log-probabilities in double precision.</summary>
    /// <inheritdoc cref="Weights(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{double})"/>
    public void Weights(ReadOnlySpan<double> policy, ReadOnlySpan<double> sampling, Span<double> weights)
    {
        if (policy.Length != sampling.Length || policy.Length != weights.Length)
            throw new ArgumentException($"A response needs equally many log-probabilities of policy and sampler and weights; there "
                + $"are {policy.Length}, {sampling.Length} and {weights.Length}.");
        double logRatio = 0;
        for (int t = 0; t < weights.Length; t++) logRatio += policy[t] - sampling[t];
        if (!Keeps(logRatio, weights.Length)) weights.Clear();
        else if (Level == ImportanceLevel.Token)
            for (int t = 0; t < weights.Length; t++) weights[t] = Weight(policy[t] - sampling[t]);
        else weights.Fill(Level == ImportanceLevel.Sequence ? Weight(logRatio) : 1);
    }

    private bool IsWithin(double ratio) => ratio <= (Cap ?? double.PositiveInfinity) && ratio >= (Floor ?? 0);
}
