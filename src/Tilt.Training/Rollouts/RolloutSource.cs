using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;

namespace Tilt.Training.Rollouts;

/// <summary>Makes the rollouts of a step: draws problems, samples G responses to each, and has them judged.</summary>
public sealed class RolloutSource
{
    // Other problems come in another order: that of another seed.
    private const uint AttemptStride = 0x9E3779B9;

    private readonly TrainingConfiguration _configuration;
    private readonly ITask _task;
    private readonly IReward _reward;
    private readonly ITokenizer _tokenizer;
    private readonly StepTimings _timings;

    /// <summary>A source of rollouts on a task.</summary>
    public RolloutSource(TrainingConfiguration configuration, ITask task, IReward reward, ITokenizer tokenizer, StepTimings timings)
    {
        _configuration = configuration;
        _task = task;
        _reward = reward;
        _tokenizer = tokenizer;
        _timings = timings;
    }

    /// <summary>Samples the groups of a step.</summary>
    /// <param name="sampler">The policy's.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="attempt">0 for the step's own problems, 1, 2 … for others that may replace some of them.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<IReadOnlyList<PromptGroup>> SampleAsync(ISampler sampler, int step, int attempt, CancellationToken cancellationToken)
    {
        using var generation = _timings.Measure("time/generation");
        var rollout = _configuration.Rollout;
        IReadOnlyList<Problem> problems =
            _task.TrainingProblems(step, rollout.PromptsPerStep, (uint)_configuration.Seed + ((uint)attempt * AttemptStride));
        uint first = (uint)(attempt * rollout.PromptsPerStep);
        var requests = new SampleRequest[problems.Count * rollout.Generations];
        for (int p = 0; p < problems.Count; p++)
        {
            int[] prompt = _task.Prompt(problems[p]);
            for (int s = 0; s < rollout.Generations; s++)
                requests[p * rollout.Generations + s] =
                    new(prompt, new((uint)_configuration.Seed, RandomDomain.Rollout, (uint)step, first + (uint)p, (uint)s));
        }

        long version = sampler.WeightsVersion;
        Completion[] completions = await sampler.SampleAsync(requests, Options(), cancellationToken);
        return [.. problems.Select(
            (problem, p) => new PromptGroup(problem, completions[(p * rollout.Generations)..((p + 1) * rollout.Generations)], version))];
    }

    /// <summary>Judges every response of the groups, <c>[group][G]</c>.</summary>
    public async Task<RewardScore[][]> JudgeAsync(IReadOnlyList<PromptGroup> groups, CancellationToken cancellationToken)
    {
        using var judging = _timings.Measure("time/reward");
        ScoredResponse[] responses =
            [.. groups.SelectMany(g => g.Completions.Select(c => ScoredResponse.Of(g.Problem, c.ResponseIds, _tokenizer)))];
        RewardScore[] scores = await _reward.ScoreAsync(responses, cancellationToken);
        return [.. scores.Chunk(_configuration.Rollout.Generations)];
    }

    private SamplingOptions Options() => new()
    {
        MaxNewTokens = _configuration.Rollout.MaxNewTokens,
        Temperature = (float)_configuration.Rollout.Temperature,
        IgnoreEndOfSequence = _configuration.Objective.FixedLength,
        RecordEntropies = true,
    };
}
