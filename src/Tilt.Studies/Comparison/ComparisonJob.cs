using Tilt.Results;
using Tilt.Settings;
using Tilt.Training;
using Tilt.Training.Evaluation;
using Tilt.Training.Records;

namespace Tilt.Studies.Comparison;

/// <summary>
/// One method with one seed: trains or decodes, tests, and saves the result. Does nothing when the result is saved already.
/// </summary>
public sealed class ComparisonJob
{
    private readonly ComparedMethod _method;
    private readonly ComparisonJobKey _key;
    private readonly ComparisonOptions _options;
    private readonly ComparisonFolder _folder;

    private ComparisonJob(ComparedMethod method, int seed, ComparisonOptions options, ComparisonFolder folder)
    {
        _method = method;
        _key = new(method.Name, seed);
        _options = options;
        _folder = folder;
    }

    /// <summary>The jobs of a plan. First seeds come first, so that every method shows early.</summary>
    public static IEnumerable<ComparisonJob> Of(IReadOnlyList<ComparedMethod> plan, ComparisonOptions options, ComparisonFolder folder) =>
        from round in Enumerable.Range(0, plan.Max(m => m.Seeds.Count))
        from method in plan
        where round < method.Seeds.Count
        select new ComparisonJob(method, method.Seeds[round], options, folder);

    /// <summary>Runs the job on the calling thread.</summary>
    public async Task RunAsync(IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        JobResult? result = _folder.TryRead(_key);
        if (result is null)
        {
            result = _method.Kind == MethodKind.Rl
                ? await TrainAsync(progress, cancellationToken)
                : await DecodeAsync(progress, cancellationToken);
            _folder.Save(_key, result);
        }

        Report(progress, ComparisonPhase.Done, 1, result.Test);
    }

    private async Task<JobResult> DecodeAsync(IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        Report(progress, ComparisonPhase.Testing, 0, null);
        var table = await new DecodingEvaluation(_options).RunAsync(_method, _key.Seed, cancellationToken);
        return new() { Test = table };
    }

    private async Task<JobResult> TrainAsync(IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        TrainingConfiguration configuration = _options.Training with
        {
            Name = _key.ToString(),
            Out = _folder.RunPath(_key),
            Seed = _key.Seed,
            Threads = _options.Threads,
            Objective = _method.Objective!,
        };
        Report(progress, ComparisonPhase.Training, 0, null);
        using var run = TrainingRun.Open(configuration);
        var news = new StepNews(this, progress);
        RunState state = await run.RunAsync(news, cancellationToken);

        Report(progress, ComparisonPhase.Testing, 0.95, null);
        var evaluator = TestProblems.Evaluator(_options);
        EvaluationTable last = await TestAsync(run, evaluator, cancellationToken);
        EvaluationTable best = last;
        if (state.BestStep is { } step && step != state.Step)
        {
            await run.LoadCheckpointAsync(step);
            best = await TestAsync(run, evaluator, cancellationToken);
        }

        return new() { Test = last, Best = best, Run = state };
    }

    // Test outputs use the comparison's first seed for every run: runs differ by their training alone.
    private Task<EvaluationTable> TestAsync(TrainingRun run, Evaluator evaluator, CancellationToken cancellationToken) =>
        evaluator.EvaluateAsync(
            run.Engine.Sampler, run.Reference.Model, _options.Samples, _options.KlSamples, _options.Training.Rollout.MaxNewTokens,
            (uint)_options.Seed, cancellationToken);

    private void Report(IProgress<ComparisonProgress>? progress, ComparisonPhase phase, double fraction, EvaluationTable? table) =>
        progress?.Report(new(_key.Method, _key.Seed, phase, fraction, table?.Accuracy(), table?.MeanLength()));

    /// <summary>Turns steps into job progress; training is about 95 % of an RL job.</summary>
    private sealed class StepNews(ComparisonJob job, IProgress<ComparisonProgress>? progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            CurvePoint? latest = value.State.Curve.Count > 0 ? value.State.Curve[^1] : null;
            progress?.Report(new(job._key.Method, job._key.Seed, ComparisonPhase.Training, 0.95 * value.State.Step / value.Steps,
                latest?.Accuracy, latest?.Length));
        }
    }
}
