using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Tilt.Reporting.Comparison;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Tests.Comparison;

public sealed class HtmlReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Kinds => ["full", "smallest", "diverged", "no methods", "rl only"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_is_well_formed_XML(string kind) => Assert.Equal("html", Page(Results(kind)).Root!.Name.LocalName);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_drawn_or_printed_is_NaN_or_infinite(string kind)
    {
        string html = HtmlReport.ToHtml(Results(kind));
        string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("<script>", StringComparison.Ordinal)];
        Assert.DoesNotContain("NaN", body);
        Assert.DoesNotContain("Infinity", body);
        Assert.DoesNotContain("E-", body);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ids_are_unique_and_what_charts_refer_to_exists(string kind)
    {
        XDocument page = Page(Results(kind));
        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.All(page.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')), id => Assert.Contains(id, ids));
    }

    [Fact]
    public void The_page_reads_nothing_from_the_network()
    {
        XDocument page = Page(SyntheticResults.Full());
        string[] forbidden = ["src", "href", "action", "data", "srcset"];
        Assert.DoesNotContain(page.Descendants().Attributes(), a => forbidden.Contains(a.Name.LocalName));
        string style = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style);
        Assert.DoesNotContain("@import", style);
        Assert.DoesNotContain("fetch", page.Descendants("script").Single().Value);
    }

    [Fact]
    public void Text_from_outside_is_escaped_and_comes_back_unchanged()
    {
        const string Evil = "<script>alert('x & \"y\"')</script>]]>";
        ComparisonResults full = SyntheticResults.Full();
        XDocument page = Page(full with
        {
            Base = Evil,
            Samples = [new SampleProblem(Evil, 1, Evil, Evil, [new SampleResponse("base", Evil, "incorrect", Evil, 3)])],
            Claims = [new ClaimResult("c1", Evil, "supported", 1, Evil, Evil)],
        });
        Assert.Single(page.Descendants("script"));
        Assert.Equal(Evil, page.Descendants("pre").First().Value);
        Assert.Contains(page.Descendants("p"), p => p.Value == Evil);
    }

    [Fact]
    public void Control_characters_and_broken_surrogates_are_made_visible()
    {
        ComparisonResults full = SyntheticResults.Full();
        XDocument page = Page(full with
        {
            Samples = [new SampleProblem("p", null, "t", "1", [new SampleResponse("base", "a\0b\r\ud800c😀\uffff", "correct", "1", 3)])]
        });
        Assert.Equal("a\u2400b\u240d\ufffdc😀\ufffd", page.Descendants("pre").First().Value);
    }

    [Fact]
    public void The_headline_follows_the_numbers()
    {
        ComparisonResults full = SyntheticResults.Full();
        string headline = Page(full).Descendants("h1").Single().Value;
        Assert.StartsWith("Reinforcement learning on the task reward (task-reward, 3 seeds) takes test accuracy from 45.1 % to 90.3 % "
            + "(+45.2 points, 95 % interval +42.3 to +48.1)", headline);
        Assert.Contains("the best of 10 inference-time methods on the base model (majority-8) reaches 76.1 %", headline);
        Assert.Contains("the best of 9 RL regimes without task reward (sharpening-fixed-length) ends at 90.1 %, plain sharpening at 23.2 %",
            headline);
        Assert.Equal("The base model answers 25.0 % of the test problems correctly (95 % interval 10.0 to 50.0 %).",
            Page(SyntheticResults.Smallest()).Descendants("h1").Single().Value);
    }

    [Fact]
    public void An_oracle_is_marked_and_never_the_best_inference_time_method()
    {
        XDocument page = Page(SyntheticResults.Full());
        XElement row = page.Descendants("tr").First(r => r.Value.StartsWith("best-of-8-reward", StringComparison.Ordinal));
        Assert.Contains(ResultsTable.UsesGoldMark, row.Element("th")!.Value);
        Assert.DoesNotContain("best-of-8-reward", page.Descendants("h1").Single().Value);
        XElement trained = page.Descendants("tr").First(r => r.Value.StartsWith("task-reward", StringComparison.Ordinal));
        Assert.DoesNotContain(ResultsTable.UsesGoldMark, trained.Element("th")!.Value);
    }

    [Fact]
    public void Sections_without_data_are_left_out()
    {
        string[] Sections(ComparisonResults results) => [.. Page(results).Descendants("section").Select(s => s.Attribute("id")!.Value)];
        Assert.Equal(["claims", "table", "accuracy", "training", "reliance", "pass", "levels", "samples", "run"],
            Sections(SyntheticResults.Full()));
        Assert.Equal(["table", "accuracy", "run"], Sections(SyntheticResults.Smallest()));
    }

    [Fact]
    public void The_reliance_sweep_goes_from_tempered_to_task_reward()
    {
        XElement chart = Page(SyntheticResults.Full()).Descendants(Svg + "svg").Single(s => s.Attribute("id")!.Value == "reliance-chart");
        string[] ticks = [.. chart.Descendants(Svg + "text").Where(t => t.Attribute("class")!.Value == "tick").Select(t => t.Value)];
        Assert.Equal(["0 (tempered)", "1", "4", "16", "100", "10,000", "∞ (task reward)"], ticks[^7..]);
    }

    [Fact]
    public void The_page_does_not_depend_on_the_culture()
    {
        string expected = HtmlReport.ToHtml(SyntheticResults.Full());
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Foreign.Culture;
            Assert.Equal(expected, HtmlReport.ToHtml(SyntheticResults.Full()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static ComparisonResults Results(string kind) => kind switch
    {
        "full" => SyntheticResults.Full(),
        "smallest" => SyntheticResults.Smallest(),
        "diverged" => SyntheticResults.Diverged(),
        "no methods" => SyntheticResults.Smallest() with { Methods = [] },
        _ => SyntheticResults.Full() with { Methods = [.. SyntheticResults.Full().Methods.Where(m => m.Kind == MethodKind.Rl)] },
    };

    private static XDocument Page(ComparisonResults results)
    {
        using StringReader text = new(HtmlReport.ToHtml(results));
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
