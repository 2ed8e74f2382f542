using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>Accuracy by level and by subject.</summary>
internal static class DifficultySection
{
    /// <summary>Writes the sections; nothing where there are fewer than two levels, or subjects.</summary>
    internal static void Write(MarkupWriter page, GroupView view)
    {
        Write(page, view, "levels", "By level", "level ", m => m.ByLevel);
        Write(page, view, "subjects", "By subject", "", m => m.BySubject);
    }

    private static void Write(MarkupWriter page, GroupView view, string id, string heading, string prefix,
        Func<MethodEvaluation, IReadOnlyDictionary<string, GroupEvaluation>> of)
    {
        IReadOnlyList<ReportMethod> methods = view.Group.Methods;
        string[] keys = [.. methods.SelectMany(m => of(m.Figures).Keys).Distinct(StringComparer.Ordinal)
            .OrderBy(key => int.TryParse(key, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue)
            .ThenBy(key => key, StringComparer.Ordinal)];
        if (keys.Length < 2) return;
        page.OpenSection($"{view.Id}-{id}", $"{heading}: {view.Problems}",
            "Accuracy in per cent with 95 % intervals over the problems of the group; their number stands in brackets.");
        ResultsColumn[] columns =
        [
            new("method", false),
            .. keys.Select(key => new ResultsColumn(string.Create(CultureInfo.InvariantCulture,
                $"{prefix}{key} ({methods.Select(m => of(m.Figures).GetValueOrDefault(key)?.Problems ?? 0).Max()})"), true)),
        ];
        page.Table(columns, [.. methods.Select(m => (string[])
        [
            m.Name,
            .. keys.Select(key => of(m.Figures).GetValueOrDefault(key) is { } group
                ? $"{NumberText.Percent(group.Accuracy)} {NumberText.PercentInterval(group.Ci)}"
                : NumberText.Undefined),
        ])]);
        page.Close();
    }
}
