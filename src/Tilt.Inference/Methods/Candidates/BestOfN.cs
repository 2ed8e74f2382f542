using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Candidates;

/// <summary>By what best-of-n chooses.</summary>
public enum LikelihoodCriterion
{
    /// <summary>log p(y|x), the sum over all tokens.</summary>
    Sequence,

    /// <summary>log p(y|x) / T, the mean over all tokens.</summary>
    MeanPerToken,
}

/// <summary>
/// Best-of-n: every output is the best of n fresh samples (ties: the first drawn), by the model's own likelihood or by a reward.
/// </summary>
/// <remarks>
/// With F the distribution function of the score of one sample and F⁻ its left limit, the output is y with probability
/// p(y)·(F(s(y))ⁿ − F⁻(s(y))ⁿ) / (F(s(y)) − F⁻(s(y))).
/// </remarks>
public sealed class BestOfN : IInferenceMethod
{
    private readonly CandidateSampling _sampling;
    private readonly int _n;
    private readonly LikelihoodCriterion _criterion;
    private readonly ResponseReward? _reward;

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

    /// <summary>Makes the method that chooses by a reward.</summary>
    /// <param name="sampler">Draws the candidates.</param>
    /// <param name="n">Candidates for each output, at least 1.</param>
    /// <param name="reward">Scores the candidates.</param>
    /// <param name="usesGold">Whether the reward knows the gold answers, which makes the method an oracle.</param>
    /// <param name="temperature">Temperature the candidates are drawn at; 1 is the model itself.</param>
    public BestOfN(ISampler sampler, int n, ResponseReward reward, bool usesGold = true, float temperature = 1f)
        : this(sampler, n, LikelihoodCriterion.Sequence, temperature)
    {
        ArgumentNullException.ThrowIfNull(reward);
        _reward = reward;
        UsesGold = usesGold;
    }

    /// <inheritdoc/>
    public string Name => (_reward, _criterion) switch
    {
        (not null, _) => $"best-of-{_n}-reward",
        (null, LikelihoodCriterion.Sequence) => $"best-of-{_n}-likelihood",
        _ => $"best-of-{_n}-mean-likelihood",
    };

    /// <inheritdoc/>
    public bool IsDeterministic => false;

    /// <inheritdoc/>
    public bool UsesGold { get; }

    /// <summary>Index of the best candidate, the first of equals.</summary>
    public static int IndexOfBest(IReadOnlyList<Completion> candidates, LikelihoodCriterion criterion)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        double[] scores = [.. candidates.Select(candidate => Score(candidate, criterion))];
        return IndexOfBest(scores);
    }

    private static int IndexOfBest(ReadOnlySpan<double> scores)
    {
        if (scores.Length == 0) throw new ArgumentException("There is no candidate to choose from.", nameof(scores));
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) best = i;
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

        async Task Choose(IReadOnlyList<CandidateGroup> groups)
        {
            double[] scores = await ScoreAsync(groups, cancellationToken).ConfigureAwait(false);
            for (int g = 0; g < groups.Count; g++)
                outputs.Add(groups[g].Candidates[IndexOfBest(scores.AsSpan(g * _n, _n))]);
        }
    }

    private async ValueTask<double[]> ScoreAsync(IReadOnlyList<CandidateGroup> groups, CancellationToken cancellationToken) => _reward is null
        ? [.. groups.SelectMany(group => group.Candidates).Select(candidate => Score(candidate, _criterion))]
        : await _reward.ScoreCheckedAsync(
            [.. groups.SelectMany(group => group.Candidates.Select(candidate => new CandidateResponse(group.Request.Problem, candidate)))],
            cancellationToken).ConfigureAwait(false);

    private static double Score(Completion candidate, LikelihoodCriterion criterion) =>
        criterion == LikelihoodCriterion.Sequence ? candidate.LogProbability : candidate.LogProbability / candidate.Length;
}
