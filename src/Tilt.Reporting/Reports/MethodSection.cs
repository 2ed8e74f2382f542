using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>Every method of every evaluation: figures as a table, accuracies as a chart.</summary>
internal static class MethodSection
{
    private const string Gold = "†";

    /// <summary>Writes the section.</summary>
    internal static void Write(MarkupWriter page, GroupView view)
    {
        page.OpenSection($"{view.Id}-methods", $"Methods: {view.Problems}",
            $"Mean accuracy over problems with 95 % intervals. “vs {view.Start}” is the paired difference "
            + $"to {view.Group.Methods[0].Name}.");
        WriteTable(page, view);
        if (view.Group.Methods.Any(m => m.Figures.UsesGold))
            page.Element("p", $"{Gold} uses gold answers: an upper bound, not a gain.", ("class", "notes")).Line();
        foreach (string note in view.Group.Evaluations.SelectMany(e => e.Results.Notes).Distinct(StringComparer.Ordinal))
            page.Element("p", note, ("class", "notes")).Line();
        if (view.Group.Methods.Count > 1)
            page.Figure(Chart(view).Render, "Accuracy with 95 % intervals over problems; the dashed line is "
                + $"{view.Group.Methods[0].Name}.", "wide");
        page.Close();
    }

    private static void WriteTable(MarkupWriter page, GroupView view)
    {
        IReadOnlyList<ReportMethod> methods = view.Group.Methods;
        int k = methods.SelectMany(m => m.Figures.PassAtK.Keys).DefaultIfEmpty(0).Max();
        bool compared = methods.Count > 1, same = methods.Any(m => m.VersusSame is not null);
        ResultsColumn[] columns =
        [
            new("method", false), new("model", false), new("accuracy %", true), new("95 % interval", true),
            .. compared ? [new($"vs {view.Start}", true), new("interval", true), new("p", true)] : Array.Empty<ResultsColumn>(),
            .. same ? [new($"vs same method of {view.Start}", true), new("p", true)] : Array.Empty<ResultsColumn>(),
            .. k > 1
                ? [new(Invariant($"pass@{k} %"), true), new(Invariant($"maj@{k} %"), true)]
                : Array.Empty<ResultsColumn>(),
            new("length", true), new("cut off %", true), new("unparsable %", true), new("tokens drawn", true), new("forward", true),
        ];
        page.Table(columns, [.. methods.Select(m => Row(m, compared, same, k))], "sortable");
    }

    private static string[] Row(ReportMethod method, bool compared, bool same, int k)
    {
        MethodEvaluation m = method.Figures;
        int outputs = Math.Max(1, m.Verdicts.Values.Sum());
        return
        [
            m.UsesGold ? $"{method.Name} {Gold}" : method.Name,
            method.Of.Results.Adapter is { } adapter ? $"{method.Of.Results.Model} with {adapter}" : method.Of.Results.Model,
            NumberText.Percent(m.Accuracy), NumberText.PercentInterval(m.Ci),
            .. compared
                ? [NumberText.Points(method.VersusBase?.Difference),
                    method.VersusBase is { } d ? NumberText.PointsInterval(d.Ci) : NumberText.Undefined,
                    NumberText.PValue(method.VersusBase?.PValue)]
                : Array.Empty<string>(),
            .. same
                ? [NumberText.Points(method.VersusSame?.Difference), NumberText.PValue(method.VersusSame?.PValue)]
                : Array.Empty<string>(),
            .. k > 1
                ? [NumberText.Percent(ResultsTable.At(m.PassAtK, k)), NumberText.Percent(ResultsTable.At(m.MajAtK, k))]
                : Array.Empty<string>(),
            NumberText.Fixed(m.MeanLength, 1), NumberText.Percent(m.Truncated),
            NumberText.Percent((double)m.Verdicts.GetValueOrDefault("unparsable") / outputs),
            Count(m.TokensGenerated), Count(m.TokensForward),
        ];
    }

    private static IntervalChart Chart(GroupView view)
    {
        ChartAxis axis = new("Accuracy, %", LinearScale.FromZero(
            view.Group.Methods.SelectMany(m => new[] { m.Figures.Accuracy, m.Figures.Ci[0], m.Figures.Ci[1] }).Select(a => a * 100), 10));
        return new IntervalChart($"{view.Id}-accuracy", $"Accuracy on {view.Group.Task}",
            "One row a method: accuracy with its 95 % interval.", axis,
            [.. view.Group.Methods.GroupBy(m => m.Family).OrderBy(g => g.Key ?? (MethodFamily)int.MaxValue).Select(g => new IntervalGroup(
                g.Key?.Title() ?? "Other models", Palette.Of(g.Key ?? MethodFamily.Oracle), [.. g.Select(IntervalOf)]))],
            new IntervalLegend("accuracy, 95 % interval", "", "", view.Group.Methods[0].Name))
        {
            Reference = view.Group.Methods[0].Figures.Accuracy * 100,
        };
    }

    private static IntervalRow IntervalOf(ReportMethod m) => new(m.Name, m.Figures.Accuracy * 100, m.Figures.Ci[0] * 100,
        m.Figures.Ci[1] * 100, $"{NumberText.Percent(m.Figures.Accuracy)}  {NumberText.PercentInterval(m.Figures.Ci)}");

    private static string Count(long? tokens) => tokens is { } known ? NumberText.Count(known) : NumberText.Undefined;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
