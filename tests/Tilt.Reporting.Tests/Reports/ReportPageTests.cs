using System.Xml;
using System.Xml.Linq;
using Tilt.Reporting.Reports;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Reporting.Tests.Reports;

public sealed class ReportPageTests
{
    private static readonly ReportRun[] Runs = [Run("run <1>", 0, 1), Run("run 2", 0, 2), Run("run 3", 1, 1)];

    [Fact]
    public void The_page_is_well_formed_reads_nothing_and_holds_the_name_of_every_method()
    {
        ReportFigures figures = Figures(Group("math", true), Group("a & b", false));
        string html = ReportPage.ToHtml(figures, "1.0.0");
        XDocument page = Parse(html);
        string text = page.Root!.Value;
        foreach (ReportMethod method in figures.Groups.SelectMany(group => group.Methods))
            Assert.Contains(method.Name, text, StringComparison.Ordinal);
        foreach (string said in figures.Groups.SelectMany(group => group.Conclusions).Concat(figures.RunConclusions))
            Assert.Contains(said, text, StringComparison.Ordinal);
        string[] ids = [.. page.Descendants().Attributes("id").Select(attribute => attribute.Value)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        // The script behind the figures asks for numbers that are none; the figures hold none.
        Assert.DoesNotContain("NaN",
            html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("<script>", StringComparison.Ordinal)],
            StringComparison.Ordinal);
        Assert.Equal(html, ReportPage.ToHtml(figures, "1.0.0"));
    }

    [Fact]
    public void Runs_alone_have_curves_in_one_colour_a_setting_and_no_empty_sections()
    {
        XDocument page = Parse(ReportPage.ToHtml(Figures(), "1.0.0"));
        Assert.Equal(["conclusions", "training", "settings"], page.Descendants("section").Select(s => s.Attribute("id")!.Value));
        XNamespace svg = "http://www.w3.org/2000/svg";
        string[] colors = [.. page.Descendants(svg + "svg").First().Descendants(svg + "path")
            .Where(path => path.Attribute("class")!.Value == "line").Select(path => path.Attribute("style")!.Value)];
        Assert.Equal((3, 2), (colors.Length, colors.Distinct().Count()));
        Assert.Equal(colors[0], colors[1]);
    }

    [Fact]
    public void One_evaluation_of_one_method_without_responses_is_a_table_alone()
    {
        ReportGroup whole = Group("math", true);
        ReportMethod only = whole.Methods[0] with
        {
            Figures = whole.Methods[0].Figures with
            {
                PassAtK = new Dictionary<int, double> { [1] = 0.5 },
                ByLevel = new Dictionary<string, GroupEvaluation>(),
                BySubject = new Dictionary<string, GroupEvaluation>(),
            }
        };
        ReportFigures figures =
            Figures(whole with { Evaluations = [only.Of], Methods = [only], Samples = [] }) with { Runs = [], RunConclusions = [] };
        XDocument page = Parse(ReportPage.ToHtml(figures, "1.0.0"));
        Assert.Equal(["conclusions", "g1-methods", "settings"], page.Descendants("section").Select(s => s.Attribute("id")!.Value));
        Assert.DoesNotContain("vs base", page.Descendants("th").Select(th => th.Value));
    }

    private static ReportFigures Figures(params ReportGroup[] groups) => new()
    {
        Groups = groups,
        Runs = Runs,
        RunConclusions = ["A run rose <much>."],
        Notes = ["Something is left out."],
    };

    private static ReportGroup Group(string task, bool hasBase)
    {
        MethodEvaluation[] methods =
            [Method("temperature-1", 0.4), Method("greedy", 0.5), Method("oracle-4", 0.9) with { UsesGold = true }];
        var results = new EvaluationResults
        {
            TiltVersion = "1.0.0",
            Model = "a model",
            Task = task,
            Split = "test",
            Reward = "task",
            MaxNewTokens = 32,
            Problems = ["p1", "p2"],
            Methods = methods,
        };
        ReportEvaluation start = new($"{task} start", "runs/start", results) { IsTrained = !hasBase };
        ReportEvaluation trained =
            new($"{task} <trained>", "runs/trained", results with { Adapter = "run 1" }) { IsTrained = true, Run = Runs[2] };
        ReportEvaluation unknown = new($"{task} unknown", "runs/unknown", results) { IsTrained = true };
        var difference = new PairedDifference(0.1, [-0.1, 0.3], 0.4);
        return new()
        {
            Task = task,
            Split = "test",
            Problems = 2,
            HasBase = hasBase,
            Evaluations = [start, trained, unknown],
            Methods =
            [
                new(start, methods[0]) { Family = MethodFamily.Base },
                new(start, methods[1]) { Family = MethodFamily.Inference, VersusBase = difference },
                new(start, methods[2]) { Family = MethodFamily.Oracle, VersusBase = difference },
                new(trained, methods[1]) { Family = MethodFamily.Tilted, VersusBase = difference, VersusSame = difference },
                new(unknown, methods[0] with { TokensForward = null, MeanLength = null, Truncated = null }) { Family = null },
            ],
            Samples = [new("p1", "2 < 3?", "yes", [new("m", "a & b", null, "over_budget", null), new("n", "", "yes", "correct", 3)]),
                new("p2", null, null, [new("m", "…", "1", "incorrect", 1)])],
            Conclusions = [$"{task}: undecided."],
        };
    }

    private static MethodEvaluation Method(string name, double accuracy) => new()
    {
        Name = name,
        Samples = 4,
        Accuracy = accuracy,
        Ci = [accuracy - 0.1, accuracy + 0.1],
        PassAtK = new Dictionary<int, double> { [1] = accuracy, [4] = 0.9 },
        MajAtK = new Dictionary<int, double> { [1] = accuracy, [4] = 0.6 },
        MeanLength = 12,
        Truncated = 0.1,
        Verdicts = new Dictionary<string, int> { ["correct"] = 3, ["incorrect"] = 5 },
        ByLevel = new Dictionary<string, GroupEvaluation> { ["1"] = new(1, 0.5, [0.1, 0.9]), ["2"] = new(1, 0.5, [0.1, 0.9]) },
        BySubject = new Dictionary<string, GroupEvaluation> { ["A"] = new(1, 0.5, [0.1, 0.9]), ["B"] = new(1, 0.5, [0.1, 0.9]) },
        TokensGenerated = 100,
        TokensForward = 800,
        PerProblem = [accuracy, accuracy],
    };

    private static ReportRun Run(string label, int setting, int seed) => new()
    {
        Label = label,
        Folder = $"runs/{label}",
        Family = MethodFamily.Tilted,
        Setting = setting,
        Objective = "tilted, α = 1",
        Seed = seed,
        StepsDone = 400,
        Steps = 400,
        SelectionProblems = 64,
        Facts = [new("model", "a model"), new("seed", "1")],
        Curves = new Dictionary<string, IReadOnlyList<ReportPoint>>
        {
            ["evaluation/accuracy"] = [new(0, 0.1), new(400, 0.2 + seed / 10.0)],
            ["reward/task"] = [.. Enumerable.Range(1, 400).Select(step => new ReportPoint(step, step / 400.0 - 0.5))],
        },
    };

    private static XDocument Parse(string html)
    {
        using StringReader text = new(html);
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
