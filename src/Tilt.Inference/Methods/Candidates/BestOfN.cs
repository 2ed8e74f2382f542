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

/// <summary>How best-of-n runs.</summary>
public sealed record BestOfNOptions : MethodOptions
{
    /// <summary>How names are written.</summary>
    public static MethodGrammar<BestOfNOptions> Grammar { get; } =
        new MethodGrammar<BestOfNOptions>(
            "best-of", new(), "best-of-8-likelihood", "best-of-8-mean-likelihood", "best-of-8-reward",
            "best-of-8-likelihood-temperature-0.7", "best-of-8-mean-likelihood")
            .Whole("N", o => o.Candidates, (o, value) => o with { Candidates = value })
            .Choice<LikelihoodCriterion?>(
                o => o.Criterion,
                (o, value) => o with { Criterion = value },
                ("likelihood", LikelihoodCriterion.Sequence), ("mean-likelihood", LikelihoodCriterion.MeanPerToken), ("reward", null))
            .OptionalReal("temperature", "T", o => o.Temperature, (o, value) => o with { Temperature = value });

    /// <summary>n, candidates for each output. Default 8.</summary>
    public int Candidates { get; init; } = 8;

    /// <summary>What the best candidate has most of; null chooses by a reward. Default the likelihood of the sequence.</summary>
    public LikelihoodCriterion? Criterion { get; init; } = LikelihoodCriterion.Sequence;

    /// <summary>Temperature the candidates are drawn at; 1 is the model itself. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override int? Draws => Candidates;

    /// <inheritdoc/>
    public override bool Sharpens => !UsesReward && Candidates > 1;

    /// <inheritdoc/>
    public override bool UsesReward => Criterion is null;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireTogether(Candidates, nameof(Candidates));
        RequirePositive(Temperature, nameof(Temperature));
    }

    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) =>
        new BestOfN(resources.Sampler, this, resources.Reward, resources.RewardUsesGold);
}

/// <summary>
/// Best-of-n: every output is the best of n fresh samples (ties: the first drawn), by the model's own likelihood or by a reward.
/// </summary>
/// <remarks>
/// With F the distribution function of the score of one sample and F⁻ its left limit, the output is y with probability
/// p(y)·(F(s(y))ⁿ − F⁻(s(y))ⁿ) / (F(s(y)) − F⁻(s(y))).
/// </remarks>
public sealed class BestOfN : InferenceMethod<BestOfNOptions>
{
    private readonly CandidateSampling _sampling;
    private readonly ResponseReward? _reward;

    /// <summary>Makes the method.</summary>
    /// <param name="sampler">Draws the candidates.</param>
    /// <param name="options">How many, and what the best has most of.</param>
    /// <param name="reward">Scores the candidates where they are chosen by a reward; else not looked at.</param>
    /// <param name="rewardUsesGold">Whether the reward knows the gold answers, which makes the method an oracle.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the reward is lacking.</exception>
    public BestOfN(ISampler sampler, BestOfNOptions options, ResponseReward? reward = null, bool rewardUsesGold = true)
        : base(options, options is { UsesReward: true } && rewardUsesGold)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        options.Require(reward is not null, hasAnswers: false);
        _sampling = new CandidateSampling(sampler, options.Candidates, (float)options.Temperature);
        _reward = options.UsesReward ? reward : null;
    }

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
    public override async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
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
                outputs.Add(groups[g].Candidates[IndexOfBest(scores.AsSpan(g * Options.Candidates, Options.Candidates))]);
        }
    }

    private async ValueTask<double[]> ScoreAsync(IReadOnlyList<CandidateGroup> groups, CancellationToken cancellationToken) =>
        _reward is null
            ? [.. groups.SelectMany(group => group.Candidates).Select(candidate => Score(candidate, Options.Criterion!.Value))]
            : await _reward.ScoreCheckedAsync(
                [.. groups.SelectMany(group =>
                    group.Candidates.Select(candidate => new CandidateResponse(group.Request.Problem, candidate)))],
                cancellationToken).ConfigureAwait(false);

    private static double Score(Completion candidate, LikelihoodCriterion criterion) =>
        criterion == LikelihoodCriterion.Sequence ? candidate.LogProbability : candidate.LogProbability / candidate.Length;
}
