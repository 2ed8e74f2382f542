using Tilt.Rollouts;

namespace Tilt.Training.Rollouts;

/// <summary>ℓ_ref of rollouts.</summary>
public static class ReferenceScores
{
    /// <summary>log p(y|x) of every response under the reference, in nats, <c>[group][G]</c>.</summary>
    public static double[][] Of(IReadOnlyList<PromptGroup> groups, ILanguageModel reference)
    {
        TokenScores[] scores = reference.Score([.. groups.SelectMany(g => g.Completions.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds)))]);
        int next = 0;
        return [.. groups.Select(g => (double[])[.. g.Completions.Select(_ => scores[next++].LogProbability)])];
    }
}
