using Spectre.Console;
using Tilt.Reporting;

namespace Tilt.Cli;

/// <summary>The final table of a comparison and the verdicts on the paper's claims.</summary>
internal static class FinalTables
{
    public static void Write(ComparisonResults results)
    {
        var rows = ResultsTable.Create(results);
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in rows.Columns)
            table.AddColumn(column.RightAligned ? new TableColumn(Markup.Escape(column.Header)).RightAligned() : new TableColumn(Markup.Escape(column.Header)));
        foreach (var row in rows.Rows) table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        foreach (string note in rows.Notes) AnsiConsole.WriteLine(note);

        var claims = new Table().Border(TableBorder.Rounded).AddColumn("claim").AddColumn("verdict").AddColumn("what was seen");
        foreach (var claim in results.Claims)
        {
            string colour = claim.Verdict switch { "supported" => "green", "not supported" => "red", _ => "yellow" };
            claims.AddRow(Markup.Escape(claim.Claim), $"[{colour}]{claim.Verdict}[/]", Markup.Escape(claim.Explanation));
        }

        AnsiConsole.Write(claims);
    }
}
