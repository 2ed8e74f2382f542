using Spectre.Console;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Cli.Progress;

/// <summary>The tables that commands end with.</summary>
internal static class FinalTables
{
    /// <summary>Columns that give way first where the terminal is narrow, in this order.</summary>
    private static readonly string[] Dispensable = ["p", "maj@", "KL", "entropy", "pass@", "vs base", "L", "length", "95 % interval"];

    /// <summary>The table of a comparison and the verdicts on the paper's claims.</summary>
    public static void Write(ComparisonResults results)
    {
        Write(ResultsTable.Create(results));
        var claims = new Table().Border(TableBorder.Rounded).AddColumn("claim").AddColumn(new TableColumn("verdict").NoWrap())
            .AddColumn("what was seen");
        foreach (var claim in results.Claims)
        {
            string colour = claim.Verdict switch { "supported" => "green", "not supported" => "red", _ => "yellow" };
            claims.AddRow(Markup.Escape(claim.Claim), $"[{colour}]{claim.Verdict}[/]", Markup.Escape(claim.Explanation));
        }

        AnsiConsole.Write(claims);
    }

    /// <summary>Writes a table with the notes below it: as many columns as a terminal has room for, all of them into a file.</summary>
    public static void Write(ResultsTable rows)
    {
        int[] columns = Fitting(rows, Console.IsOutputRedirected ? int.MaxValue : AnsiConsole.Profile.Width);
        if (Console.IsOutputRedirected) WriteText(rows);
        else WriteTable(rows, columns);
        foreach (string note in rows.Notes) AnsiConsole.WriteLine(note);
        if (columns.Length < rows.Columns.Count) AnsiConsole.WriteLine("A wider terminal shows more columns; the files hold all.");
    }

    /// <summary>Indices of the columns that fit into <paramref name="width"/> characters unbroken.</summary>
    internal static int[] Fitting(ResultsTable rows, int width)
    {
        List<int> kept = [.. Enumerable.Range(0, rows.Columns.Count)];
        foreach (string group in Dispensable)
        {
            if (Width(rows, kept) <= width) break;
            kept.RemoveAll(c => IsOf(rows.Columns[c].Header, group));
        }

        return [.. kept];
    }

    private static bool IsOf(string header, string group) => group switch
    {
        "L" => header.Length > 1 && header[0] == 'L' && char.IsAsciiDigit(header[1]),
        _ when group.EndsWith('@') => header.StartsWith(group, StringComparison.Ordinal),
        _ => header == group,
    };

    private static long Width(ResultsTable rows, List<int> columns) => 1 + columns.Sum(c => 3L + CellWidth(rows, c));

    private static int CellWidth(ResultsTable rows, int column) =>
        rows.Rows.Select(r => r[column].Length).Append(rows.Columns[column].Header.Length).Max();

    private static void WriteTable(ResultsTable rows, int[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (int c in columns)
        {
            var column = new TableColumn(Markup.Escape(rows.Columns[c].Header)).NoWrap();
            table.AddColumn(rows.Columns[c].RightAligned ? column.RightAligned() : column);
        }

        foreach (var row in rows.Rows) table.AddRow([.. columns.Select(c => Markup.Escape(row[c]))]);
        AnsiConsole.Write(table);
    }

    /// <summary>A file has no width: every column, padded.</summary>
    private static void WriteText(ResultsTable rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows.Columns.Count).Select(c => CellWidth(rows, c))];
        Console.WriteLine(Line(rows.Columns.Select(c => c.Header)));
        foreach (var row in rows.Rows) Console.WriteLine(Line(row));

        string Line(IEnumerable<string> cells) =>
            string.Join("  ", cells.Select((cell, c) => rows.Columns[c].RightAligned ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c])))
                .TrimEnd();
    }
}
