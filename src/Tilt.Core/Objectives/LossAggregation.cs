using System.ComponentModel;

namespace Tilt.Objectives;

/// <summary>How the terms A_i·∇log π(y_{i,t}) of the tokens of several responses are averaged into one gradient.</summary>
public enum LossAggregation
{
    /// <summary>Sum over all tokens, divided by the number of tokens, Σ T_i. The paper's runs, DAPO (arXiv 2503.14476).</summary>
    [Description("over all response tokens of the step; the paper's runs, DAPO")]
    TokenMean,

    /// <summary>Mean over responses of the mean over each one's tokens. GRPO (arXiv 2402.03300).</summary>
    [Description("over each response's tokens, then over responses; GRPO")]
    SequenceMeanTokenMean,

    /// <summary>Mean over responses of the sum over each one's tokens, divided by a constant. Dr. GRPO (arXiv 2503.20783), RLOO.</summary>
    [Description("sum over each response's tokens divided by rollout.max_new_tokens, then mean over responses; Dr. GRPO, RLOO")]
    SequenceSum,

    /// <summary>Mean over groups of the mean over all tokens of each group's responses: TRL's <c>bnpo</c> (Xiao et al., "BNPO",
    /// arXiv 2506.02864), whose local batch is here a problem's group. With one group it is <see cref="TokenMean"/>.</summary>
    [Description("over all tokens of a problem's responses, then over problems; BNPO with a problem as the local batch")]
    Bnpo,
}

/// <summary>What each aggregation weighs a token with.</summary>
public static class LossAggregations
{
    /// <summary>What the term of one token is divided by.</summary>
    /// <param name="aggregation">The aggregation.</param>
    /// <param name="length">T of the token's response, in tokens.</param>
    /// <param name="responses">Number of responses averaged over.</param>
    /// <param name="tokens">Σ T over all of them.</param>
    /// <param name="divisor">The constant that divides sums over sequences, such as the length limit; not used by the others.</param>
    /// <exception cref="ArgumentException">The aggregation needs the groups: see <see cref="GroupDenominator"/>.</exception>
    public static double Denominator(this LossAggregation aggregation, int length, int responses, long tokens, double divisor) =>
        aggregation switch
        {
            LossAggregation.TokenMean => tokens,
            LossAggregation.SequenceMeanTokenMean => (double)responses * length,
            LossAggregation.SequenceSum => responses * divisor,
            LossAggregation.Bnpo => throw new ArgumentException($"The mean over groups needs the groups' sizes."),
            _ => throw new InvalidOperationException($"Aggregation {aggregation} is not defined."),
        };

    /// <summary>What the term of one token is divided by, where the responses come from several groups.</summary>
    /// <param name="aggregation">The aggregation.</param>
    /// <param name="length">T of the token's response, in tokens.</param>
    /// <param name="responses">Number of responses averaged over.</param>
    /// <param name="tokens">Σ T over all of them.</param>
    /// <param name="divisor">The constant that divides sums over sequences.</param>
    /// <param name="groups">Number of groups with a response.</param>
    /// <param name="groupTokens">Σ T over the responses of the token's group.</param>
    public static double GroupDenominator(this LossAggregation aggregation, int length, int responses, long tokens, double divisor,
        int groups, long groupTokens) =>
        aggregation == LossAggregation.Bnpo
            ? (double)groups * groupTokens
            : aggregation.Denominator(length, responses, tokens, divisor);

    /// <summary>The weight of every token of each response of one group, <c>[G]</c>.</summary>
    /// <param name="aggregation">The aggregation.</param>
    /// <param name="lengths">T of each response in tokens, <c>[G]</c>.</param>
    /// <param name="divisor">The constant that divides sums over sequences.</param>
    /// <param name="weights">Receives the weights, <c>[G]</c>.</param>
    public static void TokenWeights(this LossAggregation aggregation, ReadOnlySpan<int> lengths, double divisor, Span<double> weights)
    {
        long tokens = 0;
        foreach (int length in lengths) tokens += length;
        for (int i = 0; i < lengths.Length; i++)
            weights[i] = 1 / aggregation.GroupDenominator(lengths[i], lengths.Length, tokens, divisor, 1, tokens);
    }
}
