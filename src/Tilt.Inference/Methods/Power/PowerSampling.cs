using System.Globalization;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Power;

/// <summary>How power sampling runs.</summary>
public sealed record PowerSamplingOptions
{
    /// <summary>α, the exponent of the target p^α. Default 4.</summary>
    public double Alpha { get; init; } = 4;

    /// <summary>Most blocks; a block has ⌈limit / blocks⌉ tokens. Default 16.</summary>
    public int Blocks { get; init; } = 16;

    /// <summary>Metropolis–Hastings moves in every block. Default 10.</summary>
    public int MovesPerBlock { get; init; } = 10;

    /// <summary>Temperature of the proposal; null means 1/α, the low-temperature proposal of the paper. Default null.</summary>
    public double? ProposalTemperature { get; init; }

    /// <summary>Most sequences that grow together; bounds the memory of the model's state. Default 1,024.</summary>
    public int MaxBatchSize { get; init; } = ResponseExtension.DefaultMaxBatchSize;
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
public sealed class PowerSampling : IInferenceMethod
{
    private readonly ILanguageModel _model;
    private readonly PowerSamplingOptions _options;

    /// <summary>Makes the method.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PowerSampling(ILanguageModel model, PowerSamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Alpha > 0) || !double.IsFinite(options.Alpha))
            throw new ArgumentException($"Alpha is {options.Alpha}; a finite number greater than 0 is needed.", nameof(options));
        if (options.ProposalTemperature is double temperature && !(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentException($"ProposalTemperature is {temperature}; a finite number greater than 0 is needed.", nameof(options));
        if (options.Blocks < 1 || options.MovesPerBlock < 0 || options.MaxBatchSize < 1)
            throw new ArgumentException("Blocks and MaxBatchSize must be at least 1 and MovesPerBlock at least 0.", nameof(options));
        _model = model;
        _options = options;
    }

    internal IMoveNumbers Numbers { get; init; } = new MoveNumbers();

    /// <inheritdoc/>
    public string Name => $"power-{_options.Alpha.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public bool IsDeterministic => false;

    /// <inheritdoc/>
    public async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings, CancellationToken cancellationToken = default) =>
        (await RunChainsAsync(requests, settings, cancellationToken).ConfigureAwait(false)).Output;

    /// <summary>As <see cref="RunAsync"/>, with the share of moves that were accepted.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<PowerSamplingRun> RunChainsAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        PromptChecks.Check(_model, requests.Select(request => request.PromptIds), settings.MaxNewTokens);
        Chain[] chains =
        [
            .. requests.SelectMany(request => Enumerable.Range(0, settings.Outputs)
                .Select(output => new Chain(settings.Stream(request, output), new PartialResponse(request.PromptIds, settings.MaxNewTokens)))),
        ];
        var extension = new ResponseExtension(_model, new TemperedDraw((float)(_options.ProposalTemperature ?? 1 / _options.Alpha)), _options.MaxBatchSize);
        int block = (settings.MaxNewTokens + _options.Blocks - 1) / _options.Blocks;
        uint step = 0;
        long moves = 0;
        var cost = new GenerationCost();
        for (int limit = block; ; limit += block)
        {
            limit = Math.Min(limit, settings.MaxNewTokens);
            cost += BeginStage(chains, extension, limit, step++, cancellationToken);
            for (int move = 0; move < _options.MovesPerBlock; move++) cost += Move(chains, extension, limit, step++, cancellationToken);
            moves += _options.MovesPerBlock * (long)chains.Length;
            if (limit == settings.MaxNewTokens) break;
        }
        Completion[] completions = Array.ConvertAll(chains, chain => chain.Current.ToCompletion());
        long accepted = chains.Sum(chain => (long)chain.Accepted);
        var output = new MethodOutput([.. completions.Chunk(settings.Outputs)], cost);
        return Task.FromResult(new PowerSamplingRun(output, moves == 0 ? 0 : (double)accepted / moves));
    }

    private static GenerationCost BeginStage(Chain[] chains, ResponseExtension extension, int limit, uint step, CancellationToken cancellationToken)
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
                _options.Alpha, chains[i].Current.Suffix(positions[i]), proposals[i].Suffix(positions[i]));
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
/// <param name="AcceptanceRate">Share of all moves that were accepted (a proposal equal to the current response counts as accepted).</param>
public sealed record PowerSamplingRun(MethodOutput Output, double AcceptanceRate);
