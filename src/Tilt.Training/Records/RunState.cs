using Tilt.Results;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;

namespace Tilt.Training.Records;

/// <summary>What a training run has done so far, beside weights and optimiser moments. Saved with every checkpoint.</summary>
public sealed record RunState
{
    /// <summary>Optimiser steps done.</summary>
    public int Step { get; init; }

    /// <summary>
    /// Step of the checkpoint that was best on selection problems so far, step 0 excluded; null before the first evaluation.
    /// </summary>
    public int? BestStep { get; init; }

    /// <summary>Its accuracy.</summary>
    public double BestAccuracy { get; init; } = double.MinValue;

    /// <summary>Evaluations on selection problems so far.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>The best evaluations on selection problems so far, that of the base model included; null before the first.</summary>
    public PeakEvaluations? Peaks { get; init; }

    /// <summary>What the monitor has seen of every step.</summary>
    public IReadOnlyList<MonitoredStep> History { get; init; } = [];

    /// <summary>The finding that ended the run before its last step; null while it goes on.</summary>
    public Finding? StoppedBy { get; init; }

    /// <summary>Optimiser steps whose gradient was clipped.</summary>
    public int ClippedSteps { get; init; }

    /// <summary>Response tokens generated, evaluations included.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Tokens that went through a forward pass of policy or reference.</summary>
    public long TokensForward { get; init; }

    /// <summary>Seconds of work.</summary>
    public double Seconds { get; init; }

    /// <summary>This state after an optimiser step.</summary>
    /// <param name="outcome">What the step made.</param>
    /// <param name="scoredTokens">Tokens, prompts included, of the sequences that were scored.</param>
    /// <param name="seconds">Seconds that the step took.</param>
    public RunState After(StepOutcome outcome, long scoredTokens, double seconds)
    {
        long generated = outcome.Completions.Sum(c => (long)c.Length) + outcome.TokensDiscarded;
        long distinctPrompts = outcome.Groups.Sum(g => (long)g.Completions[0].PromptIds.Length);
        return this with
        {
            Step = outcome.Update.Version,
            ClippedSteps = ClippedSteps + (outcome.Update.Clipped ? 1 : 0),
            TokensGenerated = TokensGenerated + generated,
            // Sampling reads each prompt once; scoring reads every sequence whole, and so does the loss those that have a part in it.
            TokensForward = TokensForward + distinctPrompts + generated + scoredTokens + outcome.Update.Tokens,
            Seconds = Seconds + seconds,
        };
    }

    /// <summary>This state after an evaluation on selection problems.</summary>
    /// <param name="table">The evaluation.</param>
    /// <param name="step">Figures of the step before it; null for the base model.</param>
    public RunState WithEvaluation(EvaluationTable table, StepFigures? step)
    {
        EvaluationFigures figures = table.Figures();
        bool better = Step > 0 && figures.Accuracy > BestAccuracy;
        var point = new CurvePoint
        {
            Step = Step,
            Accuracy = figures.Accuracy,
            Length = figures.Length,
            Entropy = figures.Entropy ?? 0,
            Kl = figures.Kl,
            RewardTask = step?.RewardTask,
            RewardShaped = step?.RewardShaped,
        };
        return this with
        {
            Curve = [.. Curve, point],
            BestStep = better ? Step : BestStep,
            BestAccuracy = better ? figures.Accuracy : BestAccuracy,
            Peaks = PeakEvaluations.After(Peaks, Step, table),
            TokensGenerated = TokensGenerated + table.TokensGenerated,
            TokensForward = TokensForward + table.TokensForward,
            Seconds = Seconds + table.Seconds,
        };
    }
}
