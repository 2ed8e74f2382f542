using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>The log-ratio against log p, both less their mean within the prompt.</summary>
internal static class ScatterSection
{
    private const int MostPoints = 2_000;

    private static readonly bool[] Sources = [false, true];
    private static readonly (bool? Correct, string Name, string Color)[] Kinds =
    [
        (false, "wrong", Palette.Of(MethodFamily.Sharpening)),
        (true, "right", Palette.Of(MethodFamily.TaskReward)),
        (null, "", Palette.Of(MethodFamily.Tilted)),
    ];

    internal static void Write(MarkupWriter page, TiltEstimation tilt, IReadOnlyList<PromptDraws> draws)
    {
        (double X, double Y, bool? Correct, bool Tuned)[] points = [.. draws.SelectMany(Centred)];
        if (points.Length == 0) return;
        int step = (points.Length + MostPoints - 1) / MostPoints;
        if (step > 1) points = [.. points.Where((_, i) => i % step == 0)];
        page.OpenSection("scatter", "What changed for which responses",
            "Each point is a response: how much its log-probability changed, against how likely the base found it, both less their mean "
            + "within the prompt. "
            + "Sharpening is a rising line, flattening a falling one; a reward lifts the right ones above the wrong ones.");
        ChartAxis x = new("log p(y|x), less the prompt's mean, nats", LinearScale.FromZero(points.Select(p => p.X), 8));
        ChartAxis y = new("log π − log p, less the prompt's mean, nats", LinearScale.FromZero(points.Select(p => p.Y), 6));
        var chart = new ScatterChart("scatter-chart", "Change against likelihood",
            "Log-ratio against the base model's log-probability, centred within prompts.", x, y, [.. Series(points)])
        {
            Line = tilt.Mixture.Alpha is { } alpha
                ? new FittedLine(alpha.Value - 1, $"slope α − 1 = {NumberText.Fixed(alpha.Value - 1, 2)}")
                : null,
        };
        page.Figure(chart.Render, step > 1 ? $"One in {step} draws is shown." : "All draws are shown.", "medium");
        page.Close();
    }

    private static IEnumerable<PointSeries> Series((double X, double Y, bool? Correct, bool Tuned)[] points) =>
        from kind in Kinds
        from tuned in Sources
        let chosen = points.Where(p => p.Correct == kind.Correct && p.Tuned == tuned).Select(p => (p.X, p.Y)).ToArray()
        where chosen.Length > 0
        select new PointSeries($"{kind.Name}{(kind.Name.Length > 0 ? ", " : "")}drawn by the {(tuned ? "tuned model" : "base")}", chosen,
            kind.Color, Hollow: !tuned);

    // The mean under the mixture gives both sources the same weight.
    private static IEnumerable<(double X, double Y, bool? Correct, bool Tuned)> Centred(PromptDraws prompt)
    {
        double meanX = (prompt.FromBase.Average(d => d.BaseLogProbability) + prompt.FromTuned.Average(d => d.BaseLogProbability)) / 2;
        double meanY = (prompt.FromBase.Average(d => d.LogRatio) + prompt.FromTuned.Average(d => d.LogRatio)) / 2;
        return prompt.FromBase.Select(d => (d, false)).Concat(prompt.FromTuned.Select(d => (d, true)))
            .Select(p => (p.d.BaseLogProbability - meanX, p.d.LogRatio - meanY, p.d.Reward is null ? (bool?)null : p.d.IsCorrect, p.Item2));
    }
}
