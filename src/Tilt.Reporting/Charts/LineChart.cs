using Tilt.Results;

namespace Tilt.Reporting.Charts;

/// <summary>A point of a line, with an interval when it has one.</summary>
internal readonly record struct ChartPoint(double X, double Y, double? Low = null, double? High = null);

/// <summary>A line of a chart.</summary>
/// <param name="Name">Full name, shown in tooltips.</param>
/// <param name="Points">Points from left to right; those that are not finite break the line.</param>
/// <param name="Color">A CSS colour.</param>
internal sealed record LineSeries(string Name, IReadOnlyList<ChartPoint> Points, string Color)
{
    /// <summary>Direct label at the end of the line; none when null.</summary>
    internal string? Label { get; init; }
    /// <summary>Dash pattern of SVG; solid when null.</summary>
    internal string? Dash { get; init; }
    /// <summary>A heavier line.</summary>
    internal bool Emphasis { get; init; }
    /// <summary>A faint line without marks that only gives the others their context.</summary>
    internal bool Context { get; init; }
    /// <summary>A smooth curve: its marks show only under the pointer.</summary>
    internal bool Curve { get; init; }
    /// <summary>Thin lines of the single seeds behind the mean.</summary>
    internal IReadOnlyList<IReadOnlyList<ChartPoint>> Seeds { get; init; } = [];
    /// <summary>Draws seeds as dots instead of lines.</summary>
    internal bool SeedsAsDots { get; init; }
}

/// <summary>A horizontal line across the chart.</summary>
internal sealed record ReferenceLine(double Y, string Label, string Color);

