using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Sampling;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Statistics;
using Tilt.Tasks.Embedded;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>
/// Looks at a base model of the embedded task: which styles it answers in, how likely and how right each is, and what sharpening
/// would make of them. Uses selection problems only, so that corpora and models can be chosen by what it shows.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="sampler">Draws from the model.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
public sealed class BaseInspection(ILanguageModel model, ISampler sampler, ITokenizer tokenizer)
{
    private const int BeamWidth = 4, Candidates = 8;

    /// <summary>Exponents of the p^α estimates.</summary>
    private static readonly double[] Alphas = [0.75, 1, 1.25, 1.5, 2, 4, 8];

    /// <summary>Draws samples and gathers the figures.</summary>
    /// <param name="problemsPerLevel">Selection problems of each level.</param>
    /// <param name="samples">Samples a problem, a multiple of 8.</param>
    /// <param name="seed">Seed of problems and samples.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InputException">The number of samples is not a positive multiple of 8.</exception>
    public async Task<BaseReport> RunAsync(int problemsPerLevel, int samples, uint seed, CancellationToken cancellationToken = default)
    {
        if (samples < Candidates || samples % Candidates != 0)
            throw new InputException($"The number of samples is {samples}; it must be a multiple of {Candidates}, the candidates of "
                + $"best-of-{Candidates} and of the majority vote.");
        IReadOnlyList<Problem> problems = EmbeddedProblems.Problems(Split.Selection, problemsPerLevel, seed);
        InspectedProblem[] drawn = await DrawAsync(problems, samples, seed, cancellationToken);
        InspectedProblem[] greedy = await DecodeAsync(new GreedyDecoding(sampler), problems, cancellationToken);
        InspectedProblem[] beam =
            await DecodeAsync(new BeamSearch(model, new BeamSearchOptions { Width = BeamWidth }), problems, cancellationToken);
        List<InspectionRow> methods =
        [
            Row("sampling", drawn, problem => problem.Responses),
            Row("greedy", greedy, problem => problem.Responses),
            Row($"beam {BeamWidth}", beam, problem => problem.Responses),
            Row($"best of {Candidates}, log p", drawn, problem => Best(problem, response => response.LogProbability)),
            Row($"best of {Candidates}, mean log p", drawn,
                problem => Best(problem, response => response.LogProbability / response.Length)),
        ];
        return new BaseReport(problems.Count, samples, methods, [.. Alphas.Select(alpha => Power(drawn, alpha))], Styles(drawn));
    }

    private async Task<InspectedProblem[]> DrawAsync(IReadOnlyList<Problem> problems, int samples, uint seed,
        CancellationToken cancellationToken)
    {
        var requests = new List<SampleRequest>(problems.Count * samples);
        for (int p = 0; p < problems.Count; p++)
        {
            int[] prompt = EmbeddedProblems.Prompt(problems[p], tokenizer);
            for (int s = 0; s < samples; s++)
                requests.Add(new(prompt, new RandomStream(seed, RandomDomain.Evaluation, 0, (uint)p, (uint)s)));
        }

        Completion[] completions =
            await sampler.SampleAsync(requests, new SamplingOptions { MaxNewTokens = EmbeddedProblems.MaxNewTokens }, cancellationToken);
        return [.. completions.Chunk(samples).Select((drawn, p) => Inspect(problems[p], drawn))];
    }

    private async Task<InspectedProblem[]> DecodeAsync(IInferenceMethod method, IReadOnlyList<Problem> problems,
        CancellationToken cancellationToken)
    {
        InferenceRequest[] requests =
            [.. problems.Select((problem, p) => new InferenceRequest(EmbeddedProblems.Prompt(problem, tokenizer), (uint)p))];
        MethodOutput output =
            await method.RunAsync(requests, new InferenceSettings { MaxNewTokens = EmbeddedProblems.MaxNewTokens }, cancellationToken);
        return [.. output.Outputs.Select((completions, p) => Inspect(problems[p], completions))];
    }

    private InspectedProblem Inspect(Problem problem, Completion[] completions) =>
        new(problem.Level!.Value, [.. completions.Select(completion =>
        {
            string text = ResponseText.Of(completion.ResponseIds, tokenizer);
            RewardScore score = ChainedArithmeticReward.Score(new ScoredResponse(problem, text));
            return new InspectedResponse(ResponseStyles.Classify(text), score.Value, completion.LogProbability, completion.Length);
        })]);

    private static IReadOnlyList<InspectedResponse> Best(InspectedProblem problem, Func<InspectedResponse, double> criterion) =>
        [.. problem.Responses.Chunk(Candidates).Select(candidates => candidates.MaxBy(criterion))];

    private static InspectionRow Row(string name, InspectedProblem[] problems,
        Func<InspectedProblem, IReadOnlyList<InspectedResponse>> responses)
    {
        var chosen = problems.Select(problem => (problem.Level, Responses: responses(problem))).ToArray();
        InspectedResponse[] all = [.. chosen.SelectMany(problem => problem.Responses)];
        return new InspectionRow(
            name,
            [.. EmbeddedProblems.Levels.Select(level => chosen.Where(problem => problem.Level == level)
                .Average(problem => problem.Responses.Average(response => response.Reward)))],
            all.Average(response => response.Length),
            Enum.GetValues<ResponseStyle>()
                .ToDictionary(style => style, style => all.Average(response => response.Style == style ? 1.0 : 0)));
    }

    private static PowerRow Power(InspectedProblem[] problems, double alpha)
    {
        var estimates = problems.Select(problem =>
        {
            double[] logs = [.. problem.Responses.Select(response => response.LogProbability)];
            return (problem.Level,
                Accuracy: PowerEstimate.Of(logs, [.. problem.Responses.Select(response => response.Reward)], alpha),
                Length: PowerEstimate.Of(logs, [.. problem.Responses.Select(response => (double)response.Length)], alpha));
        }).ToArray();
        double[] effective = [.. estimates.Select(estimate => estimate.Accuracy.EffectiveSamples).Order()];
        return new PowerRow(
            alpha,
            [.. EmbeddedProblems.Levels.Select(
                level => estimates.Where(estimate => estimate.Level == level).Average(estimate => estimate.Accuracy.Value))],
            estimates.Average(estimate => estimate.Length.Value),
            effective[effective.Length / 2]);
    }

    private static List<StyleRow> Styles(InspectedProblem[] problems)
    {
        var rows = new List<StyleRow>();
        foreach (int level in EmbeddedProblems.Levels)
        {
            InspectedProblem[] ofLevel = [.. problems.Where(problem => problem.Level == level)];
            int count = ofLevel.Sum(problem => problem.Responses.Count);
            foreach (var style in Enum.GetValues<ResponseStyle>())
            {
                InspectedResponse[] responses =
                    [.. ofLevel.SelectMany(problem => problem.Responses).Where(response => response.Style == style)];
                if (responses.Length == 0) continue;
                double likeliest =
                    ofLevel.Average(problem => problem.Responses.MaxBy(response => response.LogProbability).Style == style ? 1.0 : 0);
                rows.Add(new StyleRow(level, style, (double)responses.Length / count, responses.Average(r => r.Reward),
                    -responses.Average(r => r.LogProbability), responses.Average(r => r.Length), likeliest));
            }
        }

        return rows;
    }

    private sealed record InspectedProblem(int Level, IReadOnlyList<InspectedResponse> Responses);

    private readonly record struct InspectedResponse(ResponseStyle Style, double Reward, double LogProbability, int Length);
}
