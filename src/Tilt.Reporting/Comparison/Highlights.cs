using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>The methods that a reader asks for first, picked by family and test accuracy, never by name.</summary>
internal sealed record Highlights
{
    /// <summary>Picks from results.</summary>
    internal Highlights(ComparisonResults results)
    {
        Base = results.Methods.FirstOrDefault(m => m.Kind == MethodKind.Base);
        Inference = [.. results.Methods.Where(m => m.FamilyOf() == MethodFamily.Inference)];
        WithReward = [.. results.Methods.Where(m => m.FamilyOf() is MethodFamily.TaskReward or MethodFamily.Tilted)];
        WithoutReward = [.. results.Methods.Where(m => m.FamilyOf() is MethodFamily.Tempered or MethodFamily.Sharpening)];
        TaskReward = WithReward.FirstOrDefault(m => m.FamilyOf() == MethodFamily.TaskReward) ?? Best(WithReward);
        Sharpening = WithoutReward.FirstOrDefault(IsPlainSharpening);
    }

    /// <summary>The base model.</summary>
    internal MethodResult? Base { get; }
    /// <summary>Inference-time methods without gold answers.</summary>
    internal IReadOnlyList<MethodResult> Inference { get; }
    /// <summary>RL with task reward.</summary>
    internal IReadOnlyList<MethodResult> WithReward { get; }
    /// <summary>RL on the model's own likelihood.</summary>
    internal IReadOnlyList<MethodResult> WithoutReward { get; }
    /// <summary>RL on the task reward alone; the best tilted run when there is none.</summary>
    internal MethodResult? TaskReward { get; }
    /// <summary>Sharpening as the paper defines it: the sum of log-probabilities, responses of free length.</summary>
    internal MethodResult? Sharpening { get; }
    /// <summary>The most accurate inference-time method.</summary>
    internal MethodResult? BestInference => Best(Inference);
    /// <summary>The most accurate RL method without task reward.</summary>
    internal MethodResult? BestWithoutReward => Best(WithoutReward);

    /// <summary>The highlights in reading order, each once.</summary>
    internal IReadOnlyList<MethodResult> All =>
        [.. new[] { Base, BestInference, TaskReward, BestWithoutReward, Sharpening }.OfType<MethodResult>().Distinct()];

    private static MethodResult? Best(IReadOnlyList<MethodResult> methods) =>
        methods.Where(m => double.IsFinite(m.Test.Accuracy)).MaxBy(m => m.Test.Accuracy);

    private static bool IsPlainSharpening(MethodResult method) =>
        method is { Objective: { Normalization: "sum", FixedLength: false } } && method.FamilyOf() == MethodFamily.Sharpening;
}
