namespace Tilt.Reporting.Charts;

/// <summary>A row of an <see cref="IntervalChart"/>.</summary>
/// <param name="Label">Name on the left.</param>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower end of its interval.</param>
/// <param name="High">Upper end of its interval.</param>
/// <param name="Text">Figures on the right.</param>
internal sealed record IntervalRow(string Label, double Value, double Low, double High, string Text)
{
    /// <summary>Values of single runs, drawn as ticks.</summary>
    internal IReadOnlyList<double> Runs { get; init; } = [];
    /// <summary>A second estimate, drawn as a hollow diamond.</summary>
    internal double? Second { get; init; }
}

/// <summary>Rows under one heading, in one colour.</summary>
internal sealed record IntervalGroup(string Title, string Color, IReadOnlyList<IntervalRow> Rows);

/// <summary>What each mark of an <see cref="IntervalChart"/> stands for; marks that no row has are left out of the legend.</summary>
internal sealed record IntervalLegend(string Estimate, string Runs, string Second, string Reference);

/// <summary>Estimates with intervals, one per row, grouped, on a shared horizontal axis.</summary>
internal sealed record IntervalChart(
    string Id, string Title, string Description, ChartAxis Axis, IReadOnlyList<IntervalGroup> Groups, IntervalLegend Legend)
{
    private const double RowHeight = 19;
    private const double HeadingHeight = 25;
    private const double LegendHeight = 18;
    private const double Font = 11.5;

    /// <summary>Width in user units.</summary>
    internal double Width { get; init; } = 900;
    /// <summary>A vertical line through all rows.</summary>
    internal double? Reference { get; init; }

    /// <summary>Draws the chart.</summary>
    internal void Render(MarkupWriter writer)
    {
        IntervalRow[] rows = [.. Groups.SelectMany(g => g.Rows)];
        double left = rows.Select(r => Svg.TextWidth(r.Label, Font)).DefaultIfEmpty(0).Max() + 24;
        double right = rows.Select(r => Svg.TextWidth(r.Text, Font)).DefaultIfEmpty(0).Max() + 20;
        double legend = DrawLegend(null);
        double body = Groups.Sum(g => HeadingHeight + g.Rows.Count * RowHeight);
        PlotArea plot = new(left, legend + 8, Width - left - right, body + 6, Axis, new ChartAxis("", LinearScale.Fixed(0, 1, 2)));
        writer.OpenSvg(Id, Width, plot.Bottom + 40, Title, Description);
        DrawLegend(writer);
        DrawGrid(writer, plot);
        double y = plot.Top;
        foreach (IntervalGroup group in Groups)
        {
            writer.Label(0, y + 17, group.Title, "start", "group-title", $"fill:{group.Color}");
            y += HeadingHeight;
            foreach (IntervalRow row in group.Rows)
            {
                DrawRow(writer, plot, row, group.Color, y + RowHeight / 2);
                y += RowHeight;
            }
        }
        writer.Close().Line();
    }

    private void DrawGrid(MarkupWriter writer, PlotArea plot)
    {
        writer.Open("g", ("class", "axes"));
        foreach (Tick tick in Axis.Scale.Ticks)
        {
            double x = plot.X(tick.Value);
            writer.Line(x, plot.Top, x, plot.Bottom, "grid").Label(x, plot.Bottom + 14, tick.Label, "middle", "tick");
        }
        writer.Label(plot.Left + plot.Width / 2, plot.Bottom + 32, Axis.Title, "middle", "axis-title").Close().Line();
        if (Reference is { } reference && double.IsFinite(plot.X(reference)))
            writer.Line(plot.X(reference), plot.Top, plot.X(reference), plot.Bottom, "reference", "stroke:var(--base)").Line();
    }

    private static void DrawRow(MarkupWriter writer, PlotArea plot, IntervalRow row, string color, double y)
    {
        writer.Open("g", ("class", "row")).Element("title", $"{row.Label}: {row.Text}");
        writer.Label(plot.Left - 12, y + 4, row.Label, "end", "row-label").Label(plot.Right + 12, y + 4, row.Text, "start", "row-value");
        if (plot.X(row.Low) is var low && plot.X(row.High) is var high && double.IsFinite(low) && double.IsFinite(high))
            DrawWhisker(writer, low, high, y, color);
        foreach (double run in row.Runs.Select(plot.X).Where(double.IsFinite))
            writer.Line(run, y - 6, run, y + 6, "run", $"stroke:{color}");
        if (row.Second is { } second && double.IsFinite(plot.X(second)))
            DrawDiamond(writer, plot.X(second), y, color);
        if (double.IsFinite(plot.X(row.Value)))
            writer.Empty("circle", ("cx", Svg.Number(plot.X(row.Value))), ("cy", Svg.Number(y)), ("r", "4"), ("class", "dot"),
                ("style", $"fill:{color}"));
        writer.Close().Line();
    }

    private static void DrawWhisker(MarkupWriter writer, double low, double high, double y, string color) =>
        writer.Line(low, y, high, y, "whisker", $"stroke:{color}");

    private static void DrawDiamond(MarkupWriter writer, double x, double y, string color) =>
        writer.Empty("path", ("d", Svg.Path([(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)]) + "Z"), ("class", "diamond"),
            ("style", $"stroke:{color}"));

    private enum Glyph
    {
        Estimate,
        Run,
        Second,
        Reference,
    }

    private IEnumerable<(Glyph Glyph, string Text)> LegendItems()
    {
        IntervalRow[] rows = [.. Groups.SelectMany(g => g.Rows)];
        yield return (Glyph.Estimate, Legend.Estimate);
        if (rows.Any(r => r.Runs.Count > 0))
            yield return (Glyph.Run, Legend.Runs);
        if (rows.Any(r => r.Second is not null))
            yield return (Glyph.Second, Legend.Second);
        if (Reference is not null)
            yield return (Glyph.Reference, Legend.Reference);
    }

    // Lays the legend out in rows that fit the width; returns its height. Measures only when the writer is null.
    private double DrawLegend(MarkupWriter? writer)
    {
        double x = 0, y = LegendHeight / 2;
        foreach ((Glyph glyph, string text) in LegendItems())
        {
            double width = 34 + Svg.TextWidth(text, Font) + 22;
            if (x > 0 && x + width > Width)
                (x, y) = (0, y + LegendHeight);
            if (writer is not null)
            {
                DrawGlyph(writer, glyph, x + 14, y);
                writer.Label(x + 34, y + 4, text, "start", "legend");
            }
            x += width;
        }
        return y + LegendHeight / 2;
    }

    private static void DrawGlyph(MarkupWriter writer, Glyph glyph, double x, double y)
    {
        const string Ink = "var(--ink)";
        if (glyph == Glyph.Estimate)
        {
            DrawWhisker(writer, x - 13, x + 13, y, Ink);
            writer.Empty("circle", ("cx", Svg.Number(x)), ("cy", Svg.Number(y)), ("r", "4"), ("class", "dot"), ("style", $"fill:{Ink}"));
        }
        else if (glyph == Glyph.Run)
            writer.Line(x - 4, y - 6, x - 4, y + 6, "run", $"stroke:{Ink}").Line(x + 1, y - 6, x + 1, y + 6, "run", $"stroke:{Ink}")
                .Line(x + 4, y - 6, x + 4, y + 6, "run", $"stroke:{Ink}");
        else if (glyph == Glyph.Second)
            DrawDiamond(writer, x, y, Ink);
        else
            writer.Line(x, y - 8, x, y + 8, "reference", "stroke:var(--base)");
    }
}
