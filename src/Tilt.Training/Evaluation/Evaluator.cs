using System.Diagnostics;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Tasks;

namespace Tilt.Training.Evaluation;

/// <summary>
/// Evaluates outputs on a fixed set of problems: verdicts, lengths, entropy, KL. Text is cut at the first end-of-sequence
/// token, so fixed-length outputs are judged as a reader would read them.
/// </summary>
public sealed class Evaluator
{
    private const int SampleTextCount = 16;

    private readonly IReadOnlyList<Problem> _problems;
    private readonly ITokenizer _tokenizer;
    private readonly IReward _reward;
    private readonly int[][] _prompts;

    /// <summary>An evaluator on <paramref name="problems"/> of a task.</summary>
    /// <param name="task">Makes the prompts.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="tokenizer">Makes texts of responses.</param>
    /// <param name="reward">Judges them; null takes the task's own.</param>
    public Evaluator(ITask task, IReadOnlyList<Problem> problems, ITokenizer tokenizer, IReward? reward = null)
    {
        _problems = problems;
        _tokenizer = tokenizer;
        _reward = reward ?? task.Reward;
        _prompts = [.. problems.Select(task.Prompt)];
    }

    /// <summary>The problems.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>The task reward.</summary>
    public IReward Reward => _reward;

    /// <summary>Prompt ids of each problem.</summary>
    public IReadOnlyList<int[]> Prompts => _prompts;

    /// <summary>Samples a policy at temperature 1 with normal stopping and judges the outputs.</summary>
    /// <param name="sampler">The policy's sampler.</param>
    /// <param name="reference">The base model, for the KL; null leaves the KL out.</param>
    /// <param name="samples">Outputs a problem.</param>
    /// <param name="klSamples">Outputs a problem that the KL rests on, at most <paramref name="samples"/>.</param>
    /// <param name="maxNewTokens">Most response tokens.</param>
    /// <param name="seed">Seed; the same numbers are used at every evaluation, which pairs the comparisons.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<EvaluationTable> EvaluateAsync(
        ISampler sampler,
        ILanguageModel? reference,
        int samples,
        int klSamples,
        int maxNewTokens,
        uint seed,
        CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        var requests = new List<SampleRequest>();
        for (int p = 0; p < _prompts.Length; p++)
        {
            for (int s = 0; s < samples; s++)
                requests.Add(new(_prompts[p], new RandomStream(seed, RandomDomain.Evaluation, 0, (uint)p, (uint)s)));
        }

        var options = new SamplingOptions { MaxNewTokens = maxNewTokens, RecordEntropies = true };
        Completion[] drawn = await sampler.SampleAsync(requests, options, cancellationToken);
        Completion[][] outputs = [.. drawn.Chunk(samples)];
        double entropy = drawn.Sum(c => c.Entropies!.Sum(e => (double)e)) / Math.Max(1, drawn.Sum(c => (long)c.Length));
        double? kl = null;
        long referenceTokens = 0;
        if (reference is not null && klSamples > 0)
        {
            Completion[] scored = [.. outputs.SelectMany(o => o.Take(klSamples))];
            kl = Kl(scored, reference.Score([.. scored.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]));
            referenceTokens = scored.Sum(c => (long)c.PromptIds.Length + c.Length);
        }

        long generated = drawn.Sum(c => (long)c.Length);
        long forward = referenceTokens + generated + _prompts.Sum(p => (long)p.Length);
        return await JudgeAsync(outputs, entropy, kl, generated, forward, start, cancellationToken);
    }

    /// <summary>Judges outputs made elsewhere.</summary>
    /// <param name="outputs">Outputs of each problem, in problem order.</param>
    /// <param name="entropy">Entropy in nats per token, or null.</param>
    /// <param name="kl">KL in nats per response, or null.</param>
    /// <param name="tokensGenerated">Tokens generated for them.</param>
    /// <param name="tokensForward">Forward-pass tokens spent on them.</param>
    /// <param name="startTimestamp">Stopwatch timestamp at which the work began.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<EvaluationTable> JudgeAsync(
        IReadOnlyList<Completion[]> outputs,
        double? entropy,
        double? kl,
        long tokensGenerated,
        long tokensForward,
        long startTimestamp,
        CancellationToken cancellationToken = default)
    {
        var correct = new bool[_problems.Count][];
        var answers = new string?[_problems.Count][];
        var texts = new List<string>();
        for (int p = 0; p < _problems.Count; p++)
        {
            ScoredResponse[] responses = [.. outputs[p].Select(c => Scored(p, c))];
            RewardScore[] scores = await _reward.ScoreAsync(responses, cancellationToken);
            correct[p] = [.. scores.Select(s => s.Outcome == RewardOutcome.Correct)];
            answers[p] = [.. scores.Select(s => s.Answer)];
            if (p < SampleTextCount) texts.Add(responses[0].Text);
        }

        return new()
        {
            Problems = [.. _problems.Select(p => p.Id)],
            Levels = [.. _problems.Select(p => p.Level ?? 0)],
            Correct = correct,
            Answers = answers,
            Lengths = [.. outputs.Select(o => (int[])[.. o.Select(c => c.Length)])],
            Entropy = entropy,
            Kl = kl,
            SampleTexts = texts,
            TokensGenerated = tokensGenerated,
            TokensForward = tokensForward,
            Seconds = Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds,
        };
    }

    /// <summary>Text of a response up to the first end-of-sequence token.</summary>
    public string Text(Completion completion) => ResponseText.Of(completion.ResponseIds, _tokenizer);

    /// <summary>A response to a problem, as the reward sees it.</summary>
    public ScoredResponse Scored(int problem, Completion completion) =>
        ScoredResponse.Of(_problems[problem], completion.ResponseIds, _tokenizer);

    private static double Kl(Completion[] completions, TokenScores[] reference)
    {
        double sum = 0;
        for (int i = 0; i < completions.Length; i++)
        {
            double drawn = 0;
            foreach (float value in completions[i].SamplingLogProbabilities) drawn += value;
            sum += drawn - reference[i].LogProbability;
        }

        return sum / Math.Max(1, completions.Length);
    }
}
