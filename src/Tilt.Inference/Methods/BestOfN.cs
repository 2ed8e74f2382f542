using Tilt.Rollouts;

namespace Tilt.Inference;

/// <summary>By what best-of-n chooses.</summary>
public enum LikelihoodCriterion
{
    /// <summary>log p(y|x), the sum over all tokens.</summary>
    Sequence,

    /// <summary>log p(y|x) / T, the mean over all tokens.</summary>
    MeanPerToken,
}

/// <summary>
/// Best-of-n by the model's own likelihood: every output is the best of n fresh samples (ties: the first drawn). No gold answer
/// is used.
/// </summary>
public sealed class BestOfN : IInferenceMethod
{
    private readonly CandidateSampling _sampling;
    private readonly int _n;
    private readonly LikelihoodCriterion _criterion;

    /// <summary>Makes the method.</summary>
    /// <param name="sampler">Draws the candidates.</param>
    /// <param name="n">Candidates for each output, at least 1.</param>
    /// <param name="criterion">What the best candidate has most of.</param>
    /// <param name="temperature">Temperature the candidates are drawn at; 1 is the model itself.</param>
    public BestOfN(ISampler sampler, int n, LikelihoodCriterion criterion, float temperature = 1f)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        _sampling = new CandidateSampling(sampler, n, temperature);
        _n = n;
        _criterion = criterion;
    }

    /// <inheritdoc/>
    public string Name => _criterion == LikelihoodCriterion.Sequence ? $"best-of-{_n}-likelihood" : $"best-of-{_n}-mean-likelihood";

    /// <inheritdoc/>
    public bool IsDeterministic => false;

    /// <summary>Index of the best candidate, the first of equals.</summary>
    public static int IndexOfBest(IReadOnlyList<Completion> candidates, LikelihoodCriterion criterion)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Count == 0) throw new ArgumentException("There is no candidate to choose from.", nameof(candidates));
        int best = 0;
        for (int i = 1; i < candidates.Count; i++)
        {
            if (Score(candidates[i], criterion) > Score(candidates[best], criterion)) best = i;
        }
        return best;
    }

    /// <inheritdoc/>
    public async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var outputs = new List<Completion>(requests.Count * settings.Outputs);
        GenerationCost cost = await _sampling.RunAsync(requests, settings, Choose, cancellationToken).ConfigureAwait(false);
        return new MethodOutput([.. outputs.Chunk(settings.Outputs)], cost);

        Task Choose(IReadOnlyList<CandidateGroup> groups)
        {
            outputs.AddRange(groups.Select(group => group.Candidates[IndexOfBest(group.Candidates, _criterion)]));
            return Task.CompletedTask;
        }
    }

    private static double Score(Completion candidate, LikelihoodCriterion criterion) =>
        criterion == LikelihoodCriterion.Sequence ? candidate.LogProbability : candidate.LogProbability / candidate.Length;
}
