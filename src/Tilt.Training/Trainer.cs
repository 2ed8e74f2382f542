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
                var groups = await rollouts.SampleAsync(engine.Sampler, state.Step, cancellationToken);     // y ~ π(·|x)
                var scores = await rollouts.JudgeAsync(groups, cancellationToken);                          // r(x, y)
                var logs = likelihoods.Of(groups);                                                          // ℓ_π, ℓ_ref
                // R = w_r·r + w_ℓ·N(ℓ_ref) − w_kl·(ℓ_π − ℓ_ref)
                var shaped = shaping.ShapedRewards(objective, groups, scores, logs);
                var gains = advantages.Of(shaped, scores, logs) with { UniformGroups = UniformRewards.Of(shaped, scores) }; // A
                logs = likelihoods.Complete(logs, groups, gains);                                           // log π where A is not 0
                var weights = TokenWeights.Terms(groups, scores, gains, logs, rule);                        // w·A / divisor, one per token
                var update = optimizer.Step(state.Step, WeightedSequence.Of(groups, weights));              // ∇ Σ weight·log π
                await engine.PublishAsync(update.Version, CancellationToken.None);
                state = await _records.StepAsync(state, new(groups, scores, logs, shaped, gains.Responses, update), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ArithmeticException)
        {
            // Weights that some of a step's updates have changed belong to no step.
            if (!optimizer.IsBetweenUpdates) _records.Save(state);
            throw;
        }

        _records.Save(state);
        return state;
    }
}

/// <summary>What a training run works with.</summary>
/// <param name="Engine">Samples from the policy and scores with it.</param>
/// <param name="Rollouts">Problems, prompts and the task reward.</param>
/// <param name="Likelihoods">ℓ_π and ℓ_ref.</param>
/// <param name="Optimizer">Changes the weights.</param>
public sealed record TrainingParts(IPolicyEngine Engine, RolloutSource Rollouts, LikelihoodScorer Likelihoods, PolicyOptimizer Optimizer);
