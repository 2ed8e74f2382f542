using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Candidates;

/// <summary>Draws n fresh candidates for every output of every problem, in portions that bound the memory they take.</summary>
internal sealed class CandidateSampling(ISampler sampler, int candidates, float temperature)
{
    private const int CandidatesPerPortion = 16_384;

    /// <summary>
    /// Draws the candidates and hands them on, one group of <c>[candidates]</c> for each output of each problem, problems first.
    /// </summary>
    public async Task<GenerationCost> RunAsync(
        IReadOnlyList<InferenceRequest> requests,
        InferenceSettings settings,
        Func<IReadOnlyList<CandidateGroup>, Task> take,
        CancellationToken cancellationToken)
    {
        var options = new SamplingOptions { MaxNewTokens = settings.MaxNewTokens, Temperature = temperature };
        IEnumerable<(InferenceRequest Request, RandomStream Stream)> outputs = requests.SelectMany(request =>
            Enumerable.Range(0, settings.Outputs).Select(output => (request, settings.Stream(request, output))));
        var cost = new GenerationCost();
        foreach (var portion in outputs.Chunk(Math.Max(1, CandidatesPerPortion / candidates)))
        {
            SampleRequest[] samples =
            [
                .. portion.SelectMany(output => Enumerable.Range(0, candidates)
                    .Select(j => new SampleRequest(output.Request.PromptIds, output.Stream with { Step = (uint)j }))),
            ];
            Completion[] completions = await sampler.SampleAsync(samples, options, cancellationToken).ConfigureAwait(false);
            cost += SamplingCost.Of(completions);
            await take([.. completions.Chunk(candidates)
                .Zip(portion, (drawn, output) => new CandidateGroup(output.Request, output.Stream, drawn))]).ConfigureAwait(false);
        }
        return cost;
    }
}

/// <summary>The candidates of one output.</summary>
internal readonly record struct CandidateGroup(InferenceRequest Request, RandomStream Stream, Completion[] Candidates);
