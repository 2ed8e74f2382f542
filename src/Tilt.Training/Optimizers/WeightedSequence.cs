using Tilt.Objectives;
using Tilt.Rollouts;

namespace Tilt.Training.Optimizers;

/// <summary>What an optimiser sees of a response: tokens and one weight each. It knows nothing of rewards or algorithms.</summary>
/// <param name="Sequence">Prompt and response tokens.</param>
/// <param name="Weights">Factor of ∇log π of each response token, float32 <c>[time]</c>.</param>
/// <param name="SamplingLogProbabilities">log q of each response token under the distribution it was drawn from, <c>[time]</c>: for the
/// mismatch metrics alone.</param>
public readonly record struct WeightedSequence(TokenSequence Sequence, float[] Weights, float[] SamplingLogProbabilities)
{
    /// <summary>Gives the weights at other log-probabilities of the tokens; null where they do not depend on the policy.</summary>
    public ResponseTerms? Terms { get; init; }

    /// <summary>Prompt and response tokens together.</summary>
    public int Length => Sequence.PromptIds.Length + Sequence.ResponseIds.Length;

    /// <summary>
    /// The responses of a step that have a part in its gradient. The divisors are in the weights, so one whose weights are all 0 is left
    /// out without changing anything.
    /// </summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="weights">One weight per token, <c>[group][G][time]</c>.</param>
    public static IReadOnlyList<WeightedSequence> Of(IReadOnlyList<PromptGroup> groups, float[][][] weights) =>
    [
        .. from g in Enumerable.Range(0, groups.Count)
           from i in Enumerable.Range(0, groups[g].Completions.Count)
           where weights[g][i].Any(w => w != 0)
           let completion = groups[g].Completions[i]
           select new WeightedSequence(new(completion.PromptIds, completion.ResponseIds), weights[g][i],
               completion.SamplingLogProbabilities),
    ];

    /// <summary>The same with the weights of a loss, which may change while a step has several updates.</summary>
    /// <param name="groups">One group a problem.</param>
    /// <param name="terms">What each response has in the loss, <c>[group][G]</c>; null for one that takes no part.</param>
    public static IReadOnlyList<WeightedSequence> Of(IReadOnlyList<PromptGroup> groups, ResponseTerms?[][] terms) =>
    [
        .. from g in Enumerable.Range(0, groups.Count)
           from i in Enumerable.Range(0, groups[g].Completions.Count)
           where terms[g][i] is not null
           let term = terms[g][i]!
           let weights = (float[])[.. term.AtStart().Weights.Select(weight => (float)weight)]
           where term.Rule.Kl.InLoss || weights.Any(w => w != 0)
           let completion = groups[g].Completions[i]
           select new WeightedSequence(new(completion.PromptIds, completion.ResponseIds), weights, completion.SamplingLogProbabilities)
           {
               Terms = term.Rule.DependsOnCurrent ? term : null,
           },
    ];
}
