using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks.Embedded;
using Tilt.Training.Evaluation;

namespace Tilt.Training.Rollouts;

/// <summary>Makes the rollouts of a step: draws problems, samples G responses to each, and has them judged.</summary>
public sealed class RolloutSource
{
    private readonly TrainingConfiguration _configuration;
    private readonly ITokenizer _tokenizer;
    private readonly IReward _reward;

    /// <summary>A source of rollouts on the configured task.</summary>
    public RolloutSource(TrainingConfiguration configuration, ITokenizer tokenizer, IReward reward)
    {
        _configuration = configuration;
        _tokenizer = tokenizer;
        _reward = reward;
    }

    /// <summary>Samples the groups of optimiser step <paramref name="step"/>, counted from 0.</summary>
    public async Task<IReadOnlyList<PromptGroup>> SampleAsync(ISampler sampler, int step, CancellationToken cancellationToken)
    {
        var rollout = _configuration.Rollout;
        IReadOnlyList<Problem> problems = EmbeddedTask.TrainingBatch(step, rollout.PromptsPerStep, (uint)_configuration.Seed);
        var requests = new SampleRequest[problems.Count * rollout.Generations];
        for (int p = 0; p < problems.Count; p++)
        {
            int[] prompt = EmbeddedTask.Prompt(problems[p], _tokenizer);
            for (int s = 0; s < rollout.Generations; s++)
                requests[p * rollout.Generations + s] = new(prompt, new((uint)_configuration.Seed, RandomDomain.Rollout, (uint)step, (uint)p, (uint)s));
        }

        Completion[] completions = await sampler.SampleAsync(requests, Options(), cancellationToken);
        return [.. problems.Select((problem, p) => new PromptGroup(problem, completions[(p * rollout.Generations)..((p + 1) * rollout.Generations)]))];
    }

    /// <summary>Judges every response of the groups, <c>[group][G]</c>.</summary>
    public async Task<RewardScore[][]> ScoreAsync(IReadOnlyList<PromptGroup> groups, CancellationToken cancellationToken)
    {
        ScoredResponse[] responses = [.. groups.SelectMany(g => g.Completions.Select(c => new ScoredResponse(g.Problem, ResponseText.Of(c.ResponseIds, _tokenizer))))];
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
