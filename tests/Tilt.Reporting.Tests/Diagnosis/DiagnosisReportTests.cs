using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Tilt.Core.Tests.TiltFit;
using Tilt.Reporting.Diagnosis;
using Tilt.Reporting.Tests.Comparison;
using Tilt.TiltFit;

namespace Tilt.Reporting.Tests.Diagnosis;

public sealed class DiagnosisReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-diagnosis-").FullName;

    public static TheoryData<string> Kinds =>
        ["learned", "sharpened", "unchanged", "no gold", "few", "no variation", "collinear", "never solved"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_is_well_formed_draws_nothing_that_is_not_finite_and_reads_nothing_from_the_network(string kind)
    {
        PromptDraws[] draws = Draws(kind);
        string html = DiagnosisPage.ToHtml(DiagnosisReport.Of(SmallDiagnosis.Settings(), draws), draws);
        XDocument page = Parse(html);
        string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("<script>", StringComparison.Ordinal)];
        Assert.DoesNotContain("NaN", body);
        Assert.DoesNotContain("Infinity", body);
        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.All(page.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')), id => Assert.Contains(id, ids));
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href" or "srcset");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_diagnosis_survives_its_file(string kind)
    {
        var report = DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws(kind));
        string path = Path.Combine(_folder, "diagnosis.json");
        DiagnosisFile.Write(report, path);
        Assert.Equal(DiagnosisFile.ToJson(report), DiagnosisFile.ToJson(DiagnosisFile.Read(path)));
    }

    [Fact]
    public void Page_file_and_table_do_not_depend_on_the_culture()
    {
        PromptDraws[] draws = Draws("learned");
        CultureInfo before = CultureInfo.CurrentCulture;
        string[] Render()
        {
            var report = DiagnosisReport.Of(SmallDiagnosis.Settings(), draws);
            return [DiagnosisPage.ToHtml(report, draws), DiagnosisFile.ToJson(report), DiagnosisTable.ToMarkdown(report)];
        }
        string[] expected = Render();
        try
        {
            CultureInfo.CurrentCulture = Foreign.Culture;
            Assert.Equal(expected, Render());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void What_is_not_identified_is_said_in_words_and_never_as_a_number()
    {
        var noVariation = DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws("no variation"));
        Assert.Equal("not identified", Cell(noVariation, "1/β"));
        Assert.Contains("not identified", noVariation.Verdict.Reason, StringComparison.Ordinal);
        var noGold = DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws("no gold"));
        Assert.Equal("left out", Cell(noGold, "1/β"));
        Assert.DoesNotContain(DiagnosisTable.Rows(noGold), row => row.Quantity.StartsWith("pass@", StringComparison.Ordinal));
        var collinear = DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws("collinear"));
        Assert.Equal((VerdictKind.NotIdentified, "not identified"), (collinear.Verdict.Kind, Cell(collinear, "α")));
    }

    [Fact]
    public void A_file_of_another_version_or_none_is_refused_with_the_reason()
    {
        string path = Path.Combine(_folder, "diagnosis.json");
        Assert.Throws<InputException>(() => DiagnosisFile.Read(path));
        string json = DiagnosisFile.ToJson(DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws("learned")));
        File.WriteAllText(path, json.Replace("\"schema_version\": 1", "\"schema_version\": 9", StringComparison.Ordinal));
        Assert.Contains("9", Assert.Throws<InputException>(() => DiagnosisFile.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, json[..(json.Length / 2)]);
        Assert.Throws<InputException>(() => DiagnosisFile.Read(path));
    }

    [Fact]
    public void The_same_draws_give_the_same_bytes() => Assert.Equal(
        DiagnosisFile.ToJson(DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws("learned"))),
        DiagnosisFile.ToJson(DiagnosisReport.Of(SmallDiagnosis.Settings(), Draws("learned"))));

    private static string Cell(DiagnosisReport report, string quantity) =>
        DiagnosisTable.Rows(report).Single(row => row.Quantity == quantity).Value;

    private static PromptDraws[] Draws(string kind) => kind switch
    {
        "learned" => Of(30, i => EnumeratedPrompt.Tilted(i, 1, 4, noise: 0.5)),
        "sharpened" => Of(30, i => EnumeratedPrompt.Tilted(i, 2, 0)),
        "unchanged" => Of(12, i => EnumeratedPrompt.Tilted(i, 1, 0)),
        "no gold" => Of(12, i => EnumeratedPrompt.Tilted(i, 2, 0), gold: false),
        "few" => Of(2, i => EnumeratedPrompt.Tilted(i, 2, 1)),
        "no variation" => Of(12, i => EnumeratedPrompt.Tilted(i, 2, 0, rewardShare: 1)),
        "never solved" => Of(12, i => EnumeratedPrompt.Tilted(i, 1.5, 8, rewardShare: 0.02)),
        "collinear" =>
            [.. Enumerable.Range(0, 12)
                .Select(i => new PromptDraws($"{i}", [new(-1, -2, 1, 3), new(-4, -5.5, 0, 3)], [new(-1, -2, 1, 3), new(-1, -2, 1, 3)]))],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static PromptDraws[] Of(int prompts, Func<uint, EnumeratedPrompt> prompt, bool gold = true) =>
        [.. Enumerable.Range(0, prompts).Select(i => prompt((uint)i).Draw(8, 1, gold))];

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
