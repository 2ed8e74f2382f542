using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Files;
using Tilt.Inference.Methods.Contracts;
using Tilt.Results;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.RunFolders;

namespace Tilt.Studies.Evaluation;

/// <summary>
/// Evaluates a model by one or more inference-time methods on the same problems: <c>tilt eval</c>. Outputs are saved portion by portion, so
/// that an interrupted evaluation continues where it stopped; the folder is held until the run is disposed.
/// </summary>
public sealed class EvaluationRun : IDisposable
{
    private const int Format = 1;

    private readonly EvaluatedModel _model;
    private readonly EvaluationOptions _options;
    private readonly HeldFolder _folder;
    private readonly SavedSettings _settings;
    private readonly EvaluationManifest _manifest;
    private readonly Dictionary<string, int> _index;
    private readonly int[][] _prompts;

    /// <summary>An evaluation in <see cref="EvaluationOptions.Out"/>, new or to be continued.</summary>
    /// <exception cref="InputException">There is no problem or no method, or the folder holds another evaluation, is in use or cannot be
    /// written.</exception>
    public EvaluationRun(EvaluatedModel model, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems.Count == 0)
            throw new InputException($"The task '{options.Task}' has no {options.Split} problems to evaluate on.");
        if (options.Methods.Count == 0) throw new InputException("An evaluation needs at least one method.");
        (_model, _options) = (model, options);
        _index = options.Problems.Select((problem, i) => (problem.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        _prompts = [.. options.Problems.Select(model.Prompt)];
        _folder = HeldFolder.Open(options.Out, "--out");
        try
        {
            _settings = new(Path.Combine(_folder.Path, "settings.json"), Format, Settings());
            _settings.Check("an evaluation", "--out");
            _settings.Write();
            _manifest = ManifestFile.Continue(_folder.Path, options.Command);
            ProblemFile.Write(_folder.Path, options.Problems);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>Runs what is not done yet, and writes <c>evaluation.json</c>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; whole portions are saved.</exception>
    public async Task<EvaluationResults> RunAsync(IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var statistics = new EvaluationStatistics(_options.Problems, _options.Seed, AnswerText.Of(_options.Vote, _options.Reward));
        var methods = new List<MethodEvaluation>();
        SampleFile[] files = [.. _options.Methods.Select(method => new SampleFile(_folder.Path, method.Name))];
        int resumed = files.Sum(file => file.Problems);
        for (int m = 0; m < files.Length; m++)
        {
            IInferenceMethod method =
                _options.Methods[m].Create(_model.Resources with { Reward = RewardsAsync, ReadAnswers = AnswersAsync });
            await CompleteAsync(method, files, m, resumed, progress, cancellationToken);
            MethodEvaluation figures =
                statistics.Of(method.Name, Grouped(files[m].Outputs), files[m].Cost, files[m].Seconds, method.UsesGold);
            methods.Add(methods.Count == 0
                ? figures
                : figures with { VersusFirst = statistics.Difference(figures.PerProblem, methods[0].PerProblem) });
        }

        var results = new EvaluationResults
        {
            TiltVersion = RunManifest.Version(),
            Manifest = _manifest,
            Model = _model.Name,
            Adapter = _model.Adapter,
            Task = _options.Task,
            Split = _options.Split,
            Reward = _options.Reward.Name,
            MaxNewTokens = _options.MaxNewTokens,
            Seed = _options.Seed,
            Vote = _options.Vote,
            Notes = _options.Notes,
            Problems = [.. _options.Problems.Select(problem => problem.Id)],
            Methods = methods,
        };
        EvaluationFile.Write(results, Path.Combine(_folder.Path, EvaluationFile.Name));
        return results;
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _folder.Dispose();

    private async Task CompleteAsync(IInferenceMethod method, SampleFile[] files, int current, int resumed,
        IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        SampleFile file = files[current];
        int outputs = method.IsDeterministic ? 1 : _options.Samples, portion = Math.Max(1, _model.Portion / outputs);
        var settings = new InferenceSettings { MaxNewTokens = _options.MaxNewTokens, Outputs = outputs, Seed = _options.Seed };
        Report();
        while (file.Problems < _options.Problems.Count)
        {
            long start = Stopwatch.GetTimestamp();
            int first = file.Problems, count = Math.Min(portion, _options.Problems.Count - first);
            InferenceRequest[] requests = [.. Enumerable.Range(first, count).Select(p => new InferenceRequest(_prompts[p], (uint)p))];
            MethodOutput drawn = await method.RunAsync(requests, settings, cancellationToken);
            (Problem Problem, int Sample, Completion Completion)[] all =
                [.. drawn.Outputs.SelectMany((of, p) => of.Select((completion, s) => (_options.Problems[first + p], s, completion)))];
            RewardScore[] scores = await _options.Reward.ScoreAsync(
                [.. all.Select(o => ScoredResponse.Of(o.Problem, o.Completion.ResponseIds, _model.Tokenizer))], cancellationToken);
            EvaluatedOutput[] judged = [.. all.Select((o, i) => Judged(o.Problem, o.Sample, o.Completion, scores[i]))];
            file.Append(count, judged, drawn.Cost.TokensGenerated, drawn.Cost.TokensForward, Stopwatch.GetElapsedTime(start).TotalSeconds);
            Report();
        }

        void Report() => progress?.Report(new(
            method.Name, file.Problems, _options.Problems.Count, files.Sum(f => f.Problems), _options.Problems.Count * files.Length,
            file.Outputs.Count == 0 ? 0 : file.Outputs.Average(o => o.Outcome == RewardOutcome.Correct ? 1.0 : 0), resumed));
    }

    private EvaluatedOutput Judged(Problem problem, int sample, Completion completion, RewardScore score) =>
        new(problem.Id, sample, ResponseText.Of(completion.ResponseIds, _model.Tokenizer), score.Answer, score.Outcome, score.Value)
        {
            Tokens = completion.Length,
            Ended = ResponseText.HasEnd(completion.ResponseIds, _model.Tokenizer),
            LogProbability = completion.LogProbability,
        };

    private IReadOnlyList<EvaluatedOutput>[] Grouped(IReadOnlyList<EvaluatedOutput> outputs)
    {
        var groups = new List<EvaluatedOutput>[_options.Problems.Count];
        for (int p = 0; p < groups.Length; p++) groups[p] = [];
        foreach (EvaluatedOutput output in outputs) groups[_index[output.Problem]].Add(output);
        return groups;
    }

    private async ValueTask<double[]> RewardsAsync(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        [.. (await ScoreAsync(responses, cancellationToken)).Select(score => score.Value)];

    private async ValueTask<string?[]> AnswersAsync(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        [.. (await ScoreAsync(responses, cancellationToken)).Select(score => score.Answer)];

    private ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        _options.Reward.ScoreAsync(
            [.. responses.Select(r => ScoredResponse.Of(_options.Problems[(int)r.Problem], r.Completion.ResponseIds, _model.Tokenizer))],
            cancellationToken);

    // Methods may be added to an evaluation; all else must be the same.
    private JsonObject Settings()
    {
        using var prompts = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int[] prompt in _prompts) prompts.AppendData(MemoryMarshal.AsBytes<int>([prompt.Length, .. prompt]));
        string problems = string.Join('\n',
            _options.Problems.Select(problem => JsonSerializer.Serialize((string[])[problem.Id, problem.Text, problem.Answer])));
        return new()
        {
            ["model"] = _model.Identity,
            ["task"] = _options.Task,
            ["split"] = _options.Split,
            ["problems"] =
                $"{_options.Problems.Count} ({Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(problems)))[..16]})",
            ["prompts"] = Convert.ToHexStringLower(prompts.GetHashAndReset())[..16],
            ["reward"] = _options.Reward.Name,
            ["samples"] = _options.Samples,
            ["max_new_tokens"] = _options.MaxNewTokens,
            ["seed"] = _options.Seed,
            ["portion"] = _model.Portion,
            ["version"] = RunManifest.Version(),
        };
    }
}
