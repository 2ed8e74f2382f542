using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>pass@k and maj@k against k, all models in one chart.</summary>
internal static class AttemptSection
{
    /// <summary>Writes the section; nothing when no method has figures for two or more k.</summary>
    internal static void Write(MarkupWriter page, GroupView view)
    {
        if (view.Group.Methods.All(m => m.Figures.PassAtK.Count < 2)) return;
        page.OpenSection($"{view.Id}-attempts", $"More than one attempt: {view.Problems}",
            "pass@k: the share of problems with a right one among k outputs (unbiased estimate). maj@k: the share that a majority vote "
            + "over k outputs gets right; outputs without a readable answer abstain.");
        page.Open("div", ("class", "panels four"));
        Write(page, view, "pass", "pass@k", m => m.PassAtK);
        Write(page, view, "maj", "maj@k", m => m.MajAtK);
        page.Close().Close();
    }

    private static void Write(MarkupWriter page, GroupView view, string id, string heading,
        Func<MethodEvaluation, IReadOnlyDictionary<int, double>> of)
    {
        ReportMethod[] methods = [.. view.Group.Methods.Where(m => of(m.Figures).Count > 1)];
        if (methods.Length == 0) return;
        ChartAxis attempts = new("Outputs, k", new LogScale(methods.SelectMany(m => of(m.Figures).Keys).Select(k => (double)k),
            k => k.ToString("0", CultureInfo.InvariantCulture)));
        ChartAxis share = new($"{heading}, %",
            LinearScale.FromZero(methods.SelectMany(m => of(m.Figures).Values).Select(v => v * 100), 5));
        page.Figure(new LineChart($"{view.Id}-{id}", $"{heading} on {view.Group.Task}", $"{heading} against k, one line a method.",
            attempts, share, [.. methods.Select(m => new LineSeries(m.Name,
                [.. of(m.Figures).OrderBy(f => f.Key).Select(f => new ChartPoint(f.Key, f.Value * 100))], view.ColorOf(m))
            {
                Label = m.Name,
                Dash = m.Family == MethodFamily.Base ? "4 3" : null,
            })])
        {
            Width = 560,
            Height = 320,
            Heading = heading,
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"k = {p.X:0}: {NumberText.Fixed(p.Y, 1)} %"),
        }.Render, null, "panel");
    }
}
