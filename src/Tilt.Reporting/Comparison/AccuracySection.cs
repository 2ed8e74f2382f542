using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>Accuracy of all methods with intervals, and what the best checkpoints would have given.</summary>
internal static class AccuracySection
{
    /// <summary>Writes the section.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        if (results.Methods.Count == 0)
            return;
        page.OpenSection("accuracy", "Accuracy");
        page.Figure(Chart(results).Render,
            "Test accuracy with 95 % intervals over problems. Trained policies at their last checkpoint; the diamond is the checkpoint "
            + "that "
            + "was best on the selection problems, step 0 excluded. The dashed line is the base model.", "wide");
        WriteBestCheckpoints(page, results);
        page.Close();
    }

    private static IntervalChart Chart(ComparisonResults results)
    {
        MethodResult? start = results.Methods.FirstOrDefault(m => m.Kind == MethodKind.Base);
        ChartAxis axis = new("Test accuracy, %", LinearScale.FromZero(
            results.Methods
                .SelectMany(m => new[] { m.Test.Accuracy, m.Test.Ci[0], m.Test.Ci[1], m.Best?.Accuracy ?? 0 }.Concat(m.Test.PerSeed))
                .Select(a => a * 100), 10));
        return new IntervalChart("accuracy-chart", "Test accuracy of every method",
            "One row per method: accuracy on the test problems with its 95 % interval.", axis,
            [.. results.Methods.GroupBy(m => m.FamilyOf()).OrderBy(g => g.Key)
                .Select(g => new IntervalGroup(g.Key.Title(), Palette.Of(g.Key), [.. g.Select(Row)]))],
            new IntervalLegend("accuracy, 95 % interval", "single seeds", "best checkpoint", "base model"))
        {
            Reference = start?.Test.Accuracy * 100,
        };
    }

    private static IntervalRow Row(MethodResult method) => new(method.Name, method.Test.Accuracy * 100, method.Test.Ci[0] * 100,
        method.Test.Ci[1] * 100, $"{NumberText.Percent(method.Test.Accuracy)}  {NumberText.PercentInterval(method.Test.Ci)}")
    {
        Runs = method.Test.PerSeed.Length > 1 ? [.. method.Test.PerSeed.Select(a => a * 100)] : [],
        Second = method.Best?.Accuracy * 100,
    };

    private static void WriteBestCheckpoints(MarkupWriter page, ComparisonResults results)
    {
        MethodResult[] trained = [.. results.Methods.Where(m => m.Best is not null).OrderBy(m => m.FamilyOf())];
        if (trained.Length == 0)
            return;
        page.Element("h3", "Last and best checkpoint").Line();
        page.Open("div", ("class", "scroll")).Open("table", ("class", "sortable")).Open("thead").Open("tr");
        foreach (string header in (string[])["Method", "Seeds", "Last, %", "Per seed, %", "Seed sd, points", "Best, %", "Best at step",
            "Any checkpoint above base?"])
            page.Element("th", header, ("scope", "col"));
        page.Close().Close().Open("tbody").Line();
        foreach (MethodResult method in trained)
            WriteTrained(page, method, method.Best!);
        page.Close().Close().Close().Line();
        page.Element("p", "The last column says whether any checkpoint of any seed beat the base model on the selection problems.",
            ("class", "notes")).Line();
    }

    private static void WriteTrained(MarkupWriter page, MethodResult method, TestResult best)
    {
        page.Open("tr").Element("th", method.Name, ("scope", "row"))
            .Element("td", string.Join(", ", method.Seeds))
            .Element("td", NumberText.Percent(method.Test.Accuracy))
            .Element("td", string.Join(", ", method.Test.PerSeed.Select(a => NumberText.Percent(a))))
            .Element("td", NumberText.Fixed(method.Test.SeedSd * 100, 1))
            .Open("td").Text(NumberText.Percent(best.Accuracy) + " ")
            .Element("span", NumberText.PercentInterval(best.Ci), ("class", "interval")).Close()
            .Element("td", method.BestSteps is { Count: > 0 } steps ? string.Join(", ", steps) : NumberText.Undefined)
            .Element("td", method.BaseBeatsAllCheckpoints switch { true => "no", false => "yes", null => NumberText.Undefined })
            .Close().Line();
    }
}
