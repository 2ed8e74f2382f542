namespace Tilt.Reporting.Charts;

/// <summary>Points of one kind.</summary>
/// <param name="Name">What they are, for the legend.</param>
/// <param name="Points">Where they lie; those without a place are left out.</param>
/// <param name="Color">A CSS colour.</param>
/// <param name="Hollow">Rings instead of discs.</param>
internal sealed record PointSeries(string Name, IReadOnlyList<(double X, double Y)> Points, string Color, bool Hollow);

/// <summary>A straight line y = slope·x through the whole plot.</summary>
internal sealed record FittedLine(double Slope, string Label);

/// <summary>Points over a pair of axes, with lines through the origin.</summary>
internal sealed record ScatterChart(string Id, string Title, string Description, ChartAxis XAxis, ChartAxis YAxis,
    IReadOnlyList<PointSeries> Series)
{
    private const double LegendHeight = 18, Font = 11.5;

    /// <summary>Width in user units.</summary>
    internal double Width { get; init; } = 720;

    /// <summary>Height in user units.</summary>
    internal double Height { get; init; } = 400;

    /// <summary>The line; none when null.</summary>
    internal FittedLine? Line { get; init; }

    /// <summary>Draws the chart.</summary>
    internal void Render(MarkupWriter writer)
    {
        double labels = Line is null ? 14 : Svg.TextWidth(Line.Label, 10) + 20;
        PlotArea plot = new(46, LegendHeight + 28, Width - 46 - labels, Height - LegendHeight - 28 - 38, XAxis, YAxis);
        writer.OpenSvg(Id, Width, Height, Title, Description);
        DrawLegend(writer);
        plot.DrawAxes(writer);
        foreach (PointSeries series in Series) DrawPoints(writer, plot, series);
        if (Line is { } line) DrawLine(writer, plot, line);
        writer.Close().Line();
    }

    private void DrawLegend(MarkupWriter writer)
    {
        double x = 6;
        foreach (PointSeries series in Series)
        {
            DrawPoint(writer, series, x, LegendHeight / 2 - 4, 4);
            writer.Label(x + 9, LegendHeight / 2, series.Name, "start", "legend");
            x += 9 + Svg.TextWidth(series.Name, Font) + 20;
        }
        writer.Line();
    }

    private static void DrawPoints(MarkupWriter writer, PlotArea plot, PointSeries series)
    {
        writer.Open("g", ("class", "points"));
        foreach ((double x, double y) in series.Points.Where(point => plot.Holds(point.X, point.Y)))
            DrawPoint(writer, series, plot.X(x), plot.Y(y), 2.2);
        writer.Close().Line();
    }

    private static void DrawPoint(MarkupWriter writer, PointSeries series, double x, double y, double radius) => writer.Empty(
        "circle", ("cx", Svg.Number(x)), ("cy", Svg.Number(y)), ("r", Svg.Number(radius)),
        ("class", series.Hollow ? "point hollow" : "point"), ("style", series.Hollow ? $"stroke:{series.Color}" : $"fill:{series.Color}"));

    // Cut where it leaves the plot.
    private static void DrawLine(MarkupWriter writer, PlotArea plot, FittedLine line)
    {
        double low = plot.XAxis.Scale.Ticks[0].Value, high = plot.XAxis.Scale.Ticks[^1].Value;
        double bottom = plot.YAxis.Scale.Ticks[0].Value, top = plot.YAxis.Scale.Ticks[^1].Value;
        if (line.Slope != 0)
        {
            double a = bottom / line.Slope, b = top / line.Slope;
            (low, high) = (Math.Max(low, Math.Min(a, b)), Math.Min(high, Math.Max(a, b)));
        }
        if (!(low < high)) return;
        writer.Empty("path", ("d", Svg.Path([(plot.X(low), plot.Y(line.Slope * low)), (plot.X(high), plot.Y(line.Slope * high))])),
            ("class", "fit-line"));
        writer.Label(plot.X(high) + 6, plot.Y(line.Slope * high) + 3.5, line.Label, "start", "end-label strong").Line();
    }
}
