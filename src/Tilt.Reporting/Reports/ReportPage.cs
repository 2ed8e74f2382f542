using Tilt.Files;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>The page of <c>tilt report</c>: it holds everything it shows and reads nothing from the network.</summary>
public static class ReportPage
{
    /// <summary>Writes the page; it is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(ReportFigures figures, string tiltVersion, string path) =>
        AtomicFile.WriteText(path, ToHtml(figures, tiltVersion));

    /// <summary>The page; its markup is also well-formed XML.</summary>
    /// <param name="figures">What it shows.</param>
    /// <param name="tiltVersion">Version of Tilt that makes it.</param>
    public static string ToHtml(ReportFigures figures, string tiltVersion)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ReportColors colors = new(figures);
        string title = Title(figures);
        MarkupWriter page = new();
        page.Open("html", ("lang", "en"));
        page.Head(title, tiltVersion);
        page.Open("body").Line();
        page.Open("header").Element("p", "Report", ("class", "kicker")).Line().Element("h1", title).Line();
        foreach (string note in figures.Notes) page.Element("p", note, ("class", "meta")).Line();
        page.Close().Line().Open("main");
        ConclusionSection.Write(page, figures);
        for (int i = 0; i < figures.Groups.Count; i++)
        {
            GroupView view = new(figures.Groups[i], $"g{i + 1}", colors);
            MethodSection.Write(page, view);
            AttemptSection.Write(page, view);
            CostSection.Write(page, view);
            DifficultySection.Write(page, view);
            ResponseSection.Write(page, view);
        }

        CurveSection.Write(page, figures.Runs, colors);
        SettingsSection.Write(page, figures);
        page.Close().Line().Open("script").Verbatim(PageHead.Resource("report.js")).Close();
        page.Close().Close();
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    private static string Title(ReportFigures figures)
    {
        int evaluations = figures.Groups.Sum(group => group.Evaluations.Count);
        string tasks = string.Join(", ", figures.Groups.Select(group => group.Task).Distinct(StringComparer.Ordinal));
        string[] parts =
        [
            .. evaluations > 0 ? [$"{NumberText.Counted(evaluations, "evaluation")} on {tasks}"] : Array.Empty<string>(),
            .. figures.Runs.Count > 0 ? [NumberText.Counted(figures.Runs.Count, "training run")] : Array.Empty<string>(),
        ];
        return string.Join(" and ", parts);
    }
}
