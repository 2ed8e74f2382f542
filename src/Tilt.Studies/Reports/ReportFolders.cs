using Tilt.Files;
using Tilt.Results;

namespace Tilt.Studies.Reports;

/// <summary>Finds training runs and evaluations in the folders that a report is asked for.</summary>
/// <param name="Runs">Folders of training runs.</param>
/// <param name="Evaluations">Folders of evaluations.</param>
/// <param name="Notes">What was passed over and why, a sentence each.</param>
internal sealed record ReportFolders(IReadOnlyList<string> Runs, IReadOnlyList<string> Evaluations, IReadOnlyList<string> Notes)
{
    private const int Levels = 2;

    /// <summary>
    /// The folders themselves, or what is up to two levels below them, in ordinal order of names; one that is found twice counts once.
    /// </summary>
    /// <exception cref="InputException">A folder does not exist, or neither it nor anything in it is a run or an evaluation.</exception>
    public static ReportFolders Find(IReadOnlyList<string> given)
    {
        if (given.Count == 0) throw new InputException("A report needs at least one folder of 'tilt train' or 'tilt eval'.");
        var (runs, evaluations, notes) = (new List<string>(), new List<string>(), new List<string>());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string folder in given.Select(path => path == "/" ? path : path.TrimEnd('/', Path.DirectorySeparatorChar)))
        {
            if (!Directory.Exists(folder))
                throw new InputException(File.Exists(folder)
                    ? $"'{folder}' is a file; give the folder of a training run or an evaluation."
                    : $"The folder '{folder}' does not exist.");
            string[] found = [.. Search(folder, Levels)];
            if (found.Length == 0)
                throw new InputException(IsUnfinished(folder)
                    ? $"The evaluation in '{folder}' is not finished: it has no {EvaluationFile.Name} yet. Run its 'tilt eval' again, "
                        + $"which continues there."
                    : $"'{folder}' holds neither a training run (config.yaml and manifest.json, which 'tilt train' writes) nor an "
                        + $"evaluation ({EvaluationFile.Name}, which 'tilt eval' writes), and no folder in it does.");
            foreach (string path in found.Where(path => seen.Add(RealPath.Of(path))))
            {
                if (IsUnfinished(path))
                    notes.Add($"{path} is left out: the evaluation is not finished.");
                if (IsRun(path)) runs.Add(path);
                if (IsEvaluation(path)) evaluations.Add(path);
            }
        }

        if (runs.Count + evaluations.Count == 0)
            throw new InputException($"There is no finished evaluation and no training run. {string.Join(" ", notes)}");
        return new(runs, evaluations, notes);
    }

    private static IEnumerable<string> Search(string folder, int levels)
    {
        if (IsRun(folder) || IsEvaluation(folder)) return [folder];
        if (levels == 0) return IsUnfinished(folder) ? [folder] : [];
        if (levels < Levels && IsUnfinished(folder)) return [folder];
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).SelectMany(inner => Search(inner, levels - 1))];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"The folder '{folder}' cannot be searched: {e.Message}", e);
        }
    }

    private static bool IsRun(string folder) => Has(folder, "config.yaml") && Has(folder, "manifest.json");

    private static bool IsEvaluation(string folder) => Has(folder, EvaluationFile.Name);

    private static bool IsUnfinished(string folder) =>
        !IsEvaluation(folder) && Has(folder, "settings.json") && Directory.Exists(Path.Combine(folder, "samples"));

    private static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));
}
