namespace Tilt.Objectives;

/// <summary>How the terms A_i·∇log π(y_{i,t}) of a group's tokens are averaged into one gradient.</summary>
public enum LossAggregation
{
    /// <summary>Sum over all tokens, divided by the number of tokens, Σ T_i. The paper's runs, DAPO (arXiv 2503.14476).</summary>
    TokenMean,

    /// <summary>Mean over responses of the mean over each one's tokens. GRPO (arXiv 2402.03300).</summary>
    SequenceMeanTokenMean,

    /// <summary>Mean over responses of the sum over each one's tokens, divided by a constant. Dr. GRPO (arXiv 2503.20783), RLOO.</summary>
    SequenceSum,
}

/// <summary>What each aggregation weighs a token with.</summary>
public static class LossAggregations
{
    /// <summary>The weight of every token of each response, <c>[G]</c>.</summary>
    /// <param name="aggregation">The aggregation.</param>
    /// <param name="lengths">T of each response in tokens, <c>[G]</c>.</param>
    /// <param name="divisor">The constant that divides sums over sequences, such as the length limit; not used by the others.</param>
    /// <param name="weights">Receives the weights, <c>[G]</c>.</param>
    public static void TokenWeights(this LossAggregation aggregation, ReadOnlySpan<int> lengths, double divisor, Span<double> weights)
    {
        long tokens = 0;
        foreach (int length in lengths) tokens += length;
        for (int i = 0; i < lengths.Length; i++)
        {
            weights[i] = aggregation switch
            {
                LossAggregation.TokenMean => 1.0 / tokens,
                LossAggregation.SequenceMeanTokenMean => 1.0 / ((double)lengths.Length * lengths[i]),
                LossAggregation.SequenceSum => 1.0 / (lengths.Length * divisor),
                _ => throw new InvalidOperationException($"Aggregation {aggregation} is not defined."),
            };
        }
    }
}
