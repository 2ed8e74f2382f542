using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>What was run: the settings of every run and evaluation.</summary>
internal static class SettingsSection
{
    /// <summary>Writes the section.</summary>
    internal static void Write(MarkupWriter page, ReportFigures figures)
    {
        page.OpenSection("settings", "What was run");
        WriteRuns(page, figures.Runs);
        WriteEvaluations(page, [.. figures.Groups.SelectMany(group => group.Evaluations)]);
        page.Close();
    }

    private static void WriteRuns(MarkupWriter page, IReadOnlyList<ReportRun> runs)
    {
        if (runs.Count == 0) return;
        string[] facts = [.. runs.SelectMany(run => run.Facts.Select(fact => fact.Key)).Distinct(StringComparer.Ordinal)];
        page.Element("h3", "Training runs").Line();
        page.Table([new("run", false), .. facts.Select(fact => new ResultsColumn(fact, false))],
            [.. runs.Select(run => (string[])
                [run.Label, .. facts.Select(fact => run.Facts.FirstOrDefault(f => f.Key == fact).Value ?? NumberText.Undefined)])]);
        page.Element("p", "Each run again, with every key of its configuration:", ("class", "notes")).Line();
        page.Element("pre", string.Join('\n', runs.Select(run => $"tilt train --config {Quoted(Path.Combine(run.Folder, "config.yaml"))}")),
            ("class", "command")).Line();
    }

    private static void WriteEvaluations(MarkupWriter page, IReadOnlyList<ReportEvaluation> evaluations)
    {
        if (evaluations.Count == 0) return;
        page.Element("h3", "Evaluations").Line();
        string[] columns = ["evaluation", "model", "adapter", "of run", "task", "split", "problems", "methods", "reward", "limit", "seed",
            "Tilt", "folder"];
        page.Table([.. columns.Select(column => new ResultsColumn(column, false))],
            [.. evaluations.Select(e => (string[])
            [
                e.Label, e.Results.Model, e.Results.Adapter ?? NumberText.Undefined, e.Run?.Label ?? NumberText.Undefined, e.Results.Task,
                e.Results.Split, Whole(e.Results.Problems.Count),
                string.Join(", ", e.Results.Methods.Select(m => $"{m.Name} × {Whole(m.Samples)}")), e.Results.Reward,
                e.Results.MaxNewTokens is { } limit ? $"{Whole(limit)} tokens" : NumberText.Undefined,
                e.Results.Seed.ToString(CultureInfo.InvariantCulture), e.Results.TiltVersion.Split('+')[0], e.Folder,
            ])]);
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
