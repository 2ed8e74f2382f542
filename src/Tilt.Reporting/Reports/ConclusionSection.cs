using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>What the figures say, in sentences.</summary>
internal static class ConclusionSection
{
    /// <summary>Writes the section; nothing without a sentence.</summary>
    internal static void Write(MarkupWriter page, ReportFigures figures)
    {
        if (figures.RunConclusions.Count == 0 && figures.Groups.All(group => group.Conclusions.Count == 0)) return;
        page.OpenSection("conclusions", "Conclusions",
            "Computed from the figures. Intervals are at 95 % over problems; differences are paired over the same problems, and one counts "
            + "where its interval leaves out 0. The highest of several noisy figures is a little too high.");
        foreach (ReportGroup group in figures.Groups) List(page, group.Task, group.Conclusions);
        List(page, "Training", figures.RunConclusions);
        page.Close();
    }

    private static void List(MarkupWriter page, string heading, IReadOnlyList<string> sentences)
    {
        if (sentences.Count == 0) return;
        page.Element("h3", heading).Line();
        foreach (string sentence in sentences) page.Element("p", sentence, ("class", "finding")).Line();
    }
}
