using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>Accuracy against what an output costs.</summary>
internal static class CostSection
{
    /// <summary>Writes the section; nothing when the cost of fewer than two methods is known.</summary>
    internal static void Write(MarkupWriter page, GroupView view)
    {
        (ReportMethod Method, double Cost)[] known = [.. view.Group.Methods.Select(m => (m, CostOf(m.Figures))).Where(m => m.Item2 > 0)];
        if (known.Length < 2) return;
        page.OpenSection($"{view.Id}-cost", $"Accuracy and tokens spent: {view.Problems}",
            "Tokens that went through a forward pass for one output, prompts and discarded candidates included.");
        ChartAxis cost = new("Forward tokens for an output", new LogScale(Ticks(known.Min(m => m.Cost), known.Max(m => m.Cost)),
            v => NumberText.Count((long)v)));
        ChartAxis accuracy = new("Accuracy, %", LinearScale.FromZero(
            known.SelectMany(m => new[] { m.Method.Figures.Accuracy, m.Method.Figures.Ci[1] }).Select(v => v * 100), 6));
        page.Figure(new LineChart($"{view.Id}-cost-chart", $"Accuracy and cost on {view.Group.Task}",
            "One point a method: accuracy with its interval over forward tokens for an output.", cost, accuracy,
            [.. known.Select(m => new LineSeries(m.Method.Name,
                [new(m.Cost, m.Method.Figures.Accuracy * 100, m.Method.Figures.Ci[0] * 100, m.Method.Figures.Ci[1] * 100)],
                view.ColorOf(m.Method)) { Label = m.Method.Name })])
        {
            Width = 860,
            Height = 380,
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"{NumberText.Count((long)Math.Round(p.X))} tokens: ")
                + $"{NumberText.Fixed(p.Y, 1)} %",
        }.Render, null, "wide");
        page.Close();
    }

    private static double CostOf(MethodEvaluation figures) =>
        figures.TokensForward is { } tokens && figures.Verdicts.Values.Sum() is var outputs and > 0 ? (double)tokens / outputs : 0;

    // 1, 2 and 5 times powers of ten, from below the least value to above the greatest.
    private static IEnumerable<double> Ticks(double least, double greatest)
    {
        double[] series = [.. Enumerable.Range(0, 13).SelectMany(e => new[] { 1.0, 2, 5 }.Select(m => m * Math.Pow(10, e)))];
        double from = series.LastOrDefault(t => t <= least, series[0]), to = series.FirstOrDefault(t => t >= greatest, series[^1]);
        return series.Where(t => t >= from && t <= to);
    }
}
