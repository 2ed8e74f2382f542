namespace Tilt.Reporting.Charts;

/// <summary>An axis: its scale and its title with the unit.</summary>
internal sealed record ChartAxis(string Title, AxisScale Scale);

/// <summary>The rectangle between the axes, and the drawing of the axes around it.</summary>
internal sealed record PlotArea(double Left, double Top, double Width, double Height, ChartAxis XAxis, ChartAxis YAxis)
{
    private const double TickFont = 10;

    /// <summary>Right edge.</summary>
    internal double Right => Left + Width;

    /// <summary>Bottom edge.</summary>
    internal double Bottom => Top + Height;

    /// <summary>Horizontal place of a value; NaN when it has none.</summary>
    internal double X(double value) => Left + XAxis.Scale.Position(value) * Width;

    /// <summary>Vertical place of a value; NaN when it has none.</summary>
    internal double Y(double value) => Bottom - YAxis.Scale.Position(value) * Height;

    /// <summary>Whether both coordinates have a place.</summary>
    internal bool Holds(double x, double y) => double.IsFinite(X(x)) && double.IsFinite(Y(y));

    /// <summary>Draws grid, tick labels and axis titles.</summary>
    internal void DrawAxes(MarkupWriter writer)
    {
        writer.Open("g", ("class", "axes"));
        foreach (Tick tick in YAxis.Scale.Ticks)
        {
            double y = Y(tick.Value);
            writer.Line(Left, y, Right, y, "grid").Label(Left - 6, y + 3.5, tick.Label, "end", "tick");
        }
        double lastEnd = double.NegativeInfinity;
        foreach (Tick tick in XAxis.Scale.Ticks)
        {
            double x = X(tick.Value);
            double half = Svg.TextWidth(tick.Label, TickFont) / 2;
            writer.Line(x, Bottom, x, Bottom + 4, "axis");
            if (x - half < lastEnd + 3)
                continue;
            writer.Label(x, Bottom + 15, tick.Label, "middle", "tick");
            lastEnd = x + half;
        }
        writer.Line(Left, Bottom, Right, Bottom, "axis");
        foreach (double place in XAxis.Scale.Breaks)
            DrawBreak(writer, Left + place * Width);
        writer.Label(Left + Width / 2, Bottom + 31, XAxis.Title, "middle", "axis-title");
        writer.Label(Left - 34, Top - 9, YAxis.Title, "start", "axis-title");
        writer.Close().Line();
    }

    private void DrawBreak(MarkupWriter writer, double x)
    {
        writer.Line(x - 2.5, Bottom, x + 2.5, Bottom, "axis-gap");
        writer.Line(x - 4.5, Bottom + 4, x - 0.5, Bottom - 4, "axis").Line(x + 0.5, Bottom + 4, x + 4.5, Bottom - 4, "axis");
    }
}
