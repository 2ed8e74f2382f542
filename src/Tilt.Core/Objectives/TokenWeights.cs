using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives;

/// <summary>How advantages become weights of tokens.</summary>
/// <param name="Aggregation">How tokens are averaged.</param>
/// <param name="Divisor">The constant that divides <see cref="LossAggregation.SequenceSum"/>: the length limit, in tokens.</param>
/// <param name="Importance">Corrects for samples that were not drawn from the policy itself.</param>
public sealed record LossRule(LossAggregation Aggregation, double Divisor, ImportanceCorrection Importance);

/// <summary>
/// One weight per token, all that an optimiser sees of rewards and algorithms: the gradient is Σ_i Σ_t weight_{i,t}·∇log π(y_{i,t}) with
/// weight_{i,t} = w_{i,t}·A_i / divisor_i, w the importance weight and divisor_i that of the aggregation (arXiv 2604.16259: all
/// response tokens of the step).
/// </summary>
public static class TokenWeights
{
    /// <summary>The weights of a step's responses.</summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>: a response whose verdict was over budget takes no part.</param>
    /// <param name="advantages">A of each response, <c>[group][G]</c>.</param>
    /// <param name="likelihoods">log π of the tokens, which importance weights are taken of.</param>
    /// <param name="rule">Aggregation and importance correction.</param>
    /// <returns>Float32 weights, <c>[group][G][time]</c>; empty for a response that takes no part.</returns>
    public static float[][][] Of(IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, double[][] advantages, Likelihoods likelihoods,
        LossRule rule)
    {
        int[] lengths =
            [.. groups.SelectMany((group, g) => group.Completions.Where((_, i) => scores[g][i].TakesPart).Select(c => c.Length))];
        double[] shares = new double[lengths.Length];
        rule.Aggregation.TokenWeights(lengths, rule.Divisor, shares);
        var weights = new float[groups.Count][][];
        int next = 0;
        for (int g = 0; g < groups.Count; g++)
        {
            weights[g] = new float[groups[g].Completions.Count][];
            for (int i = 0; i < weights[g].Length; i++)
                weights[g][i] = scores[g][i].TakesPart
                    ? Of(groups[g].Completions[i], likelihoods.PolicyTokens[g][i], advantages[g][i] * shares[next++], rule.Importance)
                    : [];
        }

        return weights;
    }

    private static float[] Of(Completion completion, float[] policy, double factor, ImportanceCorrection importance)
    {
        var ratios = new double[completion.Length];
        importance.Weights(policy, completion.SamplingLogProbabilities, ratios);
        return [.. ratios.Select(w => (float)(w * factor))];
    }
}
