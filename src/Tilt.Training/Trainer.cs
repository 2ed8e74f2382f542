using System.Diagnostics;
using Tilt.Objectives;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Training.Evaluation;
using Tilt.Training.Optimizers;
using Tilt.Training.Records;
using Tilt.Training.Rollouts;

namespace Tilt.Training;

/// <summary>
/// The training loop (arXiv 2604.16259): sample → verify → score under the reference → shape the reward → leave-one-out
/// advantages → one policy-gradient step → log → evaluate → save.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingConfiguration _configuration;
    private readonly TrainingInputs _inputs;
    private readonly TrainingLog _log;
    private readonly CheckpointStore _checkpoints;
    private readonly IProgress<TrainingProgress>? _progress;

    /// <summary>A trainer; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="configuration">The validated configuration.</param>
    /// <param name="inputs">Policy, reference, task and reward.</param>
    /// <param name="log">Receives metrics, timings and samples.</param>
    /// <param name="checkpoints">Where state is saved and resumed from.</param>
    /// <param name="progress">Told after every step, or null.</param>
    public Trainer(TrainingConfiguration configuration, TrainingInputs inputs, TrainingLog log, CheckpointStore checkpoints, IProgress<TrainingProgress>? progress = null)
    {
        _configuration = configuration;
        _inputs = inputs;
        _log = log;
        _checkpoints = checkpoints;
        _progress = progress;
    }

    /// <summary>Trains to the last step, from the latest checkpoint if there is one, and returns the final state.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the steps done are saved.</exception>
    /// <exception cref="ArithmeticException">Training diverged; the steps done are saved.</exception>
    public async Task<RunState> RunAsync(CancellationToken cancellationToken = default)
    {
        var (policy, objective) = (_inputs.Policy, _configuration.Objective.ToObjective());
        using var adam = new AdamW(policy.Weights.TrainableParameters.Select(p => (p.Name, p.Value)), _configuration.Optimizer.ToAdamW());
        var optimizer = new PolicyOptimizer(policy.Weights, adam, _configuration);
        RunState state = _checkpoints.TryResume(policy.Weights, adam) ?? new();
        policy.Refresh();
        _log.TruncateAfter(state.Step);
        int saved = state.Step;
        try
        {
            if (state.Curve.Count == 0) state = await EvaluateAsync(state, new(), [], cancellationToken);
            while (state.Step < _configuration.Steps)
            {
                var timings = new StepTimings();
                long start = Stopwatch.GetTimestamp();
                RolloutBatch batch = await RolloutAsync(state.Step, objective, timings, cancellationToken);
                UpdateStatistics update = optimizer.Step(state.Step, batch.TrainingSequences());
                timings.MarkParts(("time/forward", update.ForwardSeconds), ("time/backward", update.BackwardSeconds), ("time/optimizer", update.OptimizerSeconds));
                policy.Refresh();

                var metrics = StepMetrics.Of(batch, update);
                state = state.After(batch, update, Stopwatch.GetElapsedTime(start).TotalSeconds);
                metrics["gradient/clipped_share"] = state.ClippedSteps / (double)state.Step;
                if (IsDue(state.Step, _configuration.Evaluation.Every))
                    state = await EvaluateAsync(state, timings, metrics, CancellationToken.None);
                _log.Step(state.Step, metrics, batch);
                if (IsDue(state.Step, _configuration.Checkpoint.Every) || state.BestStep == state.Step)
                    Save(ref saved);
                timings.Mark("time/checkpoint");
                _log.Timings(state.Step, timings.Finish());
                _progress?.Report(new(state, _configuration.Steps, metrics));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ArithmeticException)
        {
            Save(ref saved);
            throw;
        }

        Save(ref saved);
        return state;

        void Save(ref int savedStep)
        {
            if (state.Step == savedStep) return;
            _checkpoints.Save(state, policy.Weights, adam);
            savedStep = state.Step;
        }
    }

    private bool IsDue(int step, int every) => step % every == 0 || step == _configuration.Steps;

    private async Task<RolloutBatch> RolloutAsync(int step, Objective objective, StepTimings timings, CancellationToken cancellationToken)
    {
        IReadOnlyList<PromptGroup> groups = await _inputs.Rollouts.SampleAsync(_inputs.Policy.Sampler, step, cancellationToken);
        timings.Mark("time/generation");
        RewardScore[][] scores = await _inputs.Rollouts.ScoreAsync(groups, cancellationToken);
        timings.Mark("time/reward");
        double[][] reference = ReferenceScores.Of(groups, _inputs.Reference);
        timings.Mark("time/scoring");
        return RolloutBatch.Shape(objective, groups, scores, reference);
    }

    private async Task<RunState> EvaluateAsync(RunState state, StepTimings timings, Dictionary<string, double> metrics, CancellationToken cancellationToken)
    {
        var evaluation = _configuration.Evaluation;
        EvaluationTable table = await _inputs.Selection.EvaluateAsync(
            _inputs.Policy.Sampler, _inputs.Reference, evaluation.Samples, 1, _configuration.Rollout.MaxNewTokens, (uint)_configuration.Seed, cancellationToken);
        timings.Mark("time/evaluation");
        metrics["evaluation/accuracy"] = table.Accuracy();
        metrics["evaluation/length"] = table.MeanLength();
        metrics["evaluation/entropy"] = table.Entropy!.Value;
        metrics["evaluation/kl"] = table.Kl!.Value;
        if (state.Step == 0) _log.Step(0, metrics, null);
        return state.WithEvaluation(table, metrics);
    }
}

/// <summary>What a training run works with.</summary>
/// <param name="Policy">The model being trained.</param>
/// <param name="Reference">The frozen reference p of the objective.</param>
/// <param name="Rollouts">Problems, prompts and the task reward.</param>
/// <param name="Selection">Evaluator on selection problems.</param>
public sealed record TrainingInputs(Policy Policy, ILanguageModel Reference, RolloutSource Rollouts, Evaluator Selection);

/// <summary>News of a training run.</summary>
/// <param name="State">State after the step.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Metrics">The step's metrics.</param>
public sealed record TrainingProgress(RunState State, int Steps, IReadOnlyDictionary<string, double> Metrics);
