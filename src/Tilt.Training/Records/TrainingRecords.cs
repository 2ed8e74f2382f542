using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;
using Tilt.Training.Optimizers;
using Tilt.Training.Rollouts;

namespace Tilt.Training.Records;

/// <summary>
/// Keeps the books of a training run, beside the loop: resumes, times, logs, evaluates on selection problems and saves when due.
/// </summary>
public sealed class TrainingRecords
{
    private readonly TrainingConfiguration _configuration;
    private readonly Transformer _weights;
    private readonly AdamW _adam;
    private readonly SelectionEvaluation _selection;
    private readonly TrainingLog _log;
    private readonly CheckpointStore _checkpoints;
    private readonly StepTimings _timings;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly LikelihoodScorer _likelihoods;
    private readonly Action<string> _warn;
    private readonly TimeLimit _time;
    private readonly StabilityMonitor _monitor;
    private readonly EarlyStopping? _earlyStopping;
    private int _savedStep;

    /// <summary>Records of a run.</summary>
    /// <param name="configuration">The validated configuration.</param>
    /// <param name="weights">What is saved.</param>
    /// <param name="adam">The optimiser, saved with the weights.</param>
    /// <param name="selection">Evaluation on selection problems.</param>
    /// <param name="log">Receives metrics, timings and samples.</param>
    /// <param name="checkpoints">Where state is saved and resumed from.</param>
    /// <param name="timings">What the parts of a step measure themselves with.</param>
    /// <param name="likelihoods">Counts the tokens that were scored.</param>
    /// <param name="progress">Told after every step, or null.</param>
    /// <param name="time">When the run must be over.</param>
    /// <param name="warn">Told what went wrong and was got over.</param>
    public TrainingRecords(
        TrainingConfiguration configuration,
        Transformer weights,
        AdamW adam,
        SelectionEvaluation selection,
        TrainingLog log,
        CheckpointStore checkpoints,
        StepTimings timings,
        LikelihoodScorer likelihoods,
        IProgress<TrainingProgress>? progress,
        TimeLimit time,
        Action<string> warn)
    {
        (_configuration, _weights, _adam, _selection, _log, _checkpoints) = (configuration, weights, adam, selection, log, checkpoints);
        (_timings, _likelihoods, _progress, _time, _warn) = (timings, likelihoods, progress, time, warn);
        _monitor = new(configuration.Monitor);
        _earlyStopping = configuration.EarlyStopping is { } rule ? new(rule) : null;
    }

    /// <summary>The state of the latest checkpoint, its weights and optimiser put back, or that of a new run.</summary>
    /// <exception cref="InputException">The checkpoint is damaged or does not fit.</exception>
    public RunState Resume()
    {
        RunState state = _checkpoints.TryResume(_weights, _adam, _warn) ?? new();
        // What ended the run may not be asked for any more.
        if (state.StoppedBy is { } by && !Ends(by.Name)) state = state with { StoppedBy = null };
        _log.TruncateAfter(state.Step);
        _savedStep = state.Step;
        return state;
    }

    /// <summary>Evaluates a new run's base model and begins the first step.</summary>
    public async Task<RunState> StartAsync(RunState state, CancellationToken cancellationToken)
    {
        if (state.Curve.Count == 0)
        {
            EvaluationTable table = await _selection.RunAsync(cancellationToken);
            _log.Step(0, null, table.Figures(), null, []);
            state = state.WithEvaluation(table, null);
        }

        _timings.Restart();
        return state;
    }

    /// <summary>Ends the run in time, with what was done to be saved.</summary>
    /// <exception cref="TimeLimitException">The next step would not be over in time.</exception>
    public void CheckTime(RunState state) => _time.Check(state.Step, _configuration.Steps);

    /// <summary>Books a step: its figures and samples, an evaluation and a checkpoint when they are due.</summary>
    /// <param name="state">The state before the step.</param>
    /// <param name="outcome">What the step made.</param>
    /// <param name="cancellationToken">Not for what a finished step needs: that is booked whole.</param>
    public async Task<RunState> StepAsync(RunState state, StepOutcome outcome, CancellationToken cancellationToken)
    {
        _ = cancellationToken;
        state = state.After(outcome, _likelihoods.TokensForward, _timings.Elapsed);
        StepFigures figures = StepFigures.Of(outcome, state);
        state = state with { History = [.. state.History, figures.Monitored(state.Step)] };
        List<Finding> findings = [.. _monitor.Look(state.History)];
        EvaluationTable? table = null;
        if (IsDue(state.Step, _configuration.Evaluation.Every))
        {
            using (_timings.Measure("time/evaluation")) table = await _selection.RunAsync(CancellationToken.None);
            state = state.WithEvaluation(table, figures);
            if (_earlyStopping?.Look(state.Peaks!, state.Step, table) is { } fall) findings.Add(fall);
        }

        state = state with { StoppedBy = findings.FirstOrDefault(f => f.Stops) };
        _log.Step(state.Step, figures, table?.Figures(), outcome, findings);
        if (IsDue(state.Step, _configuration.Checkpoint.Every) || state.BestStep == state.Step)
            using (_timings.Measure("time/checkpoint")) Save(state);
        IReadOnlyDictionary<string, double> seconds = _timings.Finish();
        _time.After(seconds["time/step"]);
        _log.Timings(state.Step, seconds);
        _progress?.Report(new(state, _configuration.Steps, figures, table?.Figures(), findings));
        return state;
    }

    /// <summary>The first weights that hold NaN or infinity; null where all are finite.</summary>
    public string? BrokenWeights => _weights.FirstNotFinite();

    /// <summary>Saves the state, unless it is saved already.</summary>
    /// <exception cref="ArithmeticException">Weights hold NaN or infinity; nothing is saved.</exception>
    public void Save(RunState state)
    {
        if (state.Step == _savedStep) return;
        if (BrokenWeights is { } broken)
            throw new ArithmeticException(
                $"The weights '{broken}' hold NaN or infinity after step {state.Step}; no checkpoint is made of them.");
        _checkpoints.Save(state, _weights, _adam);
        _savedStep = state.Step;
    }

    private bool Ends(string finding) => finding == EarlyStopping.Name
        ? _earlyStopping is not null
        : _configuration.Monitor.Stop.Contains(finding, StringComparer.Ordinal);

    private bool IsDue(int step, int every) => step % every == 0 || step == _configuration.Steps;
}

/// <summary>News of a training run.</summary>
/// <param name="State">State after the step.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Figures">The step's figures.</param>
/// <param name="Evaluation">Those of the evaluation after it, or null.</param>
/// <param name="Findings">What the monitor found at this step.</param>
public sealed record TrainingProgress(RunState State, int Steps, StepFigures Figures, EvaluationFigures? Evaluation,
    IReadOnlyList<Finding> Findings);
