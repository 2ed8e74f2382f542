using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Beams;

/// <summary>How beam search runs.</summary>
public sealed record BeamSearchOptions : MethodOptions
{
    /// <summary>How names are written.</summary>
    public static MethodGrammar<BeamSearchOptions> Grammar { get; } =
        new MethodGrammar<BeamSearchOptions>("beam", new(), "beam-4", "beam-4-penalty-1-early-stopping", "beam-4-early-stopping",
            "beam-4-penalty-1")
            .Whole("WIDTH", o => o.Width, (o, value) => o with { Width = value })
            .OptionalReal("penalty", "L", o => o.LengthPenalty, (o, value) => o with { LengthPenalty = value })
            .Flag("early-stopping", o => o.EarlyStopping, o => o with { EarlyStopping = true });

    /// <summary>Beams, and most hypotheses returned. Default 4.</summary>
    public int Width { get; init; } = 4;

    /// <summary>
    /// A hypothesis scores log p(y|x) / T^penalty, T being its tokens with the end-of-sequence token: 0 looks for the most likely
    /// response (as sharpening does), 1 for the highest mean log-probability per token, more favours longer responses still.
    /// Default 0; Transformers' default is 1.
    /// </summary>
    public double LengthPenalty { get; init; }

    /// <summary>
    /// True stops as soon as <see cref="Width"/> hypotheses are finished. False goes on until the best running beam, scored at
    /// its present length, no longer beats the worst of them. Default false.
    /// </summary>
    public bool EarlyStopping { get; init; }

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override bool IsDeterministic => true;

    /// <inheritdoc/>
    public override bool Sharpens => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireTogether(Width, nameof(Width));
        if (!double.IsFinite(LengthPenalty)) throw new ArgumentException($"LengthPenalty is {LengthPenalty}; a finite number is needed.");
    }

    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) =>
        new BeamSearch(resources.Model, this) { MaxBatchSize = resources.MaxBatchSize };
}

/// <summary>
/// Beam search, many problems at once, as Transformers' <c>generate</c> defines it: at every step the best 2·width continuations
/// over all beams of a problem are ranked; one that ends counts as finished only if it ranks among the first width; the best width
/// that do not end go on; hypotheses that reach the limit compete with the same score.
/// </summary>
public sealed class BeamSearch : InferenceMethod<BeamSearchOptions>
{
    private readonly ILanguageModel _model;

    /// <summary>Makes the method.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public BeamSearch(ILanguageModel model, BeamSearchOptions options)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
    }

    /// <summary>Most beams of all problems that grow together; bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init => field = MethodResources.CheckBatch(value); } = MethodResources.DefaultMaxBatchSize;

    /// <summary>The best hypothesis of every problem, or the best <see cref="InferenceSettings.Ranked"/> with their scores.</summary>
    /// <inheritdoc/>
    public override Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        BeamSearchResult result = Search([.. requests.Select(request => request.PromptIds)], settings.MaxNewTokens, cancellationToken);
        BeamHypothesis[][] best = [.. result.Hypotheses.Select(found => found.Take(settings.Ranked).ToArray())];
        return Task.FromResult(new MethodOutput([.. best.Select(found => Array.ConvertAll(found, hypothesis => hypothesis.Completion))],
            result.Cost)
        {
            Scores = [.. best.Select(found => Array.ConvertAll(found, hypothesis => hypothesis.Score))],
        });
    }

    /// <summary>Finds the best hypotheses of every prompt.</summary>
    /// <param name="prompts">Token ids of the prompts, not empty.</param>
    /// <param name="maxNewTokens">Most response tokens, the end-of-sequence token included.</param>
    /// <param name="cancellationToken">Stops the search; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A prompt is empty, holds an id outside the vocabulary, or exceeds the context together with the
    /// limit.</exception>
    public BeamSearchResult Search(IReadOnlyList<int[]> prompts, int maxNewTokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        PromptChecks.Check(_model, prompts, maxNewTokens);
        var hypotheses = new List<BeamHypothesis[]>(prompts.Count);
        var cost = new GenerationCost();
        foreach (int[][] batch in prompts.Chunk(Math.Max(1, MaxBatchSize / Options.Width)))
        {
            BeamSet[] sets = Array.ConvertAll(batch, prompt => new BeamSet(prompt, Options, _model.EndOfSequenceIds, maxNewTokens));
            cost += SearchBatch(sets, cancellationToken);
            hypotheses.AddRange(sets.Select(set => set.Hypotheses()));
        }
        return new BeamSearchResult(hypotheses, cost);
    }

    private GenerationCost SearchBatch(BeamSet[] sets, CancellationToken cancellationToken)
    {
        long forward = sets.Sum(set => (long)set.PromptIds.Length);
        using IModelState state = _model.Prefill(Array.ConvertAll(sets, set => set.PromptIds));
        int k = Math.Min(BeamSet.Continuations(Options.Width, _model.EndOfSequenceIds.Count), _model.VocabularySize);
        int capacity = sets.Length * Options.Width;
        int[] topTokens = new int[capacity * k], tokens = new int[capacity], sources = new int[capacity];
        float[] topLogProbabilities = new float[capacity * k];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = state.BatchSize, first = 0, next = 0;
            state.TopK(k, topTokens.AsSpan(0, rows * k), topLogProbabilities.AsSpan(0, rows * k));
            foreach (BeamSet set in sets)
            {
                int beams = set.Running;
                if (beams == 0) continue;
                set.Advance(topTokens.AsSpan(first * k, beams * k), topLogProbabilities.AsSpan(first * k, beams * k));
                set.CopyRunning(first, sources.AsSpan(next), tokens.AsSpan(next));
                first += beams;
                next += set.Running;
            }
            if (next == 0) return new GenerationCost(sets.Sum(set => set.TokensGenerated), forward);
            state.Select(sources.AsSpan(0, next));
            state.Step(tokens.AsSpan(0, next));
            forward += next;
        }
    }
}

/// <summary>What beam search found.</summary>
/// <param name="Hypotheses">For each prompt its hypotheses, best first; at least one.</param>
/// <param name="Cost">The work done.</param>
public sealed record BeamSearchResult(IReadOnlyList<BeamHypothesis[]> Hypotheses, GenerationCost Cost);

/// <summary>A finished or full-length hypothesis of beam search.</summary>
/// <param name="Completion">The response; its sampling log-probabilities are 0, since nothing was drawn.</param>
/// <param name="Score">log p(y|x) / T^penalty, in nats.</param>
public sealed record BeamHypothesis(Completion Completion, double Score);
