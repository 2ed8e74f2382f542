using Tilt.Rollouts;

namespace Tilt.TiltFit;

/// <summary>A whole diagnosis: what was compared, how, and what came out.</summary>
public sealed record DiagnosisReport
{
    /// <summary>What was compared.</summary>
    public required DiagnosisSettings Settings { get; init; }

    /// <summary>Number of prompts.</summary>
    public required int Prompts { get; init; }

    /// <summary>Rewards that could not be judged within their budget, counted as 0.</summary>
    public required int OverBudget { get; init; }

    /// <summary>The verdict.</summary>
    public required DiagnosisVerdict Verdict { get; init; }

    /// <summary>The lines.</summary>
    public required TiltEstimation Tilt { get; init; }

    /// <summary>Divergences and lengths.</summary>
    public required Divergences Divergences { get; init; }

    /// <summary>pass@k; null without gold answers.</summary>
    public required ReachComparison? Reach { get; init; }

    /// <summary>Diagnoses draws.</summary>
    /// <param name="settings">What was compared.</param>
    /// <param name="prompts">The draws, at least one prompt; rewards on all of them or none.</param>
    /// <param name="overBudget">Rewards that were not judged within their budget.</param>
    /// <exception cref="ArgumentException">There are no prompts, too few draws, a score that is not finite, or rewards on some draws
    /// only.</exception>
    public static DiagnosisReport Of(DiagnosisSettings settings, IReadOnlyList<PromptDraws> prompts, int overBudget = 0)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0) throw new ArgumentException("There are no prompts to diagnose.", nameof(prompts));
        bool gold = prompts[0].FromBase.Any(draw => draw.Reward is not null);
        if (prompts.Any(prompt => prompt.FromBase.Concat(prompt.FromTuned).Any(draw => draw.Reward is not null != gold)))
            throw new ArgumentException("Some draws have rewards and others have none.", nameof(prompts));
        RandomStream stream = new(settings.Seed, RandomDomain.Statistics, 100, 0, 0);
        var tilt = TiltEstimation.Of(prompts, gold, stream);
        var divergences = Divergences.Of(prompts, stream with { Step = 200 });
        ReachComparison? reach = gold ? ReachComparison.Of(prompts, stream with { Step = 300 }) : null;
        return new DiagnosisReport
        {
            Settings = settings,
            Prompts = prompts.Count,
            OverBudget = overBudget,
            Verdict = DiagnosisVerdict.Of(tilt, divergences, reach),
            Tilt = tilt,
            Divergences = divergences,
            Reach = reach,
        };
    }
}

/// <summary>What a diagnosis compares, and with which draws.</summary>
public sealed record DiagnosisSettings
{
    /// <summary>Folder of the base model.</summary>
    public required string Base { get; init; }

    /// <summary>Folder of the tuned model; the base's when there is an adapter.</summary>
    public required string Tuned { get; init; }

    /// <summary>Folder of the adapter, or null.</summary>
    public required string? Adapter { get; init; }

    /// <summary>Where the prompts come from.</summary>
    public required string PromptSource { get; init; }

    /// <summary>How a prompt is made from a problem's text.</summary>
    public required string PromptTemplate { get; init; }

    /// <summary>Name of the chat template that writes the prompts, default for the tuned model's own; none for the prompt alone.</summary>
    public required string ChatTemplate { get; init; }

    /// <summary>n, draws a prompt from each model.</summary>
    public required int Samples { get; init; }

    /// <summary>L, most response tokens, the end-of-sequence token included.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Seed of draws and bootstrap.</summary>
    public required uint Seed { get; init; }

    /// <summary>Name of the reward; null without gold answers.</summary>
    public required string? Reward { get; init; }

    /// <summary>SHA-256 of the base model's weights.</summary>
    public required string BaseWeights { get; init; }

    /// <summary>SHA-256 of the tuned model's weights, or of the adapter's.</summary>
    public required string TunedWeights { get; init; }

    /// <summary>SHA-256 of the prompts as the models read them, and of the gold answers.</summary>
    public required string PromptContent { get; init; }

    /// <summary>What drew and scored: fused or libtorch.</summary>
    public required string Engine { get; init; }

    /// <summary>Version of Tilt.</summary>
    public required string TiltVersion { get; init; }
}
