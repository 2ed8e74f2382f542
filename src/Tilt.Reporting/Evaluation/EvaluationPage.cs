using System.Globalization;
using Tilt.Files;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.Statistics;

namespace Tilt.Reporting.Evaluation;

/// <summary><c>evaluation.html</c>: one page that holds everything it shows and reads nothing from the network.</summary>
public static class EvaluationPage
{
    /// <summary>Writes the page; it is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(EvaluationResults results, string path) => AtomicFile.WriteText(path, ToHtml(results));

    /// <summary>The page.</summary>
    public static string ToHtml(EvaluationResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        MarkupWriter page = new();
        page.Open("html", ("lang", "en"));
        page.Head($"Evaluation: {results.Model} on {results.Task}", results.TiltVersion);
        page.Open("body").Line();
        MethodEvaluation best = results.Methods.MaxBy(method => method.Accuracy)!;
        page.Open("header")
            .Element("p", "Evaluation", ("class", "kicker")).Line()
            .Element("h1", $"{results.Model} on {results.Task}").Line()
            .Element("p", string.Create(CultureInfo.InvariantCulture,
                $"{results.Problems.Count} {results.Split} problems. {(results.Methods.Count > 1 ? "Highest: " : "")}{best.Name} "
                + $"with {NumberText.Percent(best.Accuracy)} % {NumberText.PercentInterval(best.Ci)}."), ("class", "lead")).Line();
        page.Close().Line();
        page.Open("main");
        ResultsTable rows = EvaluationRows.Of(results);
        page.OpenSection("methods", "Methods", "Mean accuracy over problems with 95 % intervals, votes and cost.");
        page.Table(rows.Columns, rows.Rows);
        foreach (string note in rows.Notes) page.Element("p", note, ("class", "meta")).Line();
        page.Close().Line();
        AtK(page, results);
        Groups(page, results, "levels", "By level", method => method.ByLevel);
        Groups(page, results, "subjects", "By subject", method => method.BySubject);
        page.OpenSection("settings", "What was run").Open("dl")
            .Definition("model", results.Adapter is null ? results.Model : $"{results.Model} with {results.Adapter}")
            .Definition("task", $"{results.Task}, {results.Split}").Definition("reward", results.Reward)
            .Definition("limit", results.MaxNewTokens is { } limit ? $"{limit} new tokens" : NumberText.Undefined)
            .Definition("seed", results.Seed.ToString(CultureInfo.InvariantCulture))
            .Definition("votes", results.Vote == VoteRule.Authors ? "as the paper's authors count" : "by the verifier's classes")
            .Definition("Tilt", results.TiltVersion);
        if (results.Manifest is { } manifest)
            page.Definition("started", manifest.StartedAt).Definition("machine", manifest.Machine)
                .Definition("command", manifest.Command ?? NumberText.Undefined);
        page.Close().Close().Line();
        page.Close().Line().Open("script").Verbatim(PageHead.Resource("report.js")).Close();
        page.Close().Close();
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    private static void AtK(MarkupWriter page, EvaluationResults results)
    {
        int[] ks = [.. results.Methods.SelectMany(m => m.PassAtK.Keys).Distinct().Order()];
        if (ks.Length < 2) return;
        page.OpenSection("pass-at-k", "pass@k and maj@k",
            "pass@k: at least one of k outputs is right, unbiased. maj@k: the answer of most of them is right.");
        ResultsColumn[] columns =
            [new("method", false), .. ks.Select(k => new ResultsColumn(string.Create(CultureInfo.InvariantCulture, $"{k}"), true))];
        page.Table(columns, [.. results.Methods.SelectMany(m => (string[][])
        [
            [$"{m.Name}, pass@k %", .. ks.Select(k => NumberText.Percent(ResultsTable.At(m.PassAtK, k)))],
            [$"{m.Name}, maj@k %", .. ks.Select(k => NumberText.Percent(ResultsTable.At(m.MajAtK, k)))],
        ])]);
        page.Close().Line();
    }

    private static void Groups(MarkupWriter page, EvaluationResults results, string id, string heading,
        Func<MethodEvaluation, IReadOnlyDictionary<string, GroupEvaluation>> groupsOf)
    {
        string[] keys =
            [.. results.Methods.SelectMany(m => groupsOf(m).Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (keys.Length < 2) return;
        page.OpenSection(id, heading, "Accuracy in per cent with 95 % intervals over the problems of the group.");
        ResultsColumn[] columns =
            [new("group", false), new("problems", true), .. results.Methods.Select(m => new ResultsColumn(m.Name, true))];
        page.Table(columns, [.. keys.Select(key => (string[])
        [
            key, results.Methods.Select(m => groupsOf(m).GetValueOrDefault(key)?.Problems)
                .First(n => n is not null)!.Value.ToString(CultureInfo.InvariantCulture),
            .. results.Methods.Select(m => groupsOf(m).GetValueOrDefault(key) is { } group
                ? $"{NumberText.Percent(group.Accuracy)} {NumberText.PercentInterval(group.Ci)}"
                : NumberText.Undefined),
        ])]);
        page.Close().Line();
    }
}
