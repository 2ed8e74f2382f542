using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>Accuracy against difficulty.</summary>
internal static class LevelSection
{
    /// <summary>Writes the section; nothing when there are fewer than two levels.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        int[] levels = ResultsTable.Levels(results);
        MethodResult[] methods = [.. results.Methods.Where(m => m.Test.ByLevel.Count > 0)];
        IReadOnlyList<FamilyPanel> panels = FamilyPanels.Of(methods);
        if (levels.Length < 2 || panels.Count == 0)
            return;
        page.OpenSection("levels", "By level",
            "Test accuracy by difficulty of the problem, 1 easiest. Trained policies at their last checkpoint.");
        int step = Math.Max(1, (int)NiceTicks.Step(levels[^1] - levels[0], 8));
        ChartAxis level = new("Level", LinearScale.Fixed(levels[0], levels[^1], step));
        ChartAxis accuracy =
            new("Test accuracy, %", LinearScale.FromZero(methods.SelectMany(m => m.Test.ByLevel.Values).Select(v => v * 100), 5));
        FamilyPanels.Write(page, panels, new PanelFigure("level", "Accuracy by level", level, accuracy,
            m => [.. m.Test.ByLevel.OrderBy(l => l.Key).Select(l => new ChartPoint(l.Key, l.Value * 100))])
        {
            BaseLine = methods.FirstOrDefault(m => m.Kind == MethodKind.Base),
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"level {p.X:0}: {NumberText.Fixed(p.Y, 1)} %"),
            Width = panels.Count == 4 ? 540 : 380,
        });
        page.Close();
    }
}
