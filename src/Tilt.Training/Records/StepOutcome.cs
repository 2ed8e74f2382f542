using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Training.Optimizers;

namespace Tilt.Training.Records;

/// <summary>Everything that one training step made.</summary>
/// <param name="Groups">One group a problem, G responses each.</param>
/// <param name="Scores">Task-reward scores, <c>[group][G]</c>.</param>
/// <param name="Likelihoods">ℓ_π and ℓ_ref.</param>
/// <param name="ShapedRewards">R of the objective, <c>[group][G]</c>.</param>
/// <param name="Advantages">A, <c>[group][G]</c>.</param>
/// <param name="Update">What the optimiser did.</param>
public sealed record StepOutcome(
    IReadOnlyList<PromptGroup> Groups,
    RewardScore[][] Scores,
    Likelihoods Likelihoods,
    double[][] ShapedRewards,
    double[][] Advantages,
    UpdateStatistics Update)
{
    /// <summary>All completions, group by group.</summary>
    public IEnumerable<Completion> Completions => Groups.SelectMany(g => g.Completions);
}
