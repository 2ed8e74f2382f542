using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>How the variance of the log-ratio splits.</summary>
internal static class VarianceSection
{
    internal static void Write(MarkupWriter page, TiltEstimation tilt)
    {
        if (tilt.Variance is not { } split) return;
        page.OpenSection("variance", "What explains the change",
            $"The log-ratio log π − log p varies within prompts with a standard deviation "
            + $"of {NumberText.Fixed(split.StandardDeviation, 2)} nats. Unique: what R² loses without the one; "
            + "shared: the rest, negative when each hides the other's effect.");
        List<IntervalRow> rows = [Row("unique to likelihood", split.Likelihood)];
        if (split.Reward is { } reward) rows.Add(Row("unique to reward", reward));
        if (split.Shared is { } shared) rows.Add(Row("shared", shared));
        rows.Add(Row("unexplained", Rest(split.Explained)));
        List<IntervalGroup> groups = [new("Likelihood and reward", Palette.Of(MethodFamily.Tilted), rows)];
        List<IntervalRow> added = [];
        if (tilt.Length is { } length) added.Add(Row("length T", length.Unique));
        if (tilt.MeanLogProbability is { } mean) added.Add(Row("mean log p a token", mean.Unique));
        if (added.Count > 0) groups.Add(new("Explained beside them by", Palette.Of(MethodFamily.Inference), added));
        double[] values = [0, 100, .. groups.SelectMany(g => g.Rows).SelectMany(r => new[] { r.Value, r.Low, r.High })];
        page.Figure(new IntervalChart("variance-chart", "Shares of the log-ratio's variance",
            "Shares of the variance of the log-ratio within prompts, with 95 % intervals.",
            new ChartAxis("Share of the log-ratio's variance within prompts, %", LinearScale.FromZero(values, 10)), groups,
            new IntervalLegend("estimate, 95 % interval over prompts", "", "", "")).Render, null, "wide");
        page.Close();
    }

    private static TiltEstimate Rest(TiltEstimate explained) =>
        new(1 - explained.Value, explained.Interval is { } i ? [1 - i[1], 1 - i[0]] : null);

    private static IntervalRow Row(string label, TiltEstimate share) => new(
        label, 100 * share.Value, 100 * share.Interval?[0] ?? double.NaN, 100 * share.Interval?[1] ?? double.NaN,
        NumberText.Percent(share.Value) + (share.Interval is null ? "" : $"  [{DiagnosisTable.Interval(share, 1, 100)}]"));
}
