using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>The headline table: one row per method, grouped by family, sortable where scripts run.</summary>
internal static class MethodTableSection
{
    /// <summary>Writes the section.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        int? k = ResultsTable.LargestK(results);
        int[] levels = ResultsTable.Levels(results);
        page.OpenSection("table", "All methods",
            "Test figures of the base model, of every inference-time method on it, and of every trained policy at its last checkpoint. "
            + "Brackets hold 95 % intervals over problems; differences to the base model are paired by problem.");
        page.Open("div", ("class", "scroll")).Open("table", ("class", "methods sortable"));
        string[] headers = [.. Headers(k, levels)];
        WriteHeader(page, headers);
        foreach (IGrouping<MethodFamily, MethodResult> family in results.Methods.GroupBy(m => m.FamilyOf()).OrderBy(g => g.Key))
            WriteFamily(page, family, k, levels, headers.Length);
        page.Close().Close().Line();
        WriteNotes(page, results);
        page.Close();
    }

    private static IEnumerable<string> Headers(int? k, int[] levels)
    {
        yield return "Method";
        yield return "Accuracy, %";
        yield return "vs base, points";
        yield return "p";
        if (k is { } n)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"pass@{n}, %");
            yield return string.Create(CultureInfo.InvariantCulture, $"maj@{n}, %");
        }
        yield return "Length, tokens";
        yield return "Entropy, nats/token";
        yield return "KL, nats";
        foreach (int level in levels)
            yield return string.Create(CultureInfo.InvariantCulture, $"L{level}, %");
    }

    private static void WriteHeader(MarkupWriter page, string[] headers)
    {
        page.Open("thead").Open("tr");
        foreach (string header in headers)
            page.Element("th", header, ("scope", "col"));
        page.Close().Close().Line();
    }

    private static void WriteFamily(MarkupWriter page, IGrouping<MethodFamily, MethodResult> family, int? k, int[] levels, int columns)
    {
        page.Open("tbody").Open("tr", ("class", "family"))
            .Element("th", family.Key.Title(), ("colspan", columns.ToString(CultureInfo.InvariantCulture)), ("scope", "rowgroup"),
                ("style", $"color:{Palette.Of(family.Key)}"))
            .Close().Line();
        foreach (MethodResult method in family)
            WriteRow(page, method, k, levels);
        page.Close().Line();
    }

    private static void WriteRow(MarkupWriter page, MethodResult method, int? k, int[] levels)
    {
        TestResult test = method.Test;
        page.Open("tr").Open("th", ("scope", "row")).Text(method.Name);
        string marks = (ResultsTable.IsOneRun(method) ? ResultsTable.OneRunMark : "")
            + (method.FamilyOf() == MethodFamily.Oracle ? ResultsTable.UsesGoldMark : "");
        if (marks.Length > 0)
            page.Text("\u00a0").Element("span", marks, ("class", "mark"));
        page.Close();
        Cell(page, test.Accuracy, NumberText.Percent(test.Accuracy), NumberText.PercentInterval(test.Ci));
        Cell(page, test.VersusBase?.Difference, NumberText.Points(test.VersusBase?.Difference),
            test.VersusBase is { } versus ? NumberText.PointsInterval(versus.Ci) : null);
        Cell(page, test.VersusBase?.PValue, NumberText.PValue(test.VersusBase?.PValue));
        if (k is { } n)
        {
            Share(page, ResultsTable.At(test.PassAtK, n));
            Share(page, ResultsTable.At(test.MajAtK, n));
        }
        Cell(page, test.MeanLength, NumberText.Fixed(test.MeanLength, 1));
        Cell(page, test.Entropy, NumberText.Fixed(test.Entropy, 3));
        Cell(page, test.Kl, NumberText.Fixed(test.Kl, 2));
        foreach (int level in levels)
            Share(page, ResultsTable.At(test.ByLevel, level));
        page.Close().Line();
    }

    private static void Share(MarkupWriter page, double? share) => Cell(page, share, NumberText.Percent(share));

    private static void Cell(MarkupWriter page, double? sortKey, string text, string? interval = null)
    {
        string? key = sortKey is { } value && double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : null;
        page.Open("td", ("data-sort", key)).Text(text);
        if (interval is not null && text != NumberText.Undefined)
            page.Text(" ").Element("span", interval, ("class", "interval"));
        page.Close();
    }

    private static void WriteNotes(MarkupWriter page, ComparisonResults results)
    {
        page.Open("p", ("class", "notes"));
        foreach (string note in ResultsTable.Create(results).Notes)
            page.Text(Capital(note) + " ");
        page.Text("p: two-sided sign-flip permutation test on the paired differences, not corrected for the number of methods. "
            + "Length counts the end-of-sequence token. Entropy is that of the policy's own next-token distributions at temperature 1 "
            + "along its samples. "
            + "KL is from the distribution drawn from to the base model, per response. "
            + $"{NumberText.Undefined} marks what is undefined or intractable for a method.");
        page.Close().Line();
    }

    // Notes begin with their mark and a space: † one run … → † One run …
    private static string Capital(string note) => note[..2] + char.ToUpperInvariant(note[2]) + note[3..];
}
