using System.Globalization;
using Tilt.Objectives;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Training.Rollouts;

/// <summary>The rollouts of a step with what was made of them up to the reward.</summary>
/// <param name="Groups">One group a problem, G responses each.</param>
/// <param name="Scores">r, <c>[group][G]</c>.</param>
/// <param name="Likelihoods">ℓ_π and ℓ_ref.</param>
/// <param name="ShapedRewards">R, <c>[group][G]</c>.</param>
public sealed record RolloutBatch(IReadOnlyList<PromptGroup> Groups, RewardScore[][] Scores, Likelihoods Likelihoods,
    double[][] ShapedRewards)
{
    /// <summary>Groups that others have replaced.</summary>
    public int Replaced { get; init; }

    /// <summary>Response tokens of groups that are not in the batch.</summary>
    public long TokensDiscarded { get; init; }

    /// <summary>Which groups have one R for all responses, <c>[group]</c>.</summary>
    public bool[] Uniform { get; } = UniformRewards.Of(ShapedRewards, Scores);

    /// <summary>The batch with uniform groups replaced, in their order, by those of another batch that are not.</summary>
    public RolloutBatch WithUniformReplaced(RolloutBatch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        int[] from = [.. Enumerable.Range(0, other.Groups.Count).Where(g => !other.Uniform[g])];
        int[] to = [.. Enumerable.Range(0, Groups.Count).Where(g => Uniform[g]).Take(from.Length)];
        from = from[..to.Length];
        T[] Merged<T>(IReadOnlyList<T> ours, IReadOnlyList<T> theirs)
        {
            T[] merged = [.. ours];
            for (int k = 0; k < to.Length; k++) merged[to[k]] = theirs[from[k]];
            return merged;
        }

        Likelihoods ours = Likelihoods, theirs = other.Likelihoods;
        var likelihoods = new Likelihoods(Merged(ours.PolicyTokens, theirs.PolicyTokens), Merged(ours.Policy, theirs.Policy),
            ours.Reference is null ? null : Merged(ours.Reference, theirs.Reference!))
        {
            ReferenceTokens = ours.ReferenceTokens is null ? null : Merged(ours.ReferenceTokens, theirs.ReferenceTokens!),
            Divergences = ours.Divergences is null ? null : Merged(ours.Divergences, theirs.Divergences!),
        };
        long before = Tokens(Groups) + Tokens(other.Groups);
        PromptGroup[] groups = Merged(Groups, other.Groups);
        return new(groups, Merged(Scores, other.Scores), likelihoods, Merged(ShapedRewards, other.ShapedRewards))
        {
            Replaced = Replaced + to.Length,
            TokensDiscarded = TokensDiscarded + other.TokensDiscarded + before - Tokens(groups),
        };
    }

    /// <summary>Throws where a number that the gradient would be made of is not finite.</summary>
    /// <param name="step">The step, counted from 1, for the message.</param>
    /// <exception cref="ArithmeticException">A likelihood or reward is NaN or infinite; the message names it.</exception>
    public void CheckFinite(int step)
    {
        for (int g = 0; g < Groups.Count; g++)
        {
            for (int i = 0; i < Groups[g].Completions.Count; i++)
            {
                (string Name, double Value)[] numbers =
                [
                    ("task reward", Scores[g][i].Value), ("log-probability under the policy", Likelihoods.Policy[g][i]),
                    ("log-probability under the reference", Likelihoods.Reference?[g][i] ?? 0),
                    ("KL divergence", Likelihoods.Divergences?[g][i].Sum(kl => (double)kl) ?? 0), ("shaped reward", ShapedRewards[g][i]),
                ];
                foreach ((string name, double value) in numbers)
                {
                    if (!double.IsFinite(value))
                        throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture,
                            $"Step {step}: the {name} of response {i + 1} to problem '{Groups[g].Problem.Id}' is {value}; nothing was "
                            + $"updated. Check the model's weights and the reward, or lower optimizer.learning_rate."));
                }
            }
        }
    }

    private static long Tokens(IReadOnlyList<PromptGroup> groups) => groups.Sum(g => g.Completions.Sum(c => (long)c.Length));
}
