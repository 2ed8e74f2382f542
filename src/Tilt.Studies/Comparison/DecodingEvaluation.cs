using System.Diagnostics;
using Tilt.Inference.Fused;
using Tilt.Inference.Methods.Contracts;
using Tilt.Results;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Training.Evaluation;

namespace Tilt.Studies.Comparison;

/// <summary>Runs the base model and the inference-time methods on the test problems.</summary>
public sealed class DecodingEvaluation
{
    private readonly ComparisonOptions _options;

    /// <summary>An evaluation with the comparison's data and budget.</summary>
    public DecodingEvaluation(ComparisonOptions options) => _options = options;

    /// <summary>Outputs of a method on the test problems, judged.</summary>
    public async Task<EvaluationTable> RunAsync(ComparedMethod method, int seed, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var evaluator = TestProblems.Evaluator(_options);
        FusedModel model = FusedModelLoader.Load(_options.Training.Model, threads: 1);
        var sampler = new FusedSampler(model);
        int limit = _options.Training.Rollout.MaxNewTokens;
        if (method.Kind == MethodKind.Base)
        {
            EvaluationTable table =
                await evaluator.EvaluateAsync(sampler, null, _options.Samples, 0, limit, (uint)_options.Seed, cancellationToken);
            return table with { Kl = 0 };
        }

        IInferenceMethod decoding = method.Inference!.Create(Resources(model, sampler, evaluator));
        InferenceRequest[] requests = [.. evaluator.Prompts.Select((prompt, p) => new InferenceRequest(prompt, (uint)p))];
        var settings =
            new InferenceSettings { MaxNewTokens = limit, Outputs = decoding.IsDeterministic ? 1 : _options.Samples, Seed = (uint)seed };
        MethodOutput output = await decoding.RunAsync(requests, settings, cancellationToken);
        double? kl = decoding.HasTractableLaw ? Kl(output.Outputs, decoding.IsDeterministic) : null;
        double entropy = Entropy(model, output.Outputs);
        return await evaluator.JudgeAsync(output.Outputs, entropy, kl, output.Cost.TokensGenerated, output.Cost.TokensForward, start,
            cancellationToken);
    }

    private static MethodResources Resources(FusedModel model, ISampler sampler, Evaluator evaluator) => new()
    {
        Model = model,
        Sampler = sampler,
        Reward = async (responses, cancellationToken) =>
            [.. (await ScoreAsync(responses, evaluator, cancellationToken)).Select(s => s.Value)],
        ReadAnswers =
            async (responses, cancellationToken) => [.. (await ScoreAsync(responses, evaluator, cancellationToken)).Select(s => s.Answer)],
    };

    private static ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<CandidateResponse> responses, Evaluator evaluator,
        CancellationToken cancellationToken) =>
        evaluator.Reward.ScoreAsync(
            [.. responses.Select(r => evaluator.Scored((int)r.Problem, r.Completion))], cancellationToken);

    /// <summary>E_q[log q − log p]; a deterministic method's q is a point mass, log q = 0.</summary>
    private static double Kl(IReadOnlyList<Completion[]> outputs, bool isDeterministic) =>
        outputs.SelectMany(o => o).Average(c => (isDeterministic ? 0 : c.SamplingLogProbabilities.Sum(v => (double)v)) - c.LogProbability);

    private static double Entropy(FusedModel model, IReadOnlyList<Completion[]> outputs)
    {
        Completion[] all = [.. outputs.SelectMany(o => o)];
        TokenScores[] scores = model.Score([.. all.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        return scores.Sum(s => s.Entropies.Sum(e => (double)e)) / Math.Max(1, all.Sum(c => (long)c.Length));
    }
}
