using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Settings;
using Tilt.Training.Optimizers;
using Tilt.Training.Records;
using Tilt.Training.Rollouts;

namespace Tilt.Training;

/// <summary>
/// The training loop, the algorithm box of arXiv 2604.16259 line by line: sample → judge → score → shape the reward → advantages → one
/// weight per token → one optimiser step → publish the weights → record, evaluate and save.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingConfiguration _configuration;
    private readonly TrainingParts _parts;
    private readonly TrainingRecords _records;

    /// <summary>A trainer; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="configuration">The validated configuration.</param>
    /// <param name="parts">Policy engine, rollouts, likelihoods, optimiser.</param>
    /// <param name="records">Keeps the books: resumes, logs, evaluates, saves.</param>
    public Trainer(TrainingConfiguration configuration, TrainingParts parts, TrainingRecords records) =>
        (_configuration, _parts, _records) = (configuration, parts, records);

    /// <summary>Trains to the last step, from the latest checkpoint if there is one, and returns the final state.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the steps done are saved.</exception>
    /// <exception cref="ArithmeticException">Training diverged; the steps done are saved, unless the step had several updates and some are
    /// done: then the last checkpoint stands.</exception>
    public async Task<RunState> RunAsync(CancellationToken cancellationToken = default)
    {
        var (engine, rollouts, likelihoods, optimizer) = _parts;
        Objective objective = _configuration.ToSampledObjective();
        RewardShaping shaping = _configuration.ToShaping();
        IAdvantageEstimator advantages = _configuration.ToAdvantages();
        LossRule rule = _configuration.ToLossRule();

        RunState state = _records.Resume();
        try
        {
            await engine.PublishAsync(state.Step, cancellationToken);
            state = await _records.StartAsync(state, cancellationToken);
            while (state.Step < _configuration.Steps && state.StoppedBy is null)
            {
                _records.CheckTime(state);
                likelihoods.TokensForward = 0;
                var batch = await DrawAsync(state.Step, 0);
                for (int again = 1; again <= _configuration.Rollout.Resample && batch.Uniform.Contains(true); again++)
                    batch = batch.WithUniformReplaced(await DrawAsync(state.Step, again));
                batch.CheckFinite(state.Step + 1);
                var (groups, scores, logs, shaped) = batch;
                var gains = advantages.Of(shaped, scores, logs) with { UniformGroups = batch.Uniform };             // A
                logs = likelihoods.Complete(logs, groups, gains);                                           // log π where A is not 0
                var weights = TokenWeights.Terms(groups, scores, gains, logs, rule);                        // w·A / divisor, one per token
                var update = optimizer.Step(state.Step, WeightedSequence.Of(groups, weights));              // ∇ Σ weight·log π
                await engine.PublishAsync(update.Version, CancellationToken.None);
                var outcome = new StepOutcome(groups, scores, logs, shaped, gains.Responses, update)
                {
                    Uniform = batch.Uniform,
                    Replaced = batch.Replaced,
                    TokensDiscarded = batch.TokensDiscarded,
                    Masked = weights.Sum(group => group.Count(terms => terms is null)),
                };
                state = await _records.StepAsync(state, outcome, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ArithmeticException
            || _records.BrokenWeights is not null)
        {
            // Weights that some of a step's updates have changed belong to no step, and broken ones to no checkpoint.
            string? broken = _records.BrokenWeights;
            if (!optimizer.IsBetweenUpdates && broken is null) _records.Save(state);
            if (broken is null || exception is OperationCanceledException) throw;
            throw new ArithmeticException($"Step {state.Step + 1} failed, since the weights '{broken}' hold NaN or infinity: training has "
                + $"diverged, and the last checkpoint stands. Lower optimizer.learning_rate, or resume from there. ({exception.Message})",
                exception);
        }

        _records.Save(state);
        return state;

        async Task<RolloutBatch> DrawAsync(int step, int attempt)
        {
            var groups = await rollouts.SampleAsync(engine.Sampler, step, attempt, cancellationToken);      // y ~ π(·|x)
            var scores = await rollouts.JudgeAsync(groups, cancellationToken);                              // r(x, y)
            var logs = likelihoods.Of(groups);                                                              // ℓ_π, ℓ_ref
            // R = w_r·r + w_ℓ·N(ℓ_ref) − w_kl·(ℓ_π − ℓ_ref)
            var shaped = shaping.ShapedRewards(objective, groups, scores, logs);
            return new(groups, scores, logs, shaped);
        }
    }
}

/// <summary>What a training run works with.</summary>
/// <param name="Engine">Samples from the policy and scores with it.</param>
/// <param name="Rollouts">Problems, prompts and the task reward.</param>
/// <param name="Likelihoods">ℓ_π and ℓ_ref.</param>
/// <param name="Optimizer">Changes the weights.</param>
public sealed record TrainingParts(IPolicyEngine Engine, RolloutSource Rollouts, LikelihoodScorer Likelihoods, PolicyOptimizer Optimizer);
