using System.Xml.Linq;
using CsCheck;
using Tilt.Reporting.Charts;

namespace Tilt.Reporting.Tests.Charts;

public sealed class ChartTests
{
    [Fact]
    public void A_small_line_chart_is_drawn_as_expected()
    {
        LineChart chart = new("c", "Title <&>", "Description", new ChartAxis("Steps", LinearScale.Fixed(0, 10, 5)),
            new ChartAxis("Share, %", LinearScale.Fixed(0, 100, 50)),
            [new LineSeries("up", [new(0, 0), new(5, double.NaN), new(10, 100, 90, 100)], "#123456") { Label = "up" }])
        { Width = 200, Height = 150 };
        MarkupWriter writer = new();
        chart.Render(writer);
        const string Expected = """
            <svg xmlns="http://www.w3.org/2000/svg" id="c" class="chart" viewBox="0 0 200 150" role="img" aria-labelledby="c-title c-desc"><title id="c-title">Title &lt;&amp;&gt;</title><desc id="c-desc">Description</desc>
            <g class="axes"><line x1="40" y1="112" x2="169.6" y2="112" class="grid"/><text x="34" y="115.5" text-anchor="end" class="tick">0</text><line x1="40" y1="69" x2="169.6" y2="69" class="grid"/><text x="34" y="72.5" text-anchor="end" class="tick">50</text><line x1="40" y1="26" x2="169.6" y2="26" class="grid"/><text x="34" y="29.5" text-anchor="end" class="tick">100</text><line x1="40" y1="112" x2="40" y2="116" class="axis"/><text x="40" y="127" text-anchor="middle" class="tick">0</text><line x1="104.8" y1="112" x2="104.8" y2="116" class="axis"/><text x="104.8" y="127" text-anchor="middle" class="tick">5</text><line x1="169.6" y1="112" x2="169.6" y2="116" class="axis"/><text x="169.6" y="127" text-anchor="middle" class="tick">10</text><line x1="40" y1="112" x2="169.6" y2="112" class="axis"/><text x="104.8" y="143" text-anchor="middle" class="axis-title">Steps</text><text x="6" y="17" text-anchor="start" class="axis-title">Share, %</text></g>
            <g class="series"><path d="M40 112M169.6 26" class="line" style="stroke:#123456"><title>up</title></path><line x1="169.6" y1="34.6" x2="169.6" y2="26" class="whisker" style="stroke:#123456"/><circle cx="40" cy="112" r="2.2" class="dot" style="fill:#123456"><title>up, 0: 0</title></circle><circle cx="169.6" cy="26" r="2.2" class="dot" style="fill:#123456"><title>up, 10: 100</title></circle></g>
            <path d="M173.6 26L176.6 26L180.6 26" class="leader" style="stroke:#123456"/><text x="183.6" y="29.5" text-anchor="start" class="end-label" style="fill:#123456">up</text></svg>

            """;
        Assert.Equal(Expected, writer.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void An_interval_chart_leaves_out_what_is_not_finite_and_names_only_marks_that_it_has()
    {
        IntervalChart chart = new("i", "t", "d", new ChartAxis("x", LinearScale.Fixed(0, 100, 50)),
            [new IntervalGroup("g", "red",
                [new IntervalRow("a", double.NaN, double.NaN, double.NaN, "–"), new IntervalRow("b", 50, 40, 60, "50")])],
            new IntervalLegend("estimate", "runs", "second", "reference"));
        MarkupWriter writer = new();
        chart.Render(writer);
        XElement svg = XElement.Parse(writer.ToString());
        Assert.Equal(2, svg.Descendants().Count(e => (string?)e.Attribute("class") == "dot"));
        string[] legend = [.. svg.Descendants().Where(e => (string?)e.Attribute("class") == "legend").Select(e => e.Value)];
        Assert.Equal(["estimate"], legend);
    }

    [Fact]
    public void Ticks_are_few_round_and_cover_the_data() =>
        Gen.Select(Gen.Double[-1e6, 1e6], Gen.Double[1e-6, 1e6], Gen.Int[2, 12]).Sample((low, range, most) =>
        {
            double step = NiceTicks.Step(range, most);
            double mantissa = step / Math.Pow(10, Math.Floor(Math.Log10(step) + 1e-9));
            LinearScale scale = LinearScale.FromZero([low, low + range], most);
            double[] places = [scale.Position(low), scale.Position(low + range)];
            return range / step <= most + 1e-6
                && new[] { 1.0, 2, 5 }.Any(m => Math.Abs(m - mantissa) < 1e-9)
                && places.All(p => p is >= -1e-9 and <= 1 + 1e-9)
                && scale.Ticks.Count >= 2 && scale.Ticks.Count <= most + 3;
        });

    [Fact]
    public void Labels_end_up_apart_in_order_and_inside_when_there_is_room() =>
        Gen.Double[0, 100].Array[1, 9].Sample(wanted =>
        {
            double[] placed = LabelPlacement.Spread(wanted, 10, 0, 100);
            int[] order = [.. Enumerable.Range(0, wanted.Length).OrderBy(i => wanted[i])];
            return placed.All(p => p is >= -1e-9 and <= 100 + 1e-9)
                && order.Zip(order.Skip(1)).All(pair => placed[pair.Second] - placed[pair.First] >= 10 - 1e-9);
        });

    [Fact]
    public void Labels_that_do_not_collide_stay_where_they_are() =>
        Assert.Equal([90.0, 10, 50], LabelPlacement.Spread([90, 10, 50], 10, 0, 100));

    [Fact]
    public void A_logarithmic_axis_gives_zero_and_infinity_places_of_their_own()
    {
        LogScale scale = new([1, 100, 0, double.PositiveInfinity], v => v.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0, scale.Position(0));
        Assert.Equal(1, scale.Position(double.PositiveInfinity));
        Assert.Equal(0.5, scale.Position(10), 12);
        Assert.True(scale.Position(1) > 0.1 && scale.Position(100) < 0.9);
        Assert.True(double.IsNaN(scale.Position(-1)));
        Assert.Equal(2, scale.Breaks.Count);
    }

    [Fact]
    public void A_coordinate_that_is_not_finite_never_reaches_a_drawing() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Svg.Number(double.NaN));

    [Fact]
    public void Markup_left_open_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => new MarkupWriter().Open("p").ToString());
}
