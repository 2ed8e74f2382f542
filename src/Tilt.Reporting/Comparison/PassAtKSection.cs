using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>pass@k and maj@k against k.</summary>
internal static class PassAtKSection
{
    /// <summary>Writes the section; nothing when no method has figures for two or more k.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        (string Id, string Heading, Func<TestResult, IReadOnlyDictionary<int, double>?> Figures)[] quantities =
        [
            ("pass", "pass@k", t => t.PassAtK),
            ("maj", "maj@k", t => t.MajAtK),
        ];
        quantities = [.. quantities.Where(q => results.Methods.Any(m => q.Figures(m.Test) is { Count: > 1 }))];
        if (quantities.Length == 0)
            return;
        page.OpenSection("pass", "More than one attempt",
            "pass@k: the share of problems with a right answer among k outputs (unbiased estimate). maj@k: the share that a majority vote "
            + "over k outputs gets right; "
            + "outputs without a readable answer abstain.");
        foreach ((string id, string heading, Func<TestResult, IReadOnlyDictionary<int, double>?> figures) in quantities)
        {
            page.Element("h3", heading).Line();
            WriteQuantity(page, results, id, heading, figures);
        }
        page.Close();
    }

    private static void WriteQuantity(
        MarkupWriter page, ComparisonResults results, string id, string heading,
        Func<TestResult, IReadOnlyDictionary<int, double>?> figures)
    {
        MethodResult[] methods = [.. results.Methods.Where(m => figures(m.Test) is { Count: > 1 })];
        double[] ks = [.. methods.SelectMany(m => figures(m.Test)!.Keys).Distinct().Order().Select(k => (double)k)];
        ChartAxis attempts = new("Outputs, k", new LogScale(ks, k => k.ToString("0", CultureInfo.InvariantCulture)));
        ChartAxis share =
            new($"{heading}, %", LinearScale.FromZero(methods.SelectMany(m => figures(m.Test)!.Values).Select(v => v * 100), 5));
        IReadOnlyList<FamilyPanel> panels = FamilyPanels.Of(methods);
        FamilyPanels.Write(page, panels, new PanelFigure(id, heading, attempts, share,
            m => [.. figures(m.Test)!.OrderBy(f => f.Key).Select(f => new ChartPoint(f.Key, f.Value * 100))])
        {
            BaseLine = methods.FirstOrDefault(m => m.Kind == MethodKind.Base),
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"k = {p.X:0}: {NumberText.Fixed(p.Y, 1)} %"),
            Width = panels.Count == 4 ? 540 : 380,
        });
    }
}
