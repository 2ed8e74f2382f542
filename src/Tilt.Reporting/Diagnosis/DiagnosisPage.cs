using Tilt.Files;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>
/// <c>diagnosis.html</c>: one page that holds everything it shows and reads nothing from the network. Its markup is also well-formed
/// XML.
/// </summary>
public static class DiagnosisPage
{
    /// <summary>Writes the page; it is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(DiagnosisReport report, IReadOnlyList<PromptDraws> draws, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.WriteText(path, ToHtml(report, draws));
    }

    /// <summary>The page.</summary>
    /// <param name="report">The diagnosis.</param>
    /// <param name="draws">The draws it rests on, for the scatter plot.</param>
    public static string ToHtml(DiagnosisReport report, IReadOnlyList<PromptDraws> draws)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(draws);
        MarkupWriter page = new();
        page.Open("html", ("lang", "en"));
        page.Head($"Diagnosis: {report.Verdict.Name}", report.Settings.TiltVersion);
        page.Open("body").Line();
        WriteHeader(page, report);
        page.Open("main");
        LineSection.Write(page, report.Tilt);
        ScatterSection.Write(page, report.Tilt, draws);
        VarianceSection.Write(page, report.Tilt);
        ReachSection.Write(page, report.Reach);
        FigureSection.Write(page, report);
        SettingsSection.Write(page, report);
        page.Close().Line();
        page.Open("script").Verbatim(PageHead.Resource("report.js")).Close();
        page.Close().Close();
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    private static void WriteHeader(MarkupWriter page, DiagnosisReport report)
    {
        DiagnosisVerdict verdict = report.Verdict;
        page.Open("header")
            .Element("p", "Diagnosis of a fine-tuned model", ("class", "kicker")).Line()
            .Element("h1", $"Verdict: {verdict.Name}.").Line()
            .Element("p", verdict.Reason, ("class", "lead")).Line();
        if (verdict.Direction is { } direction) page.Element("p", direction, ("class", "lead")).Line();
        if (verdict.Reach is { } reach) page.Element("p", reach, ("class", "lead")).Line();
        page.Element("p", $"{NumberText.Counted(report.Prompts, "prompt")}, {report.Settings.Samples} draws from each model; "
            + $"base {report.Settings.Base}, tuned {report.Settings.Adapter ?? report.Settings.Tuned}.", ("class", "meta"));
        if (report.OverBudget > 0)
            page.Element("p", $"{NumberText.Counted(report.OverBudget, "response")} could not be judged within the budget and count as "
                + $"wrong.", ("class", "meta"));
        page.Close().Line();
    }
}
