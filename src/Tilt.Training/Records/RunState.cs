using Tilt.Results;
using Tilt.Training.Evaluation;
using Tilt.Training.Optimizers;
using Tilt.Training.Rollouts;

namespace Tilt.Training.Records;

/// <summary>What a training run has done so far, beside weights and optimiser moments. Saved with every checkpoint.</summary>
public sealed record RunState
{
    /// <summary>Optimiser steps done.</summary>
    public int Step { get; init; }

    /// <summary>Step of the checkpoint that was best on selection problems so far, step 0 excluded; null before the first evaluation.</summary>
    public int? BestStep { get; init; }

    /// <summary>Its accuracy.</summary>
    public double BestAccuracy { get; init; } = double.MinValue;

    /// <summary>Evaluations on selection problems so far.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>Optimiser steps whose gradient was clipped.</summary>
    public int ClippedSteps { get; init; }

    /// <summary>Response tokens generated, evaluations included.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Tokens that went through a forward pass of policy or reference.</summary>
    public long TokensForward { get; init; }

    /// <summary>Seconds of work.</summary>
    public double Seconds { get; init; }

    /// <summary>This state after an optimiser step.</summary>
    public RunState After(RolloutBatch batch, UpdateStatistics update, double seconds)
    {
        long generated = batch.Completions.Sum(c => (long)c.Length);
        long prompts = batch.Completions.Sum(c => (long)c.PromptIds.Length);
        long distinctPrompts = batch.Groups.Sum(g => (long)g.Completions[0].PromptIds.Length);
        return this with
        {
            Step = Step + 1,
            ClippedSteps = ClippedSteps + (update.Clipped ? 1 : 0),
            TokensGenerated = TokensGenerated + generated,
            // Sampling reads each prompt once; the reference and the loss read every sequence whole.
            TokensForward = TokensForward + distinctPrompts + generated + 2 * (prompts + generated),
            Seconds = Seconds + seconds,
        };
    }

    /// <summary>This state after an evaluation on selection problems.</summary>
    public RunState WithEvaluation(EvaluationTable table, IReadOnlyDictionary<string, double> metrics)
    {
        double accuracy = table.Accuracy();
        bool better = Step > 0 && accuracy > BestAccuracy;
        var point = new CurvePoint
        {
            Step = Step,
            Accuracy = accuracy,
            Length = table.MeanLength(),
            Entropy = table.Entropy ?? 0,
            Kl = table.Kl ?? 0,
            RewardTask = metrics.TryGetValue("reward/task", out double task) ? task : null,
            RewardShaped = metrics.TryGetValue("reward/shaped", out double shaped) ? shaped : null,
        };
        return this with
        {
            Curve = [.. Curve, point],
            BestStep = better ? Step : BestStep,
            BestAccuracy = better ? accuracy : BestAccuracy,
            TokensGenerated = TokensGenerated + table.TokensGenerated,
            TokensForward = TokensForward + table.TokensForward,
            Seconds = Seconds + table.Seconds,
        };
    }
}
