using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>A panel of a small-multiples figure: the methods drawn in colour; those of the other panels stay as faint context.</summary>
/// <param name="Key">Part of the drawing's id.</param>
/// <param name="Title">Heading.</param>
/// <param name="Methods">Methods drawn in colour.</param>
internal sealed record FamilyPanel(string Key, string Title, IReadOnlyList<MethodResult> Methods);

/// <summary>What a small-multiples figure shows of each method.</summary>
/// <param name="Id">Prefix of the drawings' ids.</param>
/// <param name="Title">What is shown, for titles.</param>
/// <param name="XAxis">Horizontal axis, shared.</param>
/// <param name="YAxis">Vertical axis, shared.</param>
/// <param name="Points">The line of a method.</param>
internal sealed record PanelFigure(string Id, string Title, ChartAxis XAxis, ChartAxis YAxis,
    Func<MethodResult, IReadOnlyList<ChartPoint>> Points)
{
    /// <summary>Lines of a method's seeds.</summary>
    internal Func<MethodResult, IReadOnlyList<IReadOnlyList<ChartPoint>>> Seeds { get; init; } = _ => [];
    /// <summary>The base model as a line of its own in every panel; none when null.</summary>
    internal MethodResult? BaseLine { get; init; }
    /// <summary>The base model as a level across every panel; none when null.</summary>
    internal double? BaseLevel { get; init; }
    /// <summary>Text of a mark's tooltip.</summary>
    internal required Func<ChartPoint, string> Tooltip { get; init; }
    /// <summary>Width of a panel in user units.</summary>
    internal double Width { get; init; } = 380;
}

/// <summary>Methods split into panels by family, and small multiples drawn from them.</summary>
internal static class FamilyPanels
{
    private static readonly (string Key, string Title, MethodFamily[] Families)[] Layout =
    [
        ("inference", "Inference time", [MethodFamily.Inference, MethodFamily.Oracle]),
        ("reward", "With task reward: task reward and tilted", [MethodFamily.TaskReward, MethodFamily.Tilted]),
        ("tempered", "Without task reward: tempered", [MethodFamily.Tempered]),
        ("sharpening", "Without task reward: sharpening", [MethodFamily.Sharpening]),
    ];

    /// <summary>The panels that hold at least one of the methods.</summary>
    internal static IReadOnlyList<FamilyPanel> Of(IEnumerable<MethodResult> methods)
    {
        MethodResult[] all = [.. methods];
        return
        [
            .. Layout.Select(p => new FamilyPanel(p.Key, p.Title,
                    [.. all.Where(m => p.Families.Contains(m.FamilyOf())).OrderBy(m => m.FamilyOf())]))
                .Where(p => p.Methods.Count > 0),
        ];
    }

    /// <summary>Draws one figure, a chart per panel, all with the same axes.</summary>
    internal static void Write(MarkupWriter page, IReadOnlyList<FamilyPanel> panels, PanelFigure figure)
    {
        page.Open("div", ("class", panels.Count == 4 ? "panels four" : "panels"));
        foreach (FamilyPanel panel in panels)
            page.Figure(Chart(panels, panel, figure).Render, null, "panel");
        page.Close().Line();
    }

    private static LineChart Chart(IReadOnlyList<FamilyPanel> panels, FamilyPanel panel, PanelFigure figure)
    {
        List<LineSeries> series =
        [
            .. panels.Where(p => p != panel).SelectMany(p => p.Methods)
                .Select(m => new LineSeries(m.Name, figure.Points(m), "var(--context)") { Context = true }),
        ];
        foreach (IGrouping<MethodFamily, MethodResult> family in panel.Methods.GroupBy(m => m.FamilyOf()))
            series.AddRange(family.Select((m, i) => Highlighted(m, Palette.Of(family.Key, i, family.Count()), figure)));
        if (figure.BaseLine is { } start)
            series.Add(new LineSeries(start.Name, figure.Points(start), "var(--base)") { Label = "base", Dash = "4 3" });
        return new LineChart($"{figure.Id}-{panel.Key}", $"{figure.Title}. {panel.Title}",
            $"{figure.Title} of {string.Join(", ", panel.Methods.Select(m => m.Name))}.", figure.XAxis, figure.YAxis, series)
        {
            Width = figure.Width,
            LabelWidth = panels.SelectMany(p => p.Methods).Max(m => LineChart.MeasureLabel(m.ShortLabel())),
            Heading = panel.Title,
            References = figure.BaseLevel is { } level ? [new ReferenceLine(level, "base", "var(--base)")] : [],
            Tooltip = figure.Tooltip,
        };
    }

    private static LineSeries Highlighted(MethodResult method, string color, PanelFigure figure) =>
        new(method.Name, figure.Points(method), color)
        {
            Label = method.ShortLabel(),
            Seeds = method.Seeds.Count > 1 ? figure.Seeds(method) : [],
            Emphasis = method.FamilyOf() == MethodFamily.TaskReward,
        };
}
