using Tilt.Exact;
using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Theory;

/// <summary>A figure of a law that charts show.</summary>
/// <param name="Id">Part of the drawing's id.</param>
/// <param name="Heading">Name, for headings.</param>
/// <param name="AxisTitle">Name with the unit.</param>
/// <param name="Value">The figure.</param>
internal sealed record Quantity(string Id, string Heading, string AxisTitle, Func<LawSummary, double> Value)
{
    internal static Quantity Accuracy { get; } = new("accuracy", "Accuracy", "Accuracy, %", law => law.Accuracy * 100);

    internal static Quantity Length { get; } = new("length", "Length", "Mean length, tokens", law => law.Length);

    internal static Quantity Entropy { get; } = new("entropy", "Entropy", "Entropy, nats per response", law => law.Entropy);

    /// <summary>An axis for the values of some laws: per cent always from 0 to 100.</summary>
    internal ChartAxis Axis(IEnumerable<LawSummary> laws) =>
        new(AxisTitle, this == Accuracy ? LinearScale.Fixed(0, 100, 20) : LinearScale.FromZero(laws.Select(Value), 5));
}

/// <summary>A curve of laws over a parameter.</summary>
/// <param name="Name">Its name, and its label at the end.</param>
/// <param name="Color">A CSS colour.</param>
/// <param name="Points">Laws from left to right.</param>
internal sealed record Curve(string Name, string Color, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>Dash pattern; solid when null.</summary>
    internal string? Dash { get; init; }

    /// <summary>A heavier line.</summary>
    internal bool Emphasis { get; init; }
}

/// <summary>Charts of laws over a parameter.</summary>
internal static class TheoryChart
{
    /// <summary>One quantity over a parameter. With a marked value, a grey dot shows the law there on the first curve.</summary>
    internal static LineChart Of(string id, Quantity quantity, ChartAxis parameter, string symbol, IReadOnlyList<Curve> curves,
        double? marked = null, Func<SweepPoint, double>? across = null)
    {
        across ??= point => point.Parameter;
        List<LineSeries> series =
        [
            .. curves.Select(curve => new LineSeries(curve.Name,
                [.. curve.Points.Select(point => new ChartPoint(across(point), quantity.Value(point.Summary)))], curve.Color)
            {
                Label = curve.Name,
                Dash = curve.Dash,
                Emphasis = curve.Emphasis,
                Curve = true,
            }),
        ];
        if (marked is { } value && curves[0].Points.FirstOrDefault(point => point.Parameter == value) is { } start)
            series.Add(new LineSeries("base model", [new ChartPoint(across(start), quantity.Value(start.Summary))], "var(--base)")
            {
                SeedsAsDots = true
            });
        return new LineChart($"{id}-{quantity.Id}", quantity.Heading,
            $"{quantity.Heading} of {string.Join(", ", curves.Select(curve => curve.Name))} by {parameter.Title}.",
            parameter, quantity.Axis(curves.SelectMany(curve => curve.Points).Select(point => point.Summary)), series)
        {
            Heading = quantity.Heading,
            Tooltip = point => $"{symbol} = {TheoryText.Time(point.X)}: {NumberText.Fixed(point.Y, 2)}",
        };
    }

    /// <summary>The axis of the exponent α.</summary>
    internal static ChartAxis Exponent(TheoryResults results) => new("Exponent α (1 is the base model)",
        LinearScale.Fixed(0, results.Configuration.AlphaMost, NiceTicks.Step(results.Configuration.AlphaMost, 8),
            value => NumberText.Compact(value)));

    /// <summary>A logarithmic axis with a place for 0 and ticks at powers of ten.</summary>
    internal static ChartAxis Times(string title, IEnumerable<double> times)
    {
        double[] positive = [.. times.Where(time => time > 0).DefaultIfEmpty(1)];
        int low = (int)Math.Floor(Math.Log10(positive.Min()) + 1e-9), high = (int)Math.Ceiling(Math.Log10(positive.Max()) - 1e-9);
        double[] ticks = [0, .. Enumerable.Range(low, Math.Max(1, high - low) + 1).Select(power => Math.Round(Math.Pow(10, power), 9))];
        return new(title, new LogScale(ticks, value => value.ToString("#,0.####", System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Draws charts side by side.</summary>
    internal static void Panels(MarkupWriter page, params IReadOnlyList<LineChart> charts)
    {
        double labels = charts.Max(
            chart => chart.Series.Select(series => series.Label).OfType<string>().Select(LineChart.MeasureLabel).DefaultIfEmpty(0).Max());
        page.Open("div", ("class", charts.Count == 4 ? "panels four" : "panels"));
        foreach (LineChart chart in charts)
            page.Figure((chart with { LabelWidth = labels, Width = charts.Count == 4 ? 540 : 380 }).Render, null, "panel");
        page.Close().Line();
    }

    /// <summary>A note below charts.</summary>
    internal static void Note(MarkupWriter page, string text) => page.Element("p", text, ("class", "notes")).Line();

    /// <summary>A paragraph of findings.</summary>
    internal static void Finding(MarkupWriter page, string text) => page.Element("p", text, ("class", "finding")).Line();
}
