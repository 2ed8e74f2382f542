using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.GgufModels;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.RunFolders;
using Tilt.TiltFit;
using Tilt.Torch;
using Tilt.Torch.Tensors;

namespace Tilt.Studies.Diagnosis;

/// <summary>
/// Draws from two models, scores every draw under both, and diagnoses the way from one to the other: what <c>tilt diagnose</c> runs.
/// </summary>
public sealed class DiagnosisRun
{
    // Draws are saved in portions of this many prompts; shapes of batches, and so rounding, do not depend on interruptions.
    private const int Portion = 16;
    private const uint BaseStep = 0, TunedStep = 1;

    private readonly DiagnosisPrompts _prompts;
    private readonly DiagnosisSettings _settings;
    private readonly LoadedModel _base;
    private readonly LoadedModel _tuned;
    private readonly int[][] _promptIds;

    private DiagnosisRun(DiagnosisPrompts prompts, DiagnosisSettings settings, LoadedModel first, LoadedModel second, int[][] promptIds) =>
        (_prompts, _settings, _base, _tuned, _promptIds) = (prompts, settings, first, second, promptIds);

    /// <summary>Runs a diagnosis; the same call continues one that was interrupted.</summary>
    /// <exception cref="InputException">A folder, a file or an option is wrong; the message says which.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the draws so far are saved.</exception>
    public static async Task<DiagnosisResult> RunAsync(DiagnosisOptions options, IProgress<DiagnosisProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!GgufFiles.Is(options.Base)) CheckFolder(options.Base, "--base");
        if (options.Adapter is not null) CheckFolder(options.Adapter, "--adapter");
        else CheckTuned(options.Tuned!);
        string tuned = options.Tuned ?? options.Base;
        var prompts = DiagnosisPrompts.Read(options);
        // Both by the same engine, so that equal weights give equal scores.
        EngineChoice engine = LoadedModel.EngineOf(options.Base, options.Engine);
        if (LoadedModel.EngineOf(tuned, options.Engine) != engine) engine = EngineChoice.Libtorch;
        if (engine == EngineChoice.Libtorch) TorchRuntime.Configure(options.Threads);
        var load = new LoadedModelOptions { Engine = engine, Threads = options.Threads };
        using LoadedModel first = LoadedModel.Load(options.Base, load),
            second = LoadedModel.Load(tuned, load with { Adapter = options.Adapter });
        ChatTemplate chat = options.ChatTemplate is { } name
            ? ChatTemplateLoader.Load(tuned, second.Tokenizer, name == "auto" ? null : name)
            : BuiltInTemplates.None;
        int[][] ids = EncodeForBoth(prompts, chat, first, second);
        var settings = new DiagnosisSettings
        {
            Base = options.Base,
            Tuned = tuned,
            Adapter = options.Adapter,
            PromptSource = options.Prompts,
            PromptTemplate = prompts.Template,
            ChatTemplate = chat.Name,
            Samples = options.Samples,
            MaxNewTokens = prompts.MaxNewTokens,
            Seed = options.Seed,
            Reward = prompts.Reward?.Name,
            BaseWeights = ModelHash.Of(options.Base),
            TunedWeights = ModelHash.Of(options.Adapter ?? tuned),
            PromptContent = prompts.ContentHash(ids),
            Engine = engine == EngineChoice.Fused ? "fused" : "libtorch",
            TiltVersion = RunManifest.Version(),
        };
        using var folder = DiagnosisFolder.Open(options.Out, settings);
        List<DrawsLine> lines = await new DiagnosisRun(prompts, settings, first, second, ids).DrawAsync(folder, progress, cancellationToken)
            .ConfigureAwait(false);
        PromptDraws[] draws = [.. lines.Select(line => line.ToDraws())];
        int overBudget = lines.Sum(line => line.Base.Concat(line.Tuned).Count(draw => draw.OverBudget));
        return new DiagnosisResult(DiagnosisReport.Of(settings, draws, overBudget), draws);
    }

    private async Task<List<DrawsLine>> DrawAsync(DiagnosisFolder folder, IProgress<DiagnosisProgress>? progress,
        CancellationToken cancellationToken)
    {
        List<DrawsLine> lines = folder.Resume([.. _prompts.Problems.Select(problem => problem.Id)], Portion);
        int resumed = lines.Count;
        long tokens = 0;
        progress?.Report(new DiagnosisProgress(resumed, _promptIds.Length, resumed, 0));
        while (lines.Count < _promptIds.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DrawsLine[] portion = await DrawPortionAsync(lines.Count, Math.Min(Portion, _promptIds.Length - lines.Count), cancellationToken)
                .ConfigureAwait(false);
            folder.Append(portion);
            lines.AddRange(portion);
            tokens += portion.Sum(line => line.Base.Sum(draw => (long)draw.T) + line.Tuned.Sum(draw => (long)draw.T));
            progress?.Report(new DiagnosisProgress(lines.Count, _promptIds.Length, resumed, tokens));
        }
        return lines;
    }

    private async Task<DrawsLine[]> DrawPortionAsync(int from, int count, CancellationToken cancellationToken)
    {
        Completion[] ofBase = await SampleAsync(_base, _settings.Base, from, count, BaseStep, cancellationToken).ConfigureAwait(false);
        Completion[] ofTuned = await SampleAsync(_tuned, _settings.Adapter ?? _settings.Tuned, from, count, TunedStep, cancellationToken)
            .ConfigureAwait(false);
        TokenScores[] baseByTuned = _tuned.Model.Score([.. ofBase.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        TokenScores[] tunedByBase = _base.Model.Score([.. ofTuned.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        RewardScore[]? baseRewards = await JudgeAsync(ofBase, from, cancellationToken).ConfigureAwait(false),
            tunedRewards = await JudgeAsync(ofTuned, from, cancellationToken).ConfigureAwait(false);
        var lines = new DrawsLine[count];
        for (int i = 0; i < count; i++)
        {
            int first = i * _settings.Samples;
            lines[i] = new DrawsLine(
                _prompts.Problems[from + i].Id,
                [.. Enumerable.Range(first, _settings.Samples)
                    .Select(s => Line(ofBase[s].LogProbability, baseByTuned[s].LogProbability, baseRewards?[s], ofBase[s].Length))],
                [.. Enumerable.Range(first, _settings.Samples)
                    .Select(s => Line(tunedByBase[s].LogProbability, ofTuned[s].LogProbability, tunedRewards?[s], ofTuned[s].Length))]);
        }
        return lines;
    }

    private static DrawLine Line(double ofBase, double ofTuned, RewardScore? reward, int length) =>
        double.IsFinite(ofBase) && double.IsFinite(ofTuned)
            ? new DrawLine(ofBase, ofTuned, reward?.Value, length, reward?.Outcome == RewardOutcome.OverBudget)
            : throw new ArithmeticException($"A response has log-probability {ofBase} under the base model and {ofTuned} under the tuned "
                + $"one; its weights may be damaged.");

    /// <exception cref="InputException">The model gives no numbers to sample from.</exception>
    private async Task<Completion[]> SampleAsync(LoadedModel model, string folder, int from, int count, uint step,
        CancellationToken cancellationToken)
    {
        SampleRequest[] requests =
        [
            .. Enumerable.Range(from, count).SelectMany(x => Enumerable.Range(0, _settings.Samples)
                .Select(s => new SampleRequest(_promptIds[x],
                    new RandomStream(_settings.Seed, RandomDomain.Evaluation, step, (uint)x, (uint)s)))),
        ];
        try
        {
            return await model.Sampler
                .SampleAsync(requests, new SamplingOptions { MaxNewTokens = _settings.MaxNewTokens }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (InvalidOperationException exception)
        {
            throw new InputException($"The model in '{folder}' cannot be sampled. {exception.Message}", exception);
        }
    }

    private async ValueTask<RewardScore[]?> JudgeAsync(Completion[] completions, int from, CancellationToken cancellationToken) =>
        _prompts.Reward is not { } reward
            ? null
            : await reward.ScoreAsync(
                [.. completions.Select((completion, s) =>
                    ScoredResponse.Of(_prompts.Problems[from + s / _settings.Samples], completion.ResponseIds, _base.Tokenizer))],
                cancellationToken).ConfigureAwait(false);

    private static void CheckFolder(string folder, string option)
    {
        if (!Directory.Exists(folder)) throw new InputException($"The folder '{Path.GetFullPath(folder)}' of {option} does not exist.");
    }

    private static void CheckTuned(string folder)
    {
        if (GgufFiles.Is(folder)) return;
        CheckFolder(folder, "--tuned");
        string checkpoints = Path.Combine(folder, "checkpoints");
        if (Directory.Exists(checkpoints) && !File.Exists(Path.Combine(folder, "config.json")))
        {
            IEnumerable<string> steps = Directory.EnumerateDirectories(checkpoints, "step-*").Order(StringComparer.Ordinal)
                .Select(step => Path.Combine("checkpoints", Path.GetFileName(step)));
            throw new InputException($"The folder '{folder}' is a training run; give one of its checkpoints with --tuned: "
                + $"{string.Join(", ", steps)}.");
        }
        if (File.Exists(Path.Combine(folder, LoraAdapter.ConfigurationFile)) && !File.Exists(Path.Combine(folder, "config.json")))
            throw new InputException(
                $"The folder '{folder}' holds an adapter, not a whole model: give it with --adapter instead of --tuned.");
    }

    /// <summary>
    /// The prompts' ids, which must be the same under both tokenizers; so must the tokens that end a response, or the models would not be
    /// laws over the same responses.
    /// </summary>
    private static int[][] EncodeForBoth(DiagnosisPrompts prompts, ChatTemplate chat, LoadedModel first, LoadedModel second)
    {
        var limits = new SequenceLimits(Math.Min(first.Model.ContextLength, second.Model.ContextLength),
            Math.Max(first.Model.VocabularySize, second.Model.VocabularySize));
        int[][] ids = prompts.Encode(chat, first.Tokenizer, limits), others = prompts.Encode(chat, second.Tokenizer, limits);
        int differing = Array.FindIndex([.. Enumerable.Range(0, ids.Length)], i => !ids[i].AsSpan().SequenceEqual(others[i]));
        if (differing >= 0)
            throw new InputException($"The tokenizers of base and tuned model read the prompt of problem "
                + $"'{prompts.Problems[differing].Id}' differently: these are not a base and its fine-tuned model.");
        if (first.Model.VocabularySize != second.Model.VocabularySize)
            throw new InputException($"The base model has {first.Model.VocabularySize} token ids and the tuned "
                + $"one {second.Model.VocabularySize}: these are not a base and its fine-tuned model.");
        if (!first.Model.EndOfSequenceIds.ToHashSet().SetEquals(second.Model.EndOfSequenceIds))
            throw new InputException($"Responses of the base model end with the token "
                + $"ids {string.Join(", ", first.Model.EndOfSequenceIds)}, those of the tuned model "
                + $"with {string.Join(", ", second.Model.EndOfSequenceIds)}. Give both the same eos_token_id in generation_config.json.");
        return ids;
    }
}

/// <summary>A diagnosis and the draws it rests on.</summary>
/// <param name="Report">The diagnosis.</param>
/// <param name="Draws">The draws of every prompt.</param>
public sealed record DiagnosisResult(DiagnosisReport Report, IReadOnlyList<PromptDraws> Draws);
