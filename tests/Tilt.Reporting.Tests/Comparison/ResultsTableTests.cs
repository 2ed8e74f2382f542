using Tilt.Reporting.Comparison;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Tests.Comparison;

public sealed class ResultsTableTests
{
    [Fact]
    public void Every_row_has_a_cell_for_every_column()
    {
        ResultsTable table = ResultsTable.Create(SyntheticResults.Full());
        Assert.Equal(29, table.Rows.Count);
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        Assert.Equal(
            ["method", "accuracy %", "95 % interval", "vs base", "p", "pass@16 %", "maj@16 %", "length", "entropy", "KL", "L1 %", "L2 %",
                "L3 %", "L4 %"],
            table.Columns.Select(c => c.Header));
        Assert.Equal(["45.1", "–", "87.2"], [table.Rows[0][1], table.Rows[0][3], table.Rows[0][10]]);
        Assert.Equal("beam-4", table.Rows[5][0]);
        Assert.Equal("−7.6", table.Rows[5][3]);
        Assert.Equal("tilted-1-100 †", table.Rows[13][0]);
        Assert.Equal(2, table.Notes.Count);
    }

    [Fact]
    public void Columns_without_figures_are_left_out()
    {
        ResultsTable table = ResultsTable.Create(SyntheticResults.Smallest());
        Assert.Equal(["method", "accuracy %", "95 % interval", "vs base", "p", "length", "entropy", "KL"],
            table.Columns.Select(c => c.Header));
        Assert.Empty(table.Notes);
    }

    [Fact]
    public void Markdown_escapes_bars_and_aligns_numbers()
    {
        ComparisonResults smallest = SyntheticResults.Smallest();
        string markdown = ResultsTable.Create(smallest with { Methods = [smallest.Methods[0] with { Name = "a|b" }] }).ToMarkdown();
        Assert.Equal(
            "| method | accuracy % | 95 % interval | vs base | p | length | entropy | KL |\n| --- | ---: | ---: | ---: | ---: | ---: | "
            + "---: | ---: |\n"
            + "| a\\|b | 25.0 | [10.0, 50.0] | – | – | – | – | – |\n", markdown);
    }

    [Fact]
    public void The_CSV_has_one_row_per_method_and_as_many_cells_as_names()
    {
        string[] lines = ResultsCsv.ToCsv(SyntheticResults.Diverged()).TrimEnd('\n').Split('\n');
        Assert.Equal(30, lines.Length);
        string[] names = lines[0].Split(',');
        Assert.All(lines, line => Assert.Equal(names.Length, line.Split(',').Length));
        Assert.Equal(names.Length, names.Distinct().Count());
        string[] task = ResultsCsv.ToCsv(SyntheticResults.Full()).Split('\n')
            .Single(l => l.StartsWith("task-reward,", StringComparison.Ordinal)).Split(',');
        Assert.Equal("rl", task[Array.IndexOf(names, "kind")]);
        Assert.Equal("0.753", task[Array.IndexOf(names, "accuracy_level_4")]);
        Assert.Equal(3, task[Array.IndexOf(names, "accuracy_per_seed")].Split(';').Length);
        Assert.Equal("", lines[2].Split(',')[Array.IndexOf(names, "accuracy")]);
    }

    [Fact]
    public void The_CSV_quotes_what_needs_quotes()
    {
        ComparisonResults smallest = SyntheticResults.Smallest();
        string csv = ResultsCsv.ToCsv(smallest with { Methods = [smallest.Methods[0] with { Name = "a,\"b\"" }] });
        Assert.StartsWith("\"a,\"\"b\"\"\",base,false,", csv.Split('\n')[1]);
    }
}
