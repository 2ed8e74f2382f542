using System.Globalization;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Reporting.Evaluation;

/// <summary>The table of an evaluation: one row a method.</summary>
public static class EvaluationRows
{
    private const string Gold = "†";

    /// <summary>The table.</summary>
    public static ResultsTable Of(EvaluationResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        int[] ks = [.. results.Methods.SelectMany(m => m.PassAtK.Keys).Distinct().Order()];
        int? largest = ks.Length > 0 && ks[^1] > 1 ? ks[^1] : null;
        bool compared = results.Methods.Count > 1, other = results.Methods.Any(m => m.VersusOther is not null);
        ResultsColumn[] columns =
        [
            new("method", false), new("accuracy %", true), new("95 % interval", true),
            .. compared ? [new($"vs {results.Methods[0].Name}", true), new("p", true)] : Array.Empty<ResultsColumn>(),
            .. other ? [new("vs other", true), new("p other", true)] : Array.Empty<ResultsColumn>(),
            .. largest is { } k ? [new(Invariant($"pass@{k} %"), true), new(Invariant($"maj@{k} %"), true)] : Array.Empty<ResultsColumn>(),
            new("length", true), new("cut off %", true), new("unparsable %", true), new("tokens drawn", true), new("forward", true),
            new("seconds", true),
        ];
        return new(columns, [.. results.Methods.Select(m => Row(m, largest, compared, other))], [.. Notes(results)]);
    }

    private static string[] Row(MethodEvaluation method, int? largest, bool compared, bool other)
    {
        int outputs = method.Verdicts.Values.Sum();
        return
        [
            method.UsesGold ? $"{method.Name} {Gold}" : method.Name,
            NumberText.Percent(method.Accuracy), NumberText.PercentInterval(method.Ci),
            .. compared ? Difference(method.VersusFirst) : [],
            .. other ? Difference(method.VersusOther) : [],
            .. largest is { } k ? [NumberText.Percent(ResultsTable.At(method.PassAtK, k)),
                NumberText.Percent(ResultsTable.At(method.MajAtK, k))] : Array.Empty<string>(),
            NumberText.Fixed(method.MeanLength, 1), NumberText.Percent(method.Truncated),
            NumberText.Percent((double)method.Verdicts.GetValueOrDefault("unparsable") / Math.Max(1, outputs)),
            Count(method.TokensGenerated), Count(method.TokensForward), NumberText.Fixed(method.Seconds, 1),
        ];
    }

    private static string[] Difference(PairedDifference? difference) =>
        [NumberText.Points(difference?.Difference), NumberText.PValue(difference?.PValue)];

    private static string Count(long? tokens) => tokens is { } known ? NumberText.Count(known) : NumberText.Undefined;

    private static IEnumerable<string> Notes(EvaluationResults results)
    {
        string problems = Invariant($"{results.Problems.Count} {results.Split} problems of {results.Task}");
        yield return $"{problems}, {Invariant($"{results.Methods.Max(m => m.Samples)}")} outputs each; intervals are over problems.";
        if (results.Methods.Any(m => m.UsesGold)) yield return $"{Gold} uses gold answers: an upper bound, not a gain.";
        int overBudget = results.Methods.Sum(m => m.Verdicts.GetValueOrDefault("over_budget"));
        if (overBudget > 0) yield return Invariant($"{overBudget} outputs could not be judged within the budget and count as wrong.");
        foreach (string note in results.Notes) yield return note;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
