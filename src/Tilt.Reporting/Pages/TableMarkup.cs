using Tilt.Reporting.Charts;

namespace Tilt.Reporting.Pages;

/// <summary>Tables of text cells.</summary>
internal static class TableMarkup
{
    /// <summary>A table that scrolls sideways on narrow screens.</summary>
    /// <param name="page">The page.</param>
    /// <param name="columns">Columns from left to right.</param>
    /// <param name="rows">Cells, as many a row as columns.</param>
    /// <param name="cssClass">Class of the table; none when null.</param>
    internal static void Table(this MarkupWriter page, IReadOnlyList<ResultsColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows,
        string? cssClass = null)
    {
        page.Open("div", ("class", "scroll")).Open("table", ("class", cssClass)).Open("thead").Open("tr");
        foreach (ResultsColumn column in columns) page.Element("th", column.Header, ("scope", "col"), ("class", ClassOf(column)));
        page.Close().Close().Open("tbody").Line();
        foreach (IReadOnlyList<string> row in rows)
        {
            page.Open("tr");
            for (int c = 0; c < row.Count; c++) page.Element("td", row[c], ("class", ClassOf(columns[c])));
            page.Close().Line();
        }

        page.Close().Close().Close().Line();
    }

    private static string ClassOf(ResultsColumn column) => column.RightAligned ? "number" : "text";
}
