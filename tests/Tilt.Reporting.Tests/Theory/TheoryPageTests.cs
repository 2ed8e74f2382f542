using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Tilt.Configuration;
using Tilt.Exact.Theory;
using Tilt.Reporting.Tests.Comparison;
using Tilt.Reporting.Theory;
using Tilt.Settings;

namespace Tilt.Reporting.Tests.Theory;

public sealed class TheoryPageTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Small problems of every kind, with ties, certainties and impossible tokens among them.</summary>
    public static TheoryData<string> Problems =>
    [
        "horizon=5 steps=3", "table=random horizon=5 steps=2 concentration=0.3", "fixed_length=true horizon=4 steps=2",
        "horizon=4 steps=3 give_up=0 slip=0 abandon=0 finish=1", "horizon=4 steps=1 vocabulary=3",
        "horizon=2 steps=1 vocabulary=3 give_up=0.9 alpha_most=1.5",
        "horizon=3 steps=2 vocabulary=12 concentration=10000", "horizon=4 steps=2 give_up=0.999 slip=0.999 alpha_most=100",
        "table=random vocabulary=3 horizon=12 steps=3", "vocabulary=3 horizon=3 steps=1 give_up=0 slip=0 abandon=0 finish=1",
    ];

    [Theory]
    [MemberData(nameof(Problems))]
    public void The_page_is_well_formed_and_draws_and_prints_only_finite_numbers(string problem)
    {
        string html = TheoryPage.ToHtml(Run(problem));
        XDocument page = Parse(html);
        string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..];
        foreach (string forbidden in (string[])["NaN", "Infinity", "∞ %", "E-", "E+"])
            Assert.DoesNotContain(forbidden, body, StringComparison.Ordinal);
        string[] ids = [.. page.Descendants().Attributes("id").Select(attribute => attribute.Value)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Every_chart_has_titled_axes_and_named_lines_inside_its_frame(string problem)
    {
        XElement[] charts = [.. Parse(TheoryPage.ToHtml(Run(problem))).Descendants(Svg + "svg")];
        Assert.True(charts.Length >= 15);
        foreach (XElement chart in charts)
        {
            string[] titles = [.. Texts(chart, "axis-title")];
            Assert.Equal(2, titles.Length);
            Assert.All(titles, title => Assert.NotEqual("", title));
            Assert.Contains(chart.Descendants(Svg + "text"),
                text => text.Attribute("class")!.Value.StartsWith("end-label", StringComparison.Ordinal));
            double[] box =
                [.. chart.Attribute("viewBox")!.Value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            Assert.All(chart.Descendants(Svg + "circle"), dot =>
            {
                Assert.InRange((double)dot.Attribute("cx")!, 0, box[2]);
                Assert.InRange((double)dot.Attribute("cy")!, 0, box[3]);
            });
        }
    }

    [Fact]
    public void The_headline_follows_the_numbers()
    {
        TheoryResults results = Run("");
        string headline = Parse(TheoryPage.ToHtml(results)).Descendants("h1").Single().Value.Replace('\u00a0', ' ');
        Assert.Equal("The most likely response of this problem has 1 token and is wrong: sharpened to the end, accuracy falls from 44.7 % "
            + "to 0.0 %, by way of 51.5 % at α = 1.6; the task reward takes it to 100.0 %.", headline);
        Assert.Contains("is right: sharpened to the end, accuracy rises from", TheoryTables.Headline(Run("give_up=0.001")),
            StringComparison.Ordinal);
        Assert.Contains("most likely responses",
            TheoryTables.Headline(Run("horizon=3 steps=2 vocabulary=3 give_up=0 slip=0.5 abandon=0 finish=1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_whose_other_mode_of_length_is_too_large_leaves_that_section_out()
    {
        XDocument page = Parse(TheoryPage.ToHtml(Run("table=random vocabulary=3 horizon=12 steps=3")));
        Assert.DoesNotContain(page.Descendants("section"), section => section.Attribute("id")!.Value == "length-mode");
    }

    [Fact]
    public void The_page_names_the_command_that_makes_it()
    {
        XDocument page = Parse(TheoryPage.ToHtml(Run("horizon=5 steps=3 give_up=0.2")));
        Assert.Contains(page.Descendants("pre"), pre => pre.Value == "tilt theory horizon=5 steps=3 give_up=0.2");
    }

    [Fact]
    public void The_numbers_are_json_with_every_part()
    {
        using JsonDocument json = JsonDocument.Parse(TheoryFile.ToJson(Run("horizon=4 steps=2")));
        foreach (string key in (string[])["configuration", "base", "top", "by_length", "optima", "by_alpha", "by_reliance", "temperatures",
            "normalizations", "flows", "other_length"])
            Assert.NotEqual(JsonValueKind.Undefined, json.RootElement.GetProperty(key).ValueKind);
        Assert.Equal("stepwise", json.RootElement.GetProperty("configuration").GetProperty("table").GetString());
    }

    [Fact]
    public void The_page_does_not_depend_on_the_culture()
    {
        string expected = TheoryPage.ToHtml(Run("horizon=4 steps=2"));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Foreign.Culture;
            Assert.Equal(expected, TheoryPage.ToHtml(Run("horizon=4 steps=2")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TheoryResults Run(string problem) =>
        new TheoryStudy(ConfigurationReader.Read<TheoryConfiguration>(null, problem.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Run(cancellationToken: TestContext.Current.CancellationToken);

    private static IEnumerable<string> Texts(XElement chart, string cssClass) =>
        chart.Descendants(Svg + "text").Where(text => text.Attribute("class")!.Value == cssClass).Select(text => text.Value);

    private static XDocument Parse(string html)
    {
        using StringReader text = new(html);
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
