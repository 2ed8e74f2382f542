using Tilt.Rollouts;

namespace Tilt.Training.Rollouts;

/// <summary>ℓ_π and ℓ_ref of rollouts, as the trainer sees them: float32, from the weights that the gradient will be taken of.</summary>
public sealed class LikelihoodScorer
{
    private readonly IPolicyEngine _engine;
    private readonly ReferenceModel? _reference;
    private readonly StepTimings _timings;

    /// <summary>A scorer.</summary>
    /// <param name="engine">The policy.</param>
    /// <param name="reference">The reference p; null where nothing asks for it.</param>
    /// <param name="timings">Told how long scoring takes.</param>
    public LikelihoodScorer(IPolicyEngine engine, ReferenceModel? reference, StepTimings timings) =>
        (_engine, _reference, _timings) = (engine, reference, timings);

    /// <summary>Models that every response goes through here.</summary>
    public int Passes => (_engine.RecordsTrainerLogProbabilities ? 0 : 1) + (_reference is null ? 0 : 1);

    /// <summary>The likelihoods of every response of the groups.</summary>
    public Likelihoods Of(IReadOnlyList<PromptGroup> groups)
    {
        using var scoring = _timings.Measure("time/scoring");
        float[][][] policy = _engine.RecordsTrainerLogProbabilities
            ? [.. groups.Select(g => (float[][])[.. g.Completions.Select(c => c.LogProbabilities)])]
            : Score(groups, _engine.Model);
        return Likelihoods.Of(policy, _reference is null ? null : Score(groups, _reference.Model));
    }

    private static float[][][] Score(IReadOnlyList<PromptGroup> groups, ILanguageModel model)
    {
        TokenScores[] scores =
            model.Score([.. groups.SelectMany(g => g.Completions.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds)))]);
        int next = 0;
        return [.. groups.Select(g => (float[][])[.. g.Completions.Select(_ => scores[next++].LogProbabilities)])];
    }
}
