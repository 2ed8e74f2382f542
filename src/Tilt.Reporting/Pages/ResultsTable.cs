using System.Globalization;
using System.Text;
using Tilt.Results;

namespace Tilt.Reporting.Pages;

/// <summary>A column of a <see cref="ResultsTable"/>.</summary>
/// <param name="Header">Heading, with the unit.</param>
/// <param name="RightAligned">True for numbers.</param>
public sealed record ResultsColumn(string Header, bool RightAligned);

/// <summary>The headline figures as text cells, one row per method, for a terminal or a Markdown page.</summary>
/// <param name="Columns">Columns from left to right.</param>
/// <param name="Rows">Formatted cells, one list per method in the order of the results; as many cells as columns.</param>
/// <param name="Notes">What the marks after method names mean; empty when no row has one.</param>
public sealed record ResultsTable(
    IReadOnlyList<ResultsColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> Notes)
{
    /// <summary>Follows the name of a method with a single seed.</summary>
    public const string OneRunMark = "†";

    /// <summary>Follows the name of an inference-time method that uses gold answers of the test problems.</summary>
    public const string UsesGoldMark = "‡";

    /// <summary>Builds the table from results.</summary>
    public static ResultsTable Create(ComparisonResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        int? k = LargestK(results);
        int[] levels = Levels(results);
        ResultsColumn[] columns =
        [
            new("method", false), new("accuracy %", true), new("95 % interval", true), new("vs base", true), new("p", true),
            .. k is { } n ? [new(Invariant($"pass@{n} %"), true), new(Invariant($"maj@{n} %"), true)] : Array.Empty<ResultsColumn>(),
            new("length", true), new("entropy", true), new("KL", true),
            .. levels.Select(level => new ResultsColumn(Invariant($"L{level} %"), true)),
        ];
        return new ResultsTable(columns, [.. results.Methods.Select(m => Row(m, k, levels))], [.. NotesOf(results)]);
    }

    /// <summary>The table in Markdown, notes below it.</summary>
    public string ToMarkdown()
    {
        StringBuilder markdown = new();
        AppendLine(markdown, Columns.Select(c => c.Header));
        AppendLine(markdown, Columns.Select(c => c.RightAligned ? "---:" : "---"));
        foreach (IReadOnlyList<string> row in Rows)
            AppendLine(markdown, row);
        if (Notes.Count > 0)
            markdown.Append('\n').AppendJoin(" ", Notes).Append('\n');
        return markdown.ToString();
    }

    /// <summary>Largest k of any method's pass@k; null when no method has one.</summary>
    internal static int? LargestK(ComparisonResults results)
    {
        int k = results.Methods.SelectMany(m => m.Test.PassAtK?.Keys ?? []).DefaultIfEmpty(0).Max();
        return k > 1 ? k : null;
    }

    /// <summary>Every level that some method has an accuracy for, ascending.</summary>
    internal static int[] Levels(ComparisonResults results) =>
        [.. results.Methods.SelectMany(m => m.Test.ByLevel.Keys).Distinct().Order()];

    /// <summary>Whether a row deserves the mark of a single run: RL methods vary from seed to seed.</summary>
    internal static bool IsOneRun(MethodResult method) => method.Kind == MethodKind.Rl && method.Seeds.Count == 1;

    private static string[] Row(MethodResult method, int? k, int[] levels)
    {
        TestResult test = method.Test;
        string marks = (IsOneRun(method) ? OneRunMark : "") + (method.FamilyOf() == MethodFamily.Oracle ? UsesGoldMark : "");
        return
        [
            marks.Length == 0 ? method.Name : $"{method.Name} {marks}",
            NumberText.Percent(test.Accuracy), NumberText.PercentInterval(test.Ci),
            NumberText.Points(test.VersusBase?.Difference), NumberText.PValue(test.VersusBase?.PValue),
            .. k is { } n ? [NumberText.Percent(At(test.PassAtK, n)), NumberText.Percent(At(test.MajAtK, n))] : Array.Empty<string>(),
            NumberText.Fixed(test.MeanLength, 1), NumberText.Fixed(test.Entropy, 2), NumberText.Fixed(test.Kl, 2),
            .. levels.Select(level => NumberText.Percent(At(test.ByLevel, level))),
        ];
    }

    private static IEnumerable<string> NotesOf(ComparisonResults results)
    {
        if (results.Methods.Any(IsOneRun))
            yield return $"{OneRunMark} one run: the interval covers problems, not seeds.";
        if (results.Methods.Any(m => m.FamilyOf() == MethodFamily.Oracle))
            yield return $"{UsesGoldMark} uses gold answers: an upper bound, not a gain.";
    }

    /// <summary>The figure under a key, or null.</summary>
    internal static double? At(IReadOnlyDictionary<int, double>? figures, int key) =>
        figures is not null && figures.TryGetValue(key, out double value) ? value : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void AppendLine(StringBuilder markdown, IEnumerable<string> cells) =>
        markdown.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
