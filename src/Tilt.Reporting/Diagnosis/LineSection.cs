using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>α and 1/β under the mixture and on each source.</summary>
internal static class LineSection
{
    internal static void Write(MarkupWriter page, TiltEstimation tilt)
    {
        page.OpenSection("line", "The line",
            "log π(y|x) = α·log p(y|x) + r(x,y)/β + a constant for each prompt, by least squares within prompts. At a target the three "
            + "rows agree; "
            + "draws of the tuned model alone are selected towards responses it likes more than the line says.");
        Chart(page, "alpha-chart", "α, the exponent of the base model", 1, "the base model itself, α = 1", fit => fit.Alpha,
            fit => fit.AlphaIdentification, MethodFamily.Tempered, tilt);
        if (tilt.Mixture.BetaInverseIdentification == Identification.LeftOut)
            page.Element("p", "There are no gold answers: the reward is left out.", ("class", "notes")).Line();
        else
            Chart(page, "beta-chart", "1/β, the weight of the reward", 0, "no reward, 1/β = 0", fit => fit.BetaInverse,
                fit => fit.BetaInverseIdentification, MethodFamily.TaskReward, tilt);
        page.Close();
    }

    private static void Chart(
        MarkupWriter page, string id, string title, double reference, string referenceName,
        Func<FittedTilt, TiltEstimate?> estimate, Func<FittedTilt, Identification> identification, MethodFamily family, TiltEstimation tilt)
    {
        (string Label, FittedTilt Fit)[] fits = [("½p + ½π, the estimand", tilt.Mixture), ("draws of the base alone", tilt.Base),
            ("draws of the tuned model alone", tilt.Tuned)];
        double[] values = [reference, .. fits.SelectMany(f => estimate(f.Fit) is { } e ? new[] { e.Value }.Concat(e.Interval ?? []) : [])];
        IntervalRow[] rows = [.. fits.Select(f => Row(f.Label, estimate(f.Fit), identification(f.Fit)))];
        var chart = new IntervalChart(id, title, $"{title}, under the mixture and on each source, with 95 % intervals.",
            new ChartAxis(title, LinearScale.FromZero(values, 8)),
            [new IntervalGroup(title, Palette.Of(family), rows)],
            new IntervalLegend("estimate, 95 % interval over prompts", "", "", referenceName))
        { Reference = reference };
        page.Figure(chart.Render, null, "wide");
    }

    private static IntervalRow Row(string label, TiltEstimate? estimate, Identification identification)
    {
        double value = estimate?.Value ?? double.NaN;
        string interval = DiagnosisTable.Interval(estimate);
        return new IntervalRow(label, value, estimate?.Interval?[0] ?? double.NaN, estimate?.Interval?[1] ?? double.NaN,
            DiagnosisTable.Identified(estimate, identification) + (interval.Length > 0 ? $"  [{interval}]" : ""));
    }
}