/// <summary>Lines over a shared pair of axes, labelled where they end.</summary>
internal sealed record LineChart(string Id, string Title, string Description, ChartAxis XAxis, ChartAxis YAxis,
    IReadOnlyList<LineSeries> Series)
{
    private const double LabelFont = 10;
    private const double LabelGap = 11.5;

    /// <summary>Width in user units.</summary>
    internal double Width { get; init; } = 380;
    /// <summary>Height in user units.</summary>
    internal double Height { get; init; } = 250;
    /// <summary>Heading drawn above the axes; none when null.</summary>
    internal string? Heading { get; init; }
    /// <summary>Least width kept for the labels at the ends of lines, so that panels side by side have plots of one width.</summary>
    internal double LabelWidth { get; init; }
    /// <summary>Lines across the chart.</summary>
    internal IReadOnlyList<ReferenceLine> References { get; init; } = [];
    /// <summary>Formats the value of a mark's tooltip.</summary>
    internal Func<ChartPoint, string> Tooltip { get; init; } = p => $"{NumberText.Compact(p.X)}: {NumberText.Compact(p.Y)}";

    /// <summary>Width of a label at the end of a line.</summary>
    internal static double MeasureLabel(string label) => Svg.TextWidth(label, LabelFont);

    private IEnumerable<string> Labels => Series.Select(s => s.Label).OfType<string>().Concat(References.Select(r => r.Label));

    /// <summary>Draws the chart.</summary>
    internal void Render(MarkupWriter writer)
    {
        double labels = Math.Max(LabelWidth, Labels.Select(MeasureLabel).DefaultIfEmpty(0).Max());
        double right = labels > 0 ? labels + 18 : 14;
        double top = Heading is null ? 26 : 44;
        PlotArea plot = new(40, top, Width - 40 - right, Height - top - 38, XAxis, YAxis);
        writer.OpenSvg(Id, Width, Height, Title, Description);
        if (Heading is not null)
            writer.Label(6, 13, Heading, "start", "panel-title");
        plot.DrawAxes(writer);
        foreach (ReferenceLine reference in References.Where(r => double.IsFinite(plot.Y(r.Y))))
            DrawReference(writer, plot, reference);
        foreach (LineSeries series in Series.OrderBy(s => s.Context ? 0 : s.Emphasis ? 2 : 1))
            DrawSeries(writer, plot, series);
        DrawLabels(writer, plot);
        writer.Close().Line();
    }

    private static void DrawReference(MarkupWriter writer, PlotArea plot, ReferenceLine reference)
    {
        double y = plot.Y(reference.Y);
        writer.Line(plot.Left, y, plot.Right, y, "reference", $"stroke:{reference.Color}");
    }

    private void DrawSeries(MarkupWriter writer, PlotArea plot, LineSeries series)
    {
        writer.Open("g", ("class",
            series.Context ? "series context" : "series" + (series.Emphasis ? " emphasis" : "") + (series.Curve ? " curve" : "")));
        foreach (IReadOnlyList<ChartPoint> seed in series.Context || series.SeedsAsDots ? [] : series.Seeds)
            DrawPath(writer, plot, seed, "seed", $"stroke:{series.Color}", $"{series.Name}, one seed");
        string style = $"stroke:{series.Color}" + (series.Dash is { } dash ? $";stroke-dasharray:{dash}" : "");
        DrawPath(writer, plot, series.Points, "line", series.Context ? null : style, series.Name);
        if (!series.Context)
            DrawMarks(writer, plot, series);
        writer.Close().Line();
    }

    private static void DrawPath(
        MarkupWriter writer, PlotArea plot, IReadOnlyList<ChartPoint> points, string cssClass, string? style, string tooltip)
    {
        string path = Svg.Path(points.Select(p => (plot.X(p.X), plot.Y(p.Y))));
        if (path.Length > 0)
            writer.Open("path", ("d", path), ("class", cssClass), ("style", style)).Element("title", tooltip).Close();
    }

    private void DrawMarks(MarkupWriter writer, PlotArea plot, LineSeries series)
    {
        foreach (ChartPoint point in series.Points.Where(p => plot.Holds(p.X, p.Y)))
        {
            double x = plot.X(point.X);
            if (point is { Low: { } low, High: { } high } && plot.Holds(point.X, low) && plot.Holds(point.X, high))
                writer.Line(x, plot.Y(low), x, plot.Y(high), "whisker", $"stroke:{series.Color}");
        }
        foreach (ChartPoint point in series.Points.Where(p => plot.Holds(p.X, p.Y)))
            writer.Dot(plot.X(point.X), plot.Y(point.Y), series.SeedsAsDots ? 4 : 2.2, "dot", $"fill:{series.Color}",
                $"{series.Name}, {Tooltip(point)}");
        if (series.SeedsAsDots)
            foreach (ChartPoint point in series.Seeds.SelectMany(s => s).Where(p => plot.Holds(p.X, p.Y)))
                writer.Dot(plot.X(point.X), plot.Y(point.Y), 2, "seed-dot", $"stroke:{series.Color}",
                    $"{series.Name}, one seed: {Tooltip(point)}");
    }

    private void DrawLabels(MarkupWriter writer, PlotArea plot)
    {
        EndLabel[] ends = [.. EndLabels(plot)];
        double[] places = LabelPlacement.Spread([.. ends.Select(e => e.Y)], LabelGap, plot.Top, plot.Bottom);
        for (int i = 0; i < ends.Length; i++)
        {
            EndLabel end = ends[i];
            string leader = Svg.Path([(end.X + 4, end.Y), (plot.Right + 7, places[i]), (plot.Right + 11, places[i])]);
            writer.Empty("path", ("d", leader), ("class", "leader"), ("style", $"stroke:{end.Color}"));
            writer.Label(plot.Right + 14, places[i] + 3.5, end.Text, "start", end.Strong ? "end-label strong" : "end-label",
                $"fill:{end.Color}");
        }
    }

    private IEnumerable<EndLabel> EndLabels(PlotArea plot)
    {
        foreach (LineSeries series in Series.Where(s => s.Label is not null))
        {
            ChartPoint[] placed = [.. series.Points.Where(p => plot.Holds(p.X, p.Y))];
            if (placed.Length > 0)
                yield return new EndLabel(series.Label!, plot.X(placed[^1].X), plot.Y(placed[^1].Y), series.Color, series.Emphasis);
        }
        foreach (ReferenceLine reference in References.Where(r => double.IsFinite(plot.Y(r.Y))))
            yield return new EndLabel(reference.Label, plot.Right, plot.Y(reference.Y), reference.Color, Strong: false);
    }

    private sealed record EndLabel(string Text, double X, double Y, string Color, bool Strong);
}
