using Tilt.Results;

namespace Tilt.Studies.Reports;

/// <summary>Reads folders of training runs and evaluations into the figures of one report; the same folders give the same ones.</summary>
public static class ReportReader
{
    /// <summary>Reads the folders.</summary>
    /// <param name="folders">Training runs, evaluations, or folders that hold some up to two levels down, in any mix.</param>
    /// <exception cref="InputException">A folder is missing or holds neither, or a file is damaged.</exception>
    public static ReportFigures Read(IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ReportFolders found = ReportFolders.Find(folders);
        IReadOnlyList<ReportRun> runs = RunAssembly.Of([.. found.Runs.Select(TrainedRun.Read)]);
        IReadOnlyList<ReportGroup> groups = GroupAssembly.Of(EvaluationReader.Read(found.Evaluations, runs));
        return new()
        {
            Groups = groups,
            Runs = runs,
            RunConclusions = [.. RunConclusions.Of(runs, groups)],
            Notes = found.Notes,
        };
    }
}
