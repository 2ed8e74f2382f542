namespace Tilt.TiltFit;

/// <summary>One response to a prompt, scored by both models.</summary>
/// <param name="BaseLogProbability">log p(y|x) in nats: the sum over its tokens under the base model, untempered.</param>
/// <param name="TunedLogProbability">log π(y|x) in nats, likewise under the tuned model.</param>
/// <param name="Reward">r(x, y); null when there are no gold answers.</param>
/// <param name="Length">T, its tokens, the end-of-sequence token included.</param>
public readonly record struct ScoredDraw(double BaseLogProbability, double TunedLogProbability, double? Reward, int Length)
{
    /// <summary>log π − log p in nats.</summary>
    public double LogRatio => TunedLogProbability - BaseLogProbability;

    /// <summary>Whether the reward is that of a right answer, 1 or more.</summary>
    public bool IsCorrect => Reward >= 1;
}

/// <summary>The responses drawn for one prompt; duplicates stay, because the draws are the weights.</summary>
/// <param name="Id">The problem's id.</param>
/// <param name="FromBase">Independent draws from p at temperature 1, at least 2.</param>
/// <param name="FromTuned">Independent draws from π at temperature 1, as many, independent of the others.</param>
public sealed record PromptDraws(string Id, IReadOnlyList<ScoredDraw> FromBase, IReadOnlyList<ScoredDraw> FromTuned);
