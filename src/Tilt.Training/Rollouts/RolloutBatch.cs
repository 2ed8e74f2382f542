using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Training.Optimizers;

namespace Tilt.Training.Rollouts;

/// <summary>The rollouts of one step with everything computed from them: rewards, log-probabilities, shaped rewards, advantages.</summary>
/// <param name="Groups">One group a problem, G responses each.</param>
/// <param name="Scores">Task-reward scores, <c>[group][G]</c>.</param>
/// <param name="PolicyLogProbabilities">ℓ_π of each response in nats, float32 log-probabilities summed in double, <c>[group][G]</c>.</param>
/// <param name="ReferenceLogProbabilities">ℓ_ref likewise, <c>[group][G]</c>.</param>
/// <param name="ShapedRewards">R of the objective, <c>[group][G]</c>.</param>
/// <param name="Advantages">Leave-one-out advantages of R, <c>[group][G]</c>.</param>
public sealed record RolloutBatch(
    IReadOnlyList<PromptGroup> Groups,
    RewardScore[][] Scores,
    double[][] PolicyLogProbabilities,
    double[][] ReferenceLogProbabilities,
    double[][] ShapedRewards,
    double[][] Advantages)
{
    /// <summary>Shapes rewards and takes leave-one-out advantages within each group.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>.</param>
    /// <param name="referenceLogProbabilities">ℓ_ref in nats, <c>[group][G]</c>.</param>
    public static RolloutBatch Shape(Objective objective, IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, double[][] referenceLogProbabilities)
    {
        double[][] policy = [.. groups.Select(g => (double[])[.. g.Completions.Select(c => c.LogProbability)])];
        var shaped = new double[groups.Count][];
        var advantages = new double[groups.Count][];
        for (int g = 0; g < groups.Count; g++)
        {
            var completions = groups[g].Completions;
            shaped[g] = new double[completions.Count];
            advantages[g] = new double[completions.Count];
            var included = new bool[completions.Count];
            for (int i = 0; i < completions.Count; i++)
            {
                shaped[g][i] = objective.ShapedReward(scores[g][i].Value, referenceLogProbabilities[g][i], policy[g][i], completions[i].Length);
                included[i] = scores[g][i].Outcome != RewardOutcome.OverBudget;
            }

            new LeaveOneOut().Compute(shaped[g], included, advantages[g]);
        }

        return new(groups, scores, policy, referenceLogProbabilities, shaped, advantages);
    }

    /// <summary>
    /// What the trainer sees: every response whose verdict was within budget. Responses of zero advantage stay, because the
    /// loss is a mean over the tokens of the whole batch.
    /// </summary>
    public IReadOnlyList<TrainingSequence> TrainingSequences()
    {
        var sequences = new List<TrainingSequence>();
        for (int g = 0; g < Groups.Count; g++)
        {
            for (int i = 0; i < Groups[g].Completions.Count; i++)
            {
                if (Scores[g][i].Outcome == RewardOutcome.OverBudget) continue;
                var completion = Groups[g].Completions[i];
                sequences.Add(new(new(completion.PromptIds, completion.ResponseIds), completion.SamplingLogProbabilities, Advantages[g][i]));
            }
        }

        return sequences;
    }

    /// <summary>All completions, group by group.</summary>
    public IEnumerable<Completion> Completions => Groups.SelectMany(g => g.Completions);
}
