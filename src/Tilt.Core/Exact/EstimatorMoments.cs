using Tilt.Objectives;

namespace Tilt.Exact;

/// <summary>Expectation and variance of a gradient estimator, summed over all groups that can be drawn.</summary>
/// <param name="Mean">E[g] with respect to the policy's logits, <c>[contexts × vocabulary]</c>.</param>
/// <param name="TotalVariance">Trace of the covariance of g, E‖g − E[g]‖².</param>
/// <param name="MeanAdvantages">E[A_i | y_i = y] of every response, 0 where it is never drawn, <c>[responses]</c>.</param>
/// <param name="AdvantageVariance">Variance of A_i.</param>
public sealed record EstimatorMoments(double[] Mean, double TotalVariance, double[] MeanAdvantages, double AdvantageVariance)
{
    /// <summary>The moments of an estimator.</summary>
    /// <param name="objective">The objective whose gradient is estimated; its R is that of <paramref name="policy"/>.</param>
    /// <param name="policy">π, whose gradient is taken.</param>
    /// <param name="sampler">q, what the responses are drawn from: π itself on-policy, or an older policy.</param>
    /// <param name="estimator">The estimator.</param>
    public static EstimatorMoments Of(ExactObjective objective, TabularPolicy policy, TabularPolicy sampler, GradientEstimator estimator)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(estimator);
        double[] rewards = objective.ShapedRewards(policy.Law), drawn = sampler.Law.Probabilities;
        double[] responseWeights = ResponseWeights(policy, sampler, estimator.Importance),
            tokenWeights = TokenWeights(policy, sampler, estimator.Importance);
        double[][] products = InnerProducts(policy, tokenWeights);
        int size = estimator.GroupSize, count = rewards.Length;
        double[] groupRewards = new double[size], advantages = new double[size], coefficients = new double[size],
            weights = new double[size];
        int[] lengths = new int[size];
        bool[] included = [.. Enumerable.Repeat(true, size)];
        double[] meanCoefficients = new double[count], meanAdvantages = new double[count];
        double secondMoment = 0, advantageMean = 0, advantageSquare = 0;
        GroupEnumeration.ForEach(drawn, size, (group, probability) =>
        {
            for (int i = 0; i < size; i++) (groupRewards[i], lengths[i]) = (rewards[group[i]], policy.Space.Lengths[group[i]]);
            estimator.Advantage.Compute(groupRewards, included, advantages);
            estimator.Aggregation.TokenWeights(lengths, estimator.Divisor, weights);
            for (int i = 0; i < size; i++)
            {
                coefficients[i] = weights[i] * advantages[i] * responseWeights[group[i]];
                meanCoefficients[group[i]] += probability * coefficients[i];
                meanAdvantages[group[i]] += probability * advantages[i] / size;
                advantageMean += probability * advantages[i] / size;
                advantageSquare += probability * advantages[i] * advantages[i] / size;
            }
            secondMoment += probability * SquaredLength(group, coefficients, products);
        });
        for (int i = 0; i < count; i++) meanAdvantages[i] = drawn[i] == 0 ? 0 : meanAdvantages[i] / drawn[i];
        double[] mean = policy.ScoreSum(meanCoefficients, tokenWeights);
        return new(mean, Math.Max(0, secondMoment - mean.Sum(g => g * g)), meanAdvantages,
            advantageSquare - (advantageMean * advantageMean));
    }

    // ‖Σ_i c_i·s_i‖² for the score vectors s_i of a group's members.
    private static double SquaredLength(ReadOnlySpan<int> group, double[] coefficients, double[][] products)
    {
        double sum = 0;
        for (int i = 0; i < group.Length; i++)
        {
            double[] row = products[group[i]];
            double others = 0;
            for (int j = 0; j < i; j++) others += coefficients[j] * row[group[j]];
            sum += coefficients[i] * ((coefficients[i] * row[group[i]]) + (2 * others));
        }
        return sum;
    }

    // One factor for all tokens of a response.
    private static double[] ResponseWeights(TabularPolicy policy, TabularPolicy sampler, ImportanceCorrection importance)
    {
        double[] weights = new double[policy.Space.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            double logRatio = policy.Law.LogProbabilities[i] - sampler.Law.LogProbabilities[i];
            double weight = importance.Level == ImportanceLevel.Sequence ? importance.Weight(logRatio) : 1;
            weights[i] = importance.Keeps(logRatio, policy.Space.Lengths[i]) ? weight : 0;
        }

        return weights;
    }

    // A factor for every token in every context; empty where it is 1.
    private static double[] TokenWeights(TabularPolicy policy, TabularPolicy sampler, ImportanceCorrection importance)
    {
        if (importance.Level != ImportanceLevel.Token) return [];
        double[] weights = new double[policy.Conditionals.Length];
        for (int at = 0; at < weights.Length; at++)
        {
            if (policy.Space.Children[at] != ResponseTree.Impossible)
                weights[at] = importance.Weight(policy.Conditionals[at] - sampler.Conditionals[at]);
        }
        return weights;
    }

    // Inner products of the responses' score vectors Σ_t w_t·∇log π(y_t): with them a group's ‖g‖² needs no gradient.
    private static double[][] InnerProducts(TabularPolicy policy, double[] tokenWeights)
    {
        int count = policy.Space.Count;
        double[] one = new double[count];
        double[][] scores = new double[count][];
        for (int i = 0; i < count; i++)
        {
            one[i] = 1;
            scores[i] = policy.ScoreSum(one, tokenWeights);
            one[i] = 0;
        }
        double[][] products = [.. scores.Select(_ => new double[count])];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = 0;
                for (int at = 0; at < scores[i].Length; at++) product += scores[i][at] * scores[j][at];
                products[i][j] = products[j][i] = product;
            }
        }
        return products;
    }
}
