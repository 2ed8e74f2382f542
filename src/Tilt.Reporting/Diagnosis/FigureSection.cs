using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>Every figure in one table.</summary>
internal static class FigureSection
{
    internal static void Write(MarkupWriter page, DiagnosisReport report)
    {
        page.OpenSection("figures", "All figures");
        page.Open("div", ("class", "scroll")).Open("table").Open("thead").Open("tr");
        foreach (string header in (string[])["Quantity", "Value", "95 % interval"]) page.Element("th", header, ("scope", "col"));
        page.Close().Close().Open("tbody").Line();
        foreach (DiagnosisRow row in DiagnosisTable.Rows(report))
            page.Open("tr").Element("th", row.Quantity, ("scope", "row")).Element("td", row.Value).Element("td", row.Interval).Close()
                .Line();
        page.Close().Close().Close().Line();
        page.Element("p", "Intervals: bootstrap-t over prompts with cluster-robust errors; percentiles for shares of variance and R²; "
            + "Clopper–Pearson where every problem is solved always or never.", ("class", "notes")).Line();
        page.Close();
    }
}
