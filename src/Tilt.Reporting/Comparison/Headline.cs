using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>The finding in one sentence, put together from whichever methods were run.</summary>
internal static class Headline
{
    /// <summary>The sentence.</summary>
    internal static string Of(ComparisonResults results)
    {
        Highlights highlights = new(results);
        string[] parts = [.. new[] { TaskReward(highlights), Inference(highlights), WithoutReward(highlights) }.OfType<string>()];
        if (parts.Length > 0)
            return string.Join("; ", parts) + ".";
        return results.Methods is [var only, ..]
            ? $"{Capital(Named(only))} answers {Percent(only)} of the test problems correctly (95 % interval {Interval(only.Test.Ci)} %)."
            : "No method was run.";
    }

    private static string? TaskReward(Highlights highlights)
    {
        if (highlights.TaskReward is not { } method)
            return null;
        string what = method.FamilyOf() == MethodFamily.TaskReward
            ? "Reinforcement learning on the task reward"
            : "Reinforcement learning on task reward and likelihood";
        string runs = $"{method.Name}, {NumberText.Counted(method.Seeds.Count, "seed")}";
        if (highlights.Base is not { } start)
            return $"{what} ({runs}) reaches a test accuracy of {Percent(method)}";
        string difference = method.Test.VersusBase is { } versus
            ? $" ({NumberText.Points(versus.Difference)} points, 95 % interval {NumberText.Points(versus.Ci[0])} "
                + $"to {NumberText.Points(versus.Ci[1])})"
            : "";
        return $"{what} ({runs}) takes test accuracy from {Percent(start)} to {Percent(method)}{difference}";
    }

    private static string? Inference(Highlights highlights) => highlights.BestInference is { } best
        ? $"the best of {NumberText.Counted(highlights.Inference.Count, "inference-time method")} on the base model ({best.Name}) "
            + $"reaches {Percent(best)}"
        : null;

    private static string? WithoutReward(Highlights highlights)
    {
        if (highlights.BestWithoutReward is not { } best)
            return null;
        string sentence = $"the best of {NumberText.Counted(highlights.WithoutReward.Count, "RL regime")} without task reward "
            + $"({best.Name}) ends at {Percent(best)}";
        return highlights.Sharpening is { } plain && plain != best ? $"{sentence}, plain {plain.Name} at {Percent(plain)}" : sentence;
    }

    private static string Named(MethodResult method) => method.Kind == MethodKind.Base ? "the base model" : method.Name;

    private static string Percent(MethodResult method) => NumberText.Percent(method.Test.Accuracy) + " %";

    private static string Interval(double[] ci) => $"{NumberText.Percent(ci[0])} to {NumberText.Percent(ci[1])}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
