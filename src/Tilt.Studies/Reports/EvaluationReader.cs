using Tilt.Files;
using Tilt.Results;

namespace Tilt.Studies.Reports;

/// <summary>From the folders of evaluations to evaluations of a report, each with the training run that its model comes from.</summary>
internal static class EvaluationReader
{
    private const string Checkpoints = "checkpoints";

    /// <summary>Reads evaluations.</summary>
    /// <exception cref="InputException">A file is damaged.</exception>
    public static IReadOnlyList<ReportEvaluation> Read(IReadOnlyList<string> folders, IReadOnlyList<ReportRun> runs)
    {
        string[] labels = FolderLabels.Of(folders);
        return [.. folders.Select((folder, i) =>
        {
            EvaluationResults results = EvaluationFile.Read(folder);
            Check(results, Path.Combine(folder, EvaluationFile.Name));
            string? checkpoint = CheckpointRun(results.Adapter) ?? CheckpointRun(results.Model);
            return new ReportEvaluation(labels[i], folder, results)
            {
                Run = checkpoint is null ? null : RunAt(checkpoint, runs),
                IsTrained = checkpoint is not null || results.Adapter is not null,
            };
        })];
    }

    private static void Check(EvaluationResults results, string file)
    {
        string? wrong = results switch
        {
            { Methods.Count: 0 } => "has no method",
            { Problems.Count: 0 } => "has no problem",
            _ when results.Problems.Distinct(StringComparer.Ordinal).Count() < results.Problems.Count => "names a problem twice",
            _ => results.Methods.Select(m => m switch
            {
                _ when m.PerProblem.Length != results.Problems.Count =>
                    $"has {m.PerProblem.Length} accuracies of the method '{m.Name}' for {results.Problems.Count} problems",
                _ when m.Ci.Length != 2 || m.ByLevel.Values.Concat(m.BySubject.Values).Any(g => g.Ci.Length != 2) =>
                    $"has an interval of the method '{m.Name}' that is not [low, high]",
                _ when results.Methods.Count(other => other.Name == m.Name) > 1 => $"has two methods '{m.Name}'",
                _ => null,
            }).FirstOrDefault(what => what is not null),
        };
        if (wrong is not null) throw new InputException($"'{file}' {wrong}. The file is damaged; run its 'tilt eval' again.");
    }

    // RUN/checkpoints/step-60, or a folder in it, gives RUN.
    private static string? CheckpointRun(string? path)
    {
        for (string? at = path; at is { Length: > 0 }; at = Path.GetDirectoryName(at))
            if (Path.GetFileName(at).StartsWith("step-", StringComparison.Ordinal) && Path.GetDirectoryName(at) is { } above
                && Path.GetFileName(above) == Checkpoints)
                return Path.GetDirectoryName(above);
        return null;
    }

    // By its path, or, where folders have moved, by a name that one run alone has.
    private static ReportRun? RunAt(string folder, IReadOnlyList<ReportRun> runs)
    {
        if (runs.FirstOrDefault(run => folder.Length > 0 && RealPath.IsSame(run.Folder, folder)) is { } same) return same;
        string name = Path.GetFileName(folder);
        ReportRun[] named = [.. runs.Where(run => Path.GetFileName(Path.GetFullPath(run.Folder)) == name)];
        return named.Length == 1 ? named[0] : null;
    }
}
