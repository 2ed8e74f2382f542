using Tilt.Files;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>
/// <c>report.html</c>: one page that holds everything it shows, style sheet and charts included, and reads nothing from the
/// network. Its markup is also well-formed XML.
/// </summary>
public static class HtmlReport
{
    /// <summary>Writes the page; it is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(ComparisonResults results, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.WriteText(path, ToHtml(results));
    }

    /// <summary>The page.</summary>
    public static string ToHtml(ComparisonResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        MarkupWriter page = new();
        page.Open("html", ("lang", "en"));
        page.Head($"Comparison on {results.Base}", results.Settings.TiltVersion);
        page.Open("body").Line();
        WriteHeader(page, results);
        page.Open("main");
        ClaimsSection.Write(page, results);
        MethodTableSection.Write(page, results);
        AccuracySection.Write(page, results);
        TrainingSection.Write(page, results);
        RelianceSection.Write(page, results);
        PassAtKSection.Write(page, results);
        LevelSection.Write(page, results);
        SampleSection.Write(page, results);
        RunSection.Write(page, results);
        page.Close().Line();
        page.Open("script").Verbatim(PageHead.Resource("report.js")).Close();
        page.Close().Close();
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    private static void WriteHeader(MarkupWriter page, ComparisonResults results)
    {
        ComparisonSettings settings = results.Settings;
        page.Open("header")
            .Element("p", $"Method comparison · {results.Base}", ("class", "kicker")).Line()
            .Element("h1", Headline.Of(results)).Line();
        page.Open("p", ("class", "meta"))
            .Text($"{settings.TestProblems} test problems, {NumberText.Counted(settings.SamplesPerProblem, "output")} per problem; "
                + $"{NumberText.Counted(results.Methods.Count, "method")}; {NumberText.Duration(results.Seconds)} in all; "
                + $"Tilt {settings.TiltVersion}.");
        if (settings.Quick)
            page.Text(" ").Element("strong", "Quick run: fewer problems and steps than the full comparison.");
        page.Close().Line();
        page.Element("p", "\u201cThe best of\u201d picks by accuracy on these same test problems; "
            + "the highest of several noisy figures is a little too high.", ("class", "meta")).Close().Line();
    }
}
