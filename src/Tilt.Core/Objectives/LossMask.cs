using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives;

/// <summary>
/// Which responses leave the loss and its divisor, and still count in their group's baseline. Those whose verdict was over budget leave
/// always.
/// </summary>
public sealed record LossMask
{
    /// <summary>Whether responses that met the length limit leave: DAPO's overlong filtering (arXiv 2503.14476), TRL's
    /// <c>mask_truncated_completions</c>.</summary>
    public bool Truncated { get; init; }

    /// <summary>
    /// Whether the responses of groups without any advantage leave: they add nothing to the gradient, only to its divisor.
    /// </summary>
    public bool ZeroVariance { get; init; }

    /// <summary>
    /// Largest <see cref="SequenceError"/>, at least 1; null for no bound. NeMo-RL's <c>seq_logprob_error_threshold</c>.
    /// </summary>
    public double? ErrorThreshold { get; init; }

    /// <summary>Which responses are in the loss, <c>[group][G]</c>.</summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="scores">Task-reward scores, <c>[group][G]</c>.</param>
    /// <param name="gains">Their advantages.</param>
    /// <param name="likelihoods">log π of the tokens.</param>
    public bool[][] Of(IReadOnlyList<PromptGroup> groups, RewardScore[][] scores, Gains gains, Likelihoods likelihoods)
    {
        var included = new bool[groups.Count][];
        for (int g = 0; g < included.Length; g++)
        {
            int size = groups[g].Completions.Count;
            bool filtered = ZeroVariance && gains.IsUniform(g);
            included[g] = new bool[size];
            for (int i = 0; i < size; i++)
            {
                Completion completion = groups[g].Completions[i];
                included[g][i] = scores[g][i].TakesPart && !filtered
                    && !(Truncated && completion.StopReason == StopReason.Length)
                    && !(ErrorThreshold is { } most && SequenceError(Wide.Of(completion.SamplingLogProbabilities),
                        Wide.Of(likelihoods.PolicyTokens[g][i])) > most);
            }
        }

        return included;
    }

    /// <summary>How far sampler and trainer are apart on a response: the mean over its tokens of exp |log q − log π|, at least 1.</summary>
    /// <param name="sampling">log q of its tokens, <c>[time]</c>.</param>
    /// <param name="policy">log π of the same tokens, <c>[time]</c>.</param>
    public static double SequenceError(ReadOnlySpan<double> sampling, ReadOnlySpan<double> policy)
    {
        double sum = 0;
        for (int t = 0; t < policy.Length; t++) sum += Math.Exp(Math.Abs(sampling[t] - policy[t]));
        return policy.Length == 0 ? 1 : sum / policy.Length;
    }
}
