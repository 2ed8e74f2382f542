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
    /// <summary>Which groups have one R for all their responses, <c>[group]</c>.</summary>
    public required bool[] Uniform { get; init; }

    /// <summary>Groups that were replaced because all their responses had the same R.</summary>
    public int Replaced { get; init; }

    /// <summary>Response tokens that were sampled and are in no group.</summary>
    public long TokensDiscarded { get; init; }

    /// <summary>Responses that are not in the loss.</summary>
    public int Masked { get; init; }

    /// <summary>All completions, group by group.</summary>
    public IEnumerable<Completion> Completions => Groups.SelectMany(g => g.Completions);
}
