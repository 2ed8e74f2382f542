using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives;

/// <summary>
/// One weight per token, all that an optimiser sees of rewards and algorithms: the gradient is Σ_i Σ_t weight_{i,t}·∇log π(y_{i,t}). With
/// REINFORCE weight_{i,t} = w_{i,t}·A_i / divisor_i, w the importance weight and divisor_i that of the aggregation (arXiv 2604.16259: all
/// response tokens of the step); other losses make more of it, <see cref="Losses.IPolicyLoss"/>.
/// </summary>
public static class TokenWeights
{
    /// <summary>The weights of a step's responses, at the policy of its start.</summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>: a response whose verdict was over budget takes no part.</param>
    /// <param name="advantages">A of each response, <c>[group][G]</c>.</param>
    /// <param name="likelihoods">log π of the tokens, which importance weights are taken of.</param>
    /// <param name="rule">Loss, aggregation and importance correction.</param>
    /// <returns>Float32 weights, <c>[group][G][time]</c>; empty for a response that takes no part.</returns>
    public static float[][][] Of(IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, double[][] advantages, Likelihoods likelihoods,
        LossRule rule) =>
        [.. Terms(groups, scores, new(advantages), likelihoods, rule).Select(group => (float[][])[.. group.Select(
            terms => terms is null ? [] : (float[])[.. terms.AtStart().Weights.Select(weight => (float)weight)])])];

    /// <summary>What each response has in the loss.</summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>.</param>
    /// <param name="gains">Their advantages.</param>
    /// <param name="likelihoods">log π of the tokens, and log p for a KL penalty in the loss.</param>
    /// <param name="rule">Loss, aggregation, importance correction, and who leaves the loss.</param>
    /// <returns><c>[group][G]</c>; null for a response that takes no part.</returns>
    /// <exception cref="ArgumentException">There is a KL penalty in the loss, and the reference's log-probabilities are
    /// missing.</exception>
    public static ResponseTerms?[][] Terms(IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, Gains gains, Likelihoods likelihoods,
        LossRule rule)
    {
        if (rule.Kl is { InLoss: true, Whole: false } && likelihoods.ReferenceTokens is null)
            throw new ArgumentException("A KL penalty in the loss needs the reference's log-probabilities.", nameof(likelihoods));
        bool[][] included = rule.Mask.Of(groups, scores, gains, likelihoods);
        long[] tokens = [.. groups.Select((group, g) => group.Completions.Where((_, i) => included[g][i]).Sum(c => (long)c.Length))];
        int responses = included.Sum(group => group.Count(i => i)), filled = included.Count(group => group.Any(i => i)),
            drawn = groups.Sum(group => group.Completions.Count);
        long all = tokens.Sum();
        var terms = new ResponseTerms?[groups.Count][];
        for (int g = 0; g < terms.Length; g++)
        {
            terms[g] = new ResponseTerms?[groups[g].Completions.Count];
            for (int i = 0; i < terms[g].Length; i++)
            {
                if (!included[g][i]) continue;
                int length = groups[g].Completions[i].Length;
                // Sums over responses have a constant divisor: who leaves the loss still counts in it.
                int averaged = rule.Aggregation == LossAggregation.SequenceSum ? drawn : responses;
                double share = 1 / rule.Aggregation.GroupDenominator(length, averaged, all, rule.Divisor, filled, tokens[g]);
                terms[g][i] = Of(groups[g].Completions[i], likelihoods, g, i, gains, share, rule);
            }
        }

        return terms;
    }

    private static ResponseTerms Of(Completion completion, Likelihoods likelihoods, int group, int index, Gains gains, double share,
        LossRule rule)
    {
        double[] policy = Wide.Of(likelihoods.PolicyTokens[group][index]), sampling = Wide.Of(completion.SamplingLogProbabilities),
            advantages = new double[completion.Length];
        rule.Importance.Weights(policy, sampling, advantages);
        for (int t = 0; t < advantages.Length; t++) advantages[t] *= gains.At(group, index, t) * share;
        return new(rule, advantages, share, policy, sampling,
            rule.Kl is { InLoss: true, Whole: false } ? Wide.Of(likelihoods.ReferenceTokens![group][index]) : null);
    }
}
