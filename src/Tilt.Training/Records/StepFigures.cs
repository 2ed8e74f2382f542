using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Training.Monitor;
using Tilt.Training.Optimizers;

namespace Tilt.Training.Records;

/// <summary>The deterministic figures of one training step; docs/runs.md describes each.</summary>
public sealed record StepFigures
{
    /// <summary>Mean task reward.</summary>
    public required double RewardTask { get; init; }

    /// <summary>Mean of each reward that the task reward is a sum of, before its weight; none where it is one.</summary>
    public IReadOnlyList<RewardTerm> RewardTerms { get; init; } = [];

    /// <summary>Mean of R.</summary>
    public required double RewardShaped { get; init; }

    /// <summary>Mean of ℓ_π − ℓ_ref, nats per response; null without a reference.</summary>
    public required double? KlReference { get; init; }

    /// <summary>Mean ℓ_ref, nats per response; null without a reference.</summary>
    public required double? LikelihoodReference { get; init; }

    /// <summary>Mean response tokens.</summary>
    public required double ResponseLength { get; init; }

    /// <summary>Tokens that at least nine of ten responses have.</summary>
    public required double ResponseShortestDecile { get; init; }

    /// <summary>Share of responses that are equal to another one to the same problem.</summary>
    public required double ResponseRepeated { get; init; }

    /// <summary>Share of responses that met the length limit.</summary>
    public required double ResponseTruncated { get; init; }

    /// <summary>Share of groups whose responses all have the same R: their advantages are 0.</summary>
    public required double ZeroAdvantage { get; init; }

    /// <summary>Groups that were replaced because all their responses had the same R; null where that is not asked for.</summary>
    public double? Replaced { get; init; }

    /// <summary>Share of responses that are not in the loss; null where all are.</summary>
    public double? Masked { get; init; }

    /// <summary>Mean of Σ_t KL(π‖p) of the next-token distributions, nats per response; null where it was not computed.</summary>
    public double? KlWhole { get; init; }

    /// <summary>Share of responses without a readable answer.</summary>
    public required double Unparsable { get; init; }

    /// <summary>Share of verdicts over budget.</summary>
    public required double OverBudget { get; init; }

    /// <summary>Mean entropy along the rollouts, nats per token; null when the engine did not record it.</summary>
    public required double? Entropy { get; init; }

    /// <summary>Optimiser steps between the weights that sampled and those that are trained: 0 on-policy.</summary>
    public required double Staleness { get; init; }

    /// <summary>Share of the steps so far whose gradient was clipped.</summary>
    public required double ClippedShare { get; init; }

    /// <summary>What the optimiser did.</summary>
    public required UpdateStatistics Update { get; init; }

    /// <summary>The figures of a step.</summary>
    /// <param name="outcome">What the step made.</param>
    /// <param name="after">The state after it.</param>
    public static StepFigures Of(StepOutcome outcome, RunState after)
    {
        Completion[] completions = [.. outcome.Completions];
        RewardScore[] scores = [.. outcome.Scores.SelectMany(s => s)];
        double[]? reference = outcome.Likelihoods.Reference?.SelectMany(p => p).ToArray();
        return new()
        {
            RewardTask = scores.Average(s => s.Value),
            RewardTerms =
                [.. (scores[0].Terms ?? []).Select((term, t) => new RewardTerm(term.Name, scores.Average(s => s.Terms![t].Value)))],
            RewardShaped = outcome.ShapedRewards.SelectMany(r => r).Average(),
            KlReference = reference is null
                ? null
                : outcome.Likelihoods.Policy.SelectMany(p => p).Zip(reference, (policy, p) => policy - p).Average(),
            LikelihoodReference = reference?.Average(),
            ResponseLength = completions.Average(c => (double)c.Length),
            ResponseShortestDecile = completions.Select(c => c.Length).Order().ElementAt(completions.Length / 10),
            ResponseRepeated = outcome.Groups.Sum(Repeated) / (double)completions.Length,
            ResponseTruncated = completions.Average(c => c.StopReason == StopReason.Length ? 1.0 : 0),
            ZeroAdvantage = outcome.Uniform.Average(uniform => uniform ? 1.0 : 0),
            Replaced = outcome.Replaced == 0 ? null : outcome.Replaced,
            Masked = outcome.Masked == 0 ? null : outcome.Masked / (double)completions.Length,
            KlWhole = outcome.Likelihoods.Divergences?.SelectMany(group => group).Average(tokens => tokens.Sum(kl => (double)kl)),
            Unparsable = scores.Average(s => s.Outcome == RewardOutcome.Unparsable ? 1.0 : 0),
            OverBudget = scores.Average(s => s.Outcome == RewardOutcome.OverBudget ? 1.0 : 0),
            Entropy = completions.All(c => c.Entropies is not null)
                ? completions.Sum(c => c.Entropies!.Sum(e => (double)e)) / Math.Max(1, completions.Sum(c => (long)c.Length))
                : null,
            Staleness = outcome.Groups.Average(g => outcome.Update.Version - 1 - g.WeightsVersion),
            ClippedShare = after.ClippedSteps / (double)after.Step,
            Update = outcome.Update,
        };
    }

    /// <summary>What the monitor keeps of them.</summary>
    /// <param name="step">The step.</param>
    public MonitoredStep Monitored(int step) => new(
        step, RewardTask, RewardShaped, ResponseLength, ResponseShortestDecile, ResponseTruncated, ResponseRepeated, Entropy, KlReference,
        Update.GradientNorm, Update.Clipped, ZeroAdvantage, Unparsable, OverBudget, Update.Mismatch?.Kl);

    private static int Repeated(PromptGroup group) =>
        group.Completions.GroupBy(c => string.Join(' ', c.ResponseIds), StringComparer.Ordinal)
            .Sum(same => same.Count() > 1 ? same.Count() : 0);

    /// <summary>The figures by the names they have in <c>metrics.jsonl</c>; those that there are none of are left out.</summary>
    public IEnumerable<(string Name, double Value)> Named()
    {
        (string Name, double? Value)[] all =
        [
            ("reward/task", RewardTask), ("reward/shaped", RewardShaped), ("kl/reference", KlReference),
            ("kl/whole", KlWhole), ("group/replaced", Replaced), ("response/masked", Masked),
            ("loss/ratio_max", Update.RatioMax), ("loss/ratio_clipped", Update.RatioClipped),
            ("likelihood/reference", LikelihoodReference),
            ("policy/entropy", Entropy), ("response/length", ResponseLength),
            ("response/shortest_decile", ResponseShortestDecile), ("response/repeated", ResponseRepeated),
            ("response/truncated", ResponseTruncated),
            ("group/zero_advantage", ZeroAdvantage), ("verifier/unparsable", Unparsable), ("verifier/over_budget", OverBudget),
            ("loss/policy", Update.Loss), ("gradient/norm", Update.GradientNorm), ("gradient/clipped", Update.Clipped ? 1 : 0),
            ("gradient/clipped_share", ClippedShare), ("optimizer/learning_rate", Update.LearningRate), ("rollout/staleness", Staleness),
            ("rollout/mismatch_kl", Update.Mismatch?.Kl), ("rollout/importance_mean", Update.Mismatch?.Mean),
            ("rollout/importance_max", Update.Mismatch?.Max), ("rollout/importance_truncated", Update.Mismatch?.Truncated),
        ];
        foreach ((string name, double? value) in all)
            if (value is { } given) yield return (name, given);
        foreach (RewardTerm term in RewardTerms) yield return ("reward/" + term.Name, term.Value);
    }
}
