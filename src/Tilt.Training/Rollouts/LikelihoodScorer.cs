using Tilt.Objectives;
using Tilt.Rollouts;

namespace Tilt.Training.Rollouts;

/// <summary>ℓ_π and ℓ_ref of rollouts, as the trainer sees them: float32, from the weights that the gradient will be taken of.</summary>
public sealed class LikelihoodScorer
{
    private readonly IPolicyEngine _engine;
    private readonly ReferenceModel? _reference;
    private readonly StepTimings _timings;
    private readonly DivergenceScorer? _divergences;
    private readonly bool _scoresAll, _scoresWeighted;

    /// <summary>A scorer.</summary>
    /// <param name="engine">The policy.</param>
    /// <param name="reference">The reference p; null where nothing asks for it.</param>
    /// <param name="timings">Told how long scoring takes.</param>
    /// <param name="objective">Tells whether the reward depends on ℓ_π.</param>
    /// <param name="rule">Tells whether the weights of tokens depend on log π.</param>
    /// <param name="divergences">Scores whole next-token distributions; null where nothing asks for it.</param>
    public LikelihoodScorer(IPolicyEngine engine, ReferenceModel? reference, StepTimings timings, Objective objective,
        LossRule rule, DivergenceScorer? divergences = null)
    {
        (_engine, _reference, _timings, _divergences) = (engine, reference, timings, divergences);
        // The metric kl/reference compares both likelihoods of every response.
        _scoresAll = !engine.RecordsTrainerLogProbabilities
            && (objective.KlWeight != 0 || reference is not null || rule.Mask.ErrorThreshold is not null);
        _scoresWeighted = !engine.RecordsTrainerLogProbabilities && !_scoresAll && rule.UsesPolicyTokens;
    }

    /// <summary>Tokens, prompts included, of the sequences that were scored since this was last set to 0.</summary>
    public long TokensForward { get; set; }

    /// <summary>
    /// The likelihoods of every response of the groups. ℓ_π is the trainer's own where the objective or a metric needs it; elsewhere what
    /// the engine recorded stands for it until <see cref="Complete"/>.
    /// </summary>
    public Likelihoods Of(IReadOnlyList<PromptGroup> groups)
    {
        using var scoring = _timings.Measure("time/scoring");
        float[][][] policy = _scoresAll
            ? Score(groups, _engine.Model)
            : [.. groups.Select(g => (float[][])[.. g.Completions.Select(c => c.LogProbabilities)])];
        if (_divergences is not null) TokensForward += 2 * groups.Sum(g => g.Completions.Sum(c => (long)c.PromptIds.Length + c.Length));
        return Likelihoods.Of(policy, _reference is null ? null : Score(groups, _reference.Model)) with
        {
            Divergences = _divergences?.Of(groups),
        };
    }

    /// <summary>
    /// The same with the trainer's own log π for every response that has an advantage: the importance weights of the others multiply
    /// nothing, and are not worth a forward pass.
    /// </summary>
    /// <param name="likelihoods">What <see cref="Of"/> gave.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="gains">The advantages.</param>
    public Likelihoods Complete(Likelihoods likelihoods, IReadOnlyList<PromptGroup> groups, Gains gains)
    {
        if (!_scoresWeighted) return likelihoods;
        using var scoring = _timings.Measure("time/scoring");
        (int Group, int Index)[] wanted =
            [.. groups.SelectMany((group, g) => group.Completions.Select((_, i) => (g, i))).Where(at => !gains.IsZero(at.g, at.i))];
        if (wanted.Length == 0) return likelihoods;
        TokenScores[] scores = Score([.. wanted.Select(at => groups[at.Group].Completions[at.Index])], _engine.Model);
        float[][][] policy = [.. likelihoods.PolicyTokens.Select(group => (float[][])[.. group])];
        for (int k = 0; k < wanted.Length; k++) policy[wanted[k].Group][wanted[k].Index] = scores[k].LogProbabilities;
        return Likelihoods.Of(policy, null) with
        {
            Reference = likelihoods.Reference,
            ReferenceTokens = likelihoods.ReferenceTokens,
            Divergences = likelihoods.Divergences,
        };
    }

    private float[][][] Score(IReadOnlyList<PromptGroup> groups, ILanguageModel model)
    {
        TokenScores[] scores = Score([.. groups.SelectMany(g => g.Completions)], model);
        int next = 0;
        return [.. groups.Select(g => (float[][])[.. g.Completions.Select(_ => scores[next++].LogProbabilities)])];
    }

    private TokenScores[] Score(IReadOnlyList<Completion> completions, ILanguageModel model)
    {
        TokensForward += completions.Sum(c => (long)c.PromptIds.Length + c.Length);
        return model.Score([.. completions.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
    }
}
