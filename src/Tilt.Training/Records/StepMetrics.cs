using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Training.Optimizers;
using Tilt.Training.Rollouts;

namespace Tilt.Training.Records;

/// <summary>The deterministic figures of one training step, by the names they have in <c>metrics.jsonl</c>.</summary>
public static class StepMetrics
{
    /// <summary>Figures of a step's rollouts and update.</summary>
    public static Dictionary<string, double> Of(RolloutBatch batch, UpdateStatistics update)
    {
        var completions = batch.Completions.ToArray();
        var scores = batch.Scores.SelectMany(s => s).ToArray();
        var metrics = new Dictionary<string, double>
        {
            ["reward/task"] = scores.Average(s => s.Value),
            ["reward/shaped"] = batch.ShapedRewards.SelectMany(r => r).Average(),
            ["kl/reference"] = batch.PolicyLogProbabilities.SelectMany(p => p).Zip(batch.ReferenceLogProbabilities.SelectMany(p => p), (policy, reference) => policy - reference).Average(),
            ["likelihood/reference"] = batch.ReferenceLogProbabilities.SelectMany(p => p).Average(),
            ["response/length"] = completions.Average(c => (double)c.Length),
            ["response/truncated"] = completions.Average(c => c.StopReason == StopReason.Length ? 1.0 : 0),
            ["group/zero_advantage"] = batch.Advantages.Average(a => a.All(v => v == 0) ? 1.0 : 0),
            ["verifier/unparsable"] = scores.Average(s => s.Outcome == RewardOutcome.Unparsable ? 1.0 : 0),
            ["verifier/over_budget"] = scores.Average(s => s.Outcome == RewardOutcome.OverBudget ? 1.0 : 0),
            ["loss/policy"] = update.Loss,
            ["gradient/norm"] = update.GradientNorm,
            ["gradient/clipped"] = update.Clipped ? 1 : 0,
            ["optimizer/learning_rate"] = update.LearningRate,
            ["rollout/mismatch_kl"] = update.MismatchKl,
            ["rollout/importance_mean"] = update.ImportanceMean,
            ["rollout/importance_max"] = update.ImportanceMax,
            ["rollout/importance_truncated"] = update.ImportanceTruncated,
        };
        if (completions.All(c => c.Entropies is not null))
            metrics["policy/entropy"] = completions.Sum(c => c.Entropies!.Sum(e => (double)e)) / Math.Max(1, completions.Sum(c => (long)c.Length));
        return metrics;
    }
}
