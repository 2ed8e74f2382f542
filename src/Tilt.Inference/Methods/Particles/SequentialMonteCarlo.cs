using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Particles;

/// <summary>
/// Sequential Monte Carlo for p^α·exp(r/β): N particles grow token by token from a proposal q; the prefix targets are p(y_≤t)^α, so
/// that each token multiplies a particle's weight by p^α/q; particles that ended keep their weight and take part in resampling;
/// exp(r/β) is the last weight. Resampling happens when weights have become too uneven.
/// </summary>
/// <remarks>
/// Ẑ·Σ Wᵢ·f(yᵢ) is an unbiased estimate of Σ_y p(y)^α·exp(r(y)/β)·f(y) for every N; W alone, and the particle drawn from it, are
/// only close to the target, by about 1/N. All populations advance together. The sampling log-probabilities of a particle are those
/// of the proposal.
/// </remarks>
public sealed class SequentialMonteCarlo : InferenceMethod<SequentialMonteCarloOptions>
{
    private readonly ILanguageModel _model;
    private readonly ResponseReward? _reward;

    /// <summary>Makes the method.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="reward">r, where the options give it a weight; else not looked at.</param>
    /// <param name="rewardUsesGold">Whether the reward knows the gold answers, which makes the method an oracle.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the reward is lacking.</exception>
    public SequentialMonteCarlo(ILanguageModel model, SequentialMonteCarloOptions options, ResponseReward? reward = null,
        bool rewardUsesGold = true)
        : base(options, options is { UsesReward: true } && rewardUsesGold)
    {
        ArgumentNullException.ThrowIfNull(model);
        options.Require(reward is not null, hasAnswers: false);
        _model = model;
        _reward = options.UsesReward ? reward : null;
    }

    /// <summary>
    /// Most sequences that grow together (a population is never split); bounds the memory of the model's state. Default 1,024.
    /// </summary>
    public int MaxBatchSize { get; init => field = MethodResources.CheckBatch(value); } = MethodResources.DefaultMaxBatchSize;

    internal Func<RandomStream, IParticleNumbers>? Numbers { get; init; }

    /// <summary>Every output is one particle of a population of its own, drawn in proportion to the weights.</summary>
    /// <inheritdoc/>
    public override async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
    {
        SequentialMonteCarloRun run = await RunParticlesAsync(requests, settings, cancellationToken).ConfigureAwait(false);
        return new MethodOutput([.. run.Samples.Select(samples => Array.ConvertAll(samples, sample => sample.Particles[sample.Chosen]))],
            run.Cost);
    }

