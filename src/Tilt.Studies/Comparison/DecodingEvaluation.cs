using System.Diagnostics;
using Tilt.Inference.Methods.Contracts;
using Tilt.Results;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Torch;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using Tilt.Training.Evaluation;
using TorchSharp;

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
        int limit = _options.Training.Rollout.MaxNewTokens;
        using LoadedModel loaded = Load();
        (ILanguageModel model, ISampler sampler) = (loaded.Model, loaded.Sampler);
        int batch = loaded.BatchOf(evaluator.Prompts.Max(prompt => prompt.Length) + limit);
        if (method.Kind == MethodKind.Base)
        {
            EvaluationTable table =
                await evaluator.EvaluateAsync(sampler, null, _options.Samples, 0, limit, (uint)_options.Seed, cancellationToken);
            return table with { Kl = 0 };
        }

        IInferenceMethod decoding = method.Inference!.Create(Resources(model, sampler, evaluator, batch));
        InferenceRequest[] requests = [.. evaluator.Prompts.Select((prompt, p) => new InferenceRequest(prompt, (uint)p))];
        var settings =
            new InferenceSettings { MaxNewTokens = limit, Outputs = decoding.IsDeterministic ? 1 : _options.Samples, Seed = (uint)seed };
        MethodOutput output = await decoding.RunAsync(requests, settings, cancellationToken);
        double? kl = decoding.HasTractableLaw ? Kl(output.Outputs, decoding.IsDeterministic) : null;
        double entropy = Entropy(model, output.Outputs);
        return await evaluator.JudgeAsync(output.Outputs, entropy, kl, output.Cost.TokensGenerated, output.Cost.TokensForward, start,
            cancellationToken);
    }

    // A model that the fused kernels take is sampled by them in float32, as in training; a larger one in the precision of training, on its
    // device.
    private LoadedModel Load()
    {
        string folder = _options.Training.Model;
        torch.Device device = ComputeDevice.Of(_options.Training.Device);
        bool here = device.type == DeviceType.CPU;
        if (here && LoadedModel.EngineOf(folder, EngineChoice.Auto) == EngineChoice.Fused)
            return LoadedModel.Load(folder, new() { Threads = _options.Threads });
        bool reduced = _options.Training.Dtype == TrainingPrecision.Bfloat16;
        return LoadedModel.Load(folder, new()
        {
            Threads = _options.Threads,
            Device = device,
            Precision = reduced ? ComputePrecision.BFloat16 : ComputePrecision.Float32,
            Storage = reduced && here && TorchLoadOptions.CanPack ? WeightStorage.Packed : WeightStorage.Mapped,
        });
    }

    private static MethodResources Resources(ILanguageModel model, ISampler sampler, Evaluator evaluator, int batch) => new()
    {
        Model = model,
        Sampler = sampler,
        MaxBatchSize = batch,
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

    private static double Entropy(ILanguageModel model, IReadOnlyList<Completion[]> outputs)
    {
        Completion[] all = [.. outputs.SelectMany(o => o)];
        TokenScores[] scores = model.Score([.. all.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        return scores.Sum(s => s.Entropies.Sum(e => (double)e)) / Math.Max(1, all.Sum(c => (long)c.Length));
    }
}
