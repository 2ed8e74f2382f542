using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Power;

/// <summary>How power sampling runs. The defaults of blocks and moves are those that were published.</summary>
public sealed record PowerSamplingOptions : MethodOptions
{
    /// <summary>How names are written.</summary>
    public static MethodGrammar<PowerSamplingOptions> Grammar { get; } =
        new MethodGrammar<PowerSamplingOptions>("power", new(), "power-4", "power-4-blocks-4-moves-5-proposal-0.5",
            "power-4-blocks-4-moves-5")
            .Real("ALPHA", o => o.Alpha, (o, value) => o with { Alpha = value })
            .OptionalWhole("blocks", "B", o => o.Blocks, (o, value) => o with { Blocks = value })
            .OptionalWhole("moves", "M", o => o.MovesPerBlock, (o, value) => o with { MovesPerBlock = value })
            .OptionalReal("proposal", "T", o => o.ProposalTemperature, (o, value) => o with { ProposalTemperature = value });

    /// <summary>α, the exponent of the target p^α. Default 4.</summary>
    public double Alpha { get; init; } = 4;

    /// <summary>Most blocks; a block has ⌈limit / blocks⌉ tokens. Default 16.</summary>
    public int Blocks { get; init; } = 16;

    /// <summary>Metropolis–Hastings moves in every block. Default 10.</summary>
    public int MovesPerBlock { get; init; } = 10;

    /// <summary>Temperature of the proposal; null means 1/α, the low-temperature proposal of the paper. Default null.</summary>
    public double? ProposalTemperature { get; init; }

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override bool Sharpens => Alpha > 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequirePositive(Alpha, nameof(Alpha));
        if (ProposalTemperature is { } temperature) RequirePositive(temperature, nameof(ProposalTemperature));
        if (Blocks < 1 || MovesPerBlock < 0) throw new ArgumentException("Blocks must be at least 1 and MovesPerBlock at least 0.");
    }

    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) =>
        new PowerSampling(resources.Model, this) { MaxBatchSize = resources.MaxBatchSize };
}

/// <summary>
/// Power sampling: Markov chains over whole responses whose stationary law is p^α, built block by block. Stage b of a chain
/// targets p^α on the responses of at most b·B tokens; a response that stage b−1 left unfinished at its limit is first extended
/// by the proposal. All chains advance together.
/// </summary>
/// <remarks>
/// Karan and Du, "Reasoning with Sampling: Your Base Model is Smarter Than You Think", arXiv 2510.14901, with the acceptance rule
/// of <see cref="PowerAcceptance"/>. A finite chain is close to p^α, not exactly at it. The sampling log-probabilities of an
/// output are those of the proposal given the tokens before. Every output is the end of a chain of its own.
/// </remarks>
public sealed class PowerSampling : InferenceMethod<PowerSamplingOptions>
{
    private readonly ILanguageModel _model;

    /// <summary>Makes the method.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PowerSampling(ILanguageModel model, PowerSamplingOptions options)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
    }

    /// <summary>Most sequences that grow together; bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init => field = MethodResources.CheckBatch(value); } = MethodResources.DefaultMaxBatchSize;

    internal IMoveNumbers Numbers { get; init; } = new MoveNumbers();

    /// <inheritdoc/>
    public override async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default) =>
        (await RunChainsAsync(requests, settings, cancellationToken).ConfigureAwait(false)).Output;

    /// <summary>As <see cref="RunAsync"/>, with the share of moves that were accepted.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<PowerSamplingRun> RunChainsAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        PromptChecks.Check(_model, requests.Select(request => request.PromptIds), settings.MaxNewTokens);
        Chain[] chains =
        [
            .. requests.SelectMany(request => Enumerable.Range(0, settings.Outputs)
                .Select(output => new Chain(settings.Stream(request, output),
                    new PartialResponse(request.PromptIds, settings.MaxNewTokens)))),
        ];
        var extension =
            new ResponseExtension(_model, new TemperedDraw((float)(Options.ProposalTemperature ?? 1 / Options.Alpha)), MaxBatchSize);
        int block = 1 + (settings.MaxNewTokens - 1) / Options.Blocks;
        uint step = 0;
        long moves = 0;
        var cost = new GenerationCost();
        for (int limit = block; ; limit += block)
        {
            limit = Math.Min(limit, settings.MaxNewTokens);
            cost += BeginStage(chains, extension, limit, step++, cancellationToken);
            for (int move = 0; move < Options.MovesPerBlock; move++) cost += Move(chains, extension, limit, step++, cancellationToken);
            moves += Options.MovesPerBlock * (long)chains.Length;
            if (limit == settings.MaxNewTokens) break;
        }
        Completion[] completions = Array.ConvertAll(chains, chain => chain.Current.ToCompletion());
        long accepted = chains.Sum(chain => (long)chain.Accepted);
        var output = new MethodOutput([.. completions.Chunk(settings.Outputs)], cost);
        return Task.FromResult(new PowerSamplingRun(output, moves == 0 ? 0 : (double)accepted / moves));
    }

    private static GenerationCost BeginStage(Chain[] chains, ResponseExtension extension, int limit, uint step,
        CancellationToken cancellationToken)
    {
        foreach (Chain chain in chains)
        {
            if (!chain.Current.Finished)
                chain.Current = chain.Current.Prefix(chain.Current.Length, chain.Stream with { Step = step }, MoveNumbers.FirstToken);
        }
        return extension.Extend(Array.ConvertAll(chains, chain => chain.Current), limit, cancellationToken);
    }

    private GenerationCost Move(Chain[] chains, ResponseExtension extension, int limit, uint step, CancellationToken cancellationToken)
    {
        int[] positions = new int[chains.Length];
        var proposals = new PartialResponse[chains.Length];
        for (int i = 0; i < chains.Length; i++)
        {
            RandomStream numbers = chains[i].Stream with { Step = step };
            positions[i] = Numbers.Position(numbers, chains[i].Current.Length);
            proposals[i] = chains[i].Current.Prefix(positions[i], numbers, MoveNumbers.FirstToken);
        }
        GenerationCost cost = extension.Extend(proposals, limit, cancellationToken);
        for (int i = 0; i < chains.Length; i++)
        {
            double probability = PowerAcceptance.Probability(
                Options.Alpha, chains[i].Current.Suffix(positions[i]), proposals[i].Suffix(positions[i]));
            if (!Numbers.Accepts(proposals[i].Stream, probability)) continue;
            chains[i].Current = proposals[i];
            chains[i].Accepted++;
        }
        return cost;
    }

    private sealed class Chain(RandomStream stream, PartialResponse start)
    {
        public RandomStream Stream { get; } = stream;

        public PartialResponse Current { get; set; } = start;

        public int Accepted { get; set; }
    }
}

/// <summary>What a run of power sampling gives beyond its outputs.</summary>
/// <param name="Output">The outputs and their cost.</param>
/// <param name="AcceptanceRate">Share of all moves that were accepted (a proposal equal to the current response counts as
/// accepted).</param>
public sealed record PowerSamplingRun(MethodOutput Output, double AcceptanceRate);
