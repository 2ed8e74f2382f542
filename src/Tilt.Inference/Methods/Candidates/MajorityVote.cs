using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Candidates;

/// <summary>How majority vote runs.</summary>
public sealed record MajorityVoteOptions : MethodOptions
{
    /// <summary>How names are written.</summary>
    public static MethodGrammar<MajorityVoteOptions> Grammar { get; } =
        new MethodGrammar<MajorityVoteOptions>("majority", new(), "majority-8", "majority-8-temperature-0.7", "majority-8")
            .Whole("N", o => o.Votes, (o, value) => o with { Votes = value })
            .OptionalReal("temperature", "T", o => o.Temperature, (o, value) => o with { Temperature = value });

    /// <summary>n, votes for each output. Default 8.</summary>
    public int Votes { get; init; } = 8;

    /// <summary>Temperature the votes are drawn at; 1 is the model itself. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => Grammar.Write(this);

    /// <inheritdoc/>
    public override int? Draws => Votes;

    /// <inheritdoc/>
    public override bool ReadsAnswers => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireTogether(Votes, nameof(Votes));
        RequirePositive(Temperature, nameof(Temperature));
    }

    /// <inheritdoc/>
    protected override IInferenceMethod Make(MethodResources resources) =>
        new MajorityVote(resources.Sampler, Votes, resources.ReadAnswers!, Temperature);
}

/// <summary>
/// Majority vote (self-consistency; Wang et al., arXiv 2203.11171): every output is the answer that most of n fresh samples give.
/// Responses without a readable answer abstain; ties are broken uniformly at random by the output's own random stream. The
/// output's completion is the first sample with that answer. When all abstain, so does the output: its completion is then the
/// first sample, which has no readable answer either.
/// </summary>
public sealed class MajorityVote : InferenceMethod<MajorityVoteOptions>
{
    private readonly CandidateSampling _sampling;
    private readonly AnswerReader _readAnswers;

    /// <summary>Makes the method.</summary>
    /// <param name="sampler">Draws the votes.</param>
    /// <param name="n">Votes for each output, at least 1.</param>
    /// <param name="readAnswers">Reads the answers.</param>
    /// <param name="temperature">Temperature the votes are drawn at; 1 is the model itself.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public MajorityVote(ISampler sampler, int n, AnswerReader readAnswers, double temperature = 1)
        : base(new() { Votes = n, Temperature = temperature })
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(readAnswers);
        _sampling = new CandidateSampling(sampler, n, (float)temperature);
        _readAnswers = readAnswers;
    }

    /// <summary>Index of the first response with the winning answer, or −1 when all abstain.</summary>
    /// <param name="answers">Answers in canonical form; null abstains.</param>
    /// <param name="uniform">A number in [0, 1) that breaks ties uniformly.</param>
    public static int IndexOfWinner(IReadOnlyList<string?> answers, double uniform)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var votes = new Dictionary<string, int>(StringComparer.Ordinal);
        var firsts = new List<(string Answer, int Index)>();
        for (int i = 0; i < answers.Count; i++)
        {
            if (answers[i] is not string answer) continue;
            if (votes.TryAdd(answer, 1)) firsts.Add((answer, i));
            else votes[answer]++;
        }
        if (firsts.Count == 0) return -1;
        int most = votes.Values.Max();
        firsts.RemoveAll(first => votes[first.Answer] < most);
        return firsts[(int)(uniform * firsts.Count)].Index;
    }

    /// <inheritdoc/>
    public override async Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var outputs = new List<Completion>(requests.Count * settings.Outputs);
        GenerationCost cost = await _sampling.RunAsync(requests, settings, VoteAsync, cancellationToken).ConfigureAwait(false);
        return new MethodOutput([.. outputs.Chunk(settings.Outputs)], cost);

        async Task VoteAsync(IReadOnlyList<CandidateGroup> groups)
        {
            CandidateResponse[] responses =
                [.. groups.SelectMany(group =>
                    group.Candidates.Select(candidate => new CandidateResponse(group.Request.Problem, candidate)))];
            string?[] answers = await _readAnswers(responses, cancellationToken).ConfigureAwait(false);
            if (answers.Length != responses.Length)
                throw new InvalidOperationException($"The answer reader gave {answers.Length} answers for {responses.Length} responses.");
            for (int g = 0; g < groups.Count; g++)
            {
                int winner = IndexOfWinner(answers[(g * Options.Votes)..((g + 1) * Options.Votes)], TieBreak(groups[g].Stream));
                outputs.Add(groups[g].Candidates[Math.Max(0, winner)]);
            }
        }
    }

    // The votes use steps 0 … n − 1 of the output's stream.
    private double TieBreak(RandomStream stream) => (stream with { Step = (uint)Options.Votes }).Uniform(0);
}
