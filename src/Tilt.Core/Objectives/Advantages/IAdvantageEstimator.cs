using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives.Advantages;

/// <summary>Turns the shaped rewards of a prompt's responses into advantages, the factors of their log-probabilities' gradients.</summary>
public interface IAdvantageEstimator
{
    /// <summary>Advantages of one group.</summary>
    /// <param name="rewards">Shaped rewards of a prompt's responses, <c>[G]</c>.</param>
    /// <param name="included">False for responses that take no part (their verdict was over budget): advantage 0, not in any baseline.
    /// <c>[G]</c>.</param>
    /// <param name="advantages">Receives the advantages, <c>[G]</c>.</param>
    /// <exception cref="ArgumentException">The three lengths differ.</exception>
    void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages);

    /// <summary>Advantages of every group of a step, <c>[group][G]</c>: group by group, unless the estimator looks at the whole
    /// step.</summary>
    /// <param name="rewards">Shaped rewards, <c>[group][G]</c>.</param>
    /// <param name="scores">Task-reward scores, which tell who takes part, <c>[group][G]</c>.</param>
    double[][] Of(double[][] rewards, RewardScore[][] scores)
    {
        var advantages = new double[rewards.Length][];
        for (int g = 0; g < rewards.Length; g++)
        {
            advantages[g] = new double[rewards[g].Length];
            Compute(rewards[g], [.. scores[g].Select(s => s.TakesPart)], advantages[g]);
        }

        return advantages;
    }

    /// <summary>The same for estimators that give every token an advantage of its own.</summary>
    /// <param name="rewards">Shaped rewards, <c>[group][G]</c>.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>.</param>
    /// <param name="likelihoods">Log-probabilities of the tokens.</param>
    Gains Of(double[][] rewards, RewardScore[][] scores, Likelihoods likelihoods) => new(Of(rewards, scores));
}