    /// <summary>As <see cref="RunAsync"/>, with all particles, weights and estimates of the normaliser.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<SequentialMonteCarloRun> RunParticlesAsync(
        IReadOnlyList<InferenceRequest> requests, InferenceSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        PromptChecks.Check(_model, requests.Select(request => request.PromptIds), settings.MaxNewTokens);
        IEnumerable<ParticlePopulation> populations = requests.SelectMany(request => Enumerable.Range(0, settings.Outputs)
            .Select(output => NewPopulation(request, settings.Stream(request, output), settings.MaxNewTokens)));
        var samples = new List<ParticleSample>();
        var cost = new GenerationCost();
        foreach (ParticlePopulation[] batch in populations.Chunk(Math.Max(1, MaxBatchSize / Options.Particles)))
        {
            cost += Grow(batch, settings.MaxNewTokens, cancellationToken);
            samples.AddRange(await FinishAsync(batch, cancellationToken).ConfigureAwait(false));
        }
        return new SequentialMonteCarloRun([.. samples.Chunk(settings.Outputs)], cost);
    }

    private ParticlePopulation NewPopulation(InferenceRequest request, RandomStream stream, int limit) =>
        new(request, limit, Options, Numbers?.Invoke(stream) ?? new ParticleNumbers(stream, Options.Particles));

    private GenerationCost Grow(ParticlePopulation[] populations, int limit, CancellationToken cancellationToken)
    {
        float temperature = (float)(Options.ProposalTemperature ?? 1 / Options.Alpha);
        int[] endOfSequenceIds = [.. _model.EndOfSequenceIds];
        int capacity = populations.Length * Options.Particles, count = capacity;
        double[] uniforms = new double[capacity];
        int[] tokens = new int[capacity], rows = new int[capacity];
        float[] proposal = new float[capacity], own = new float[capacity];
        using IModelState state = Prefill(populations, out long forward);
        long generated = 0;
        for (int position = 0; ; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ParticlePopulation population in populations) population.CopyUniforms(position, uniforms);
            state.Sample(temperature, uniforms.AsSpan(0, count), tokens.AsSpan(0, count), proposal.AsSpan(0, count), own.AsSpan(0, count));
            int next = 0;
            foreach (ParticlePopulation population in populations)
            {
                generated += population.Append(tokens, proposal, own, limit, endOfSequenceIds);
                population.Resample(position);
                next += population.Open;
            }
            if (next == 0) return new GenerationCost(generated, forward);
            next = 0;
            foreach (ParticlePopulation population in populations)
            {
                population.CopyOpen(next, rows, tokens);
                next += population.Open;
            }
            state.Select(rows.AsSpan(0, next));
            state.Step(tokens.AsSpan(0, next));
            forward += next;
            count = next;
        }
    }

    private IModelState Prefill(ParticlePopulation[] populations, out long tokens)
    {
        var prompts = new List<int[]>();
        var indices = new Dictionary<int[], int>(TokenIdsComparer.Instance);
        int[] rows = new int[populations.Length * Options.Particles];
        for (int p = 0; p < populations.Length; p++)
        {
            int[] prompt = populations[p].Request.PromptIds;
            if (indices.TryAdd(prompt, prompts.Count)) prompts.Add(prompt);
            rows.AsSpan(p * Options.Particles, Options.Particles).Fill(indices[prompt]);
            populations[p].Begin(p * Options.Particles);
        }
        tokens = prompts.Sum(prompt => (long)prompt.Length);
        IModelState state = _model.Prefill(prompts);
        state.Select(rows);
        return state;
    }

    private async ValueTask<ParticleSample[]> FinishAsync(ParticlePopulation[] populations, CancellationToken cancellationToken)
    {
        Completion[][] particles = Array.ConvertAll(populations, population => population.Completions());
        double[] rewards = [];
        if (_reward is { } reward)
        {
            CandidateResponse[] responses =
                [.. populations.SelectMany(
                    (population, p) => particles[p].Select(particle => new CandidateResponse(population.Request.Problem, particle)))];
            rewards = await reward.ScoreCheckedAsync(responses, cancellationToken).ConfigureAwait(false);
        }
        int each = rewards.Length / populations.Length;
        return [.. populations.Select((population, p) => population.Finish(particles[p], rewards.AsSpan(p * each, each)))];
    }
}

/// <summary>What a run of sequential Monte Carlo gives.</summary>
/// <param name="Samples">For each problem its outputs in order.</param>
/// <param name="Cost">The work done.</param>
public sealed record SequentialMonteCarloRun(IReadOnlyList<ParticleSample[]> Samples, GenerationCost Cost);

/// <summary>A weighted sample of the target: one population of particles.</summary>
/// <param name="Particles">The responses, <c>[particles]</c>; the same one may occur more than once.</param>
/// <param name="Weights">Their weights, which sum to 1, <c>[particles]</c>.</param>
/// <param name="Chosen">The particle drawn in proportion to the weights.</param>
/// <param name="LogNormalizer">log Ẑ in nats; Ẑ is an unbiased estimate of Σ_y p(y|x)^α·exp(r/β) over the response space.</param>
/// <param name="EffectiveSize">Effective number of particles of the final weights, between 1 and N.</param>
/// <param name="Resamplings">Number of times the population was resampled.</param>
public sealed record ParticleSample(Completion[] Particles, double[] Weights, int Chosen, double LogNormalizer, double EffectiveSize,
    int Resamplings);
