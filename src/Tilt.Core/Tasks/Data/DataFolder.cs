using System.Text.RegularExpressions;

namespace Tilt.Tasks.Data;

/// <summary>
/// Finds the files of a split in the folder of a data set, laid out as on the Hugging Face hub: <c>data/train-00000-of-00002.parquet</c>,
/// <c>train.jsonl</c>, <c>main/test-00000-of-00001.parquet</c>, <c>test/part.csv</c>.
/// </summary>
public static partial class DataFolder
{
    private static readonly Dictionary<string, string[]> Spellings = new(StringComparer.Ordinal)
    {
        ["train"] = ["train", "training"],
        ["test"] = ["test", "testing", "eval", "evaluation"],
        ["validation"] = ["validation", "valid", "val", "dev"],
    };

    /// <summary>The files of a split.</summary>
    /// <param name="path">A file, which is taken as it is, or a folder.</param>
    /// <param name="split">Name of the split.</param>
    /// <param name="subset">Name of the subset (the hub's "config") where the data set has several; null where it has one.</param>
    /// <exception cref="InputException">There is nothing at the path, no file of the split, or more than one subset.</exception>
    public static IReadOnlyList<string> FilesOf(string path, string split, string? subset = null)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path))
            throw new InputException($"'{path}' does not exist; give a file with problems ({string.Join(", ", DataFile.Endings)}), the "
                + $"folder of a data set, or the name of one that 'tilt pull --dataset' fetched.");
        string[] all = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => DataFile.EndingOf(file) is not null && !IsMetadata(file)).Order(StringComparer.Ordinal)];
        if (all.Length == 0)
            throw new InputException($"The folder '{path}' holds no files with problems ({string.Join(", ", DataFile.Endings)}).");
        if (subset is not null)
        {
            string[] within = [.. all.Where(file => Parts(path, file).Contains(subset, StringComparer.Ordinal))];
            if (within.Length == 0)
                throw new InputException($"The folder '{path}' has no subset '{subset}'; it "
                    + $"has {string.Join(", ",
                        all.Select(file => SubsetOf(path, file)).OfType<string>().Distinct(StringComparer.Ordinal))}.");
            all = within;
        }

        string[] found = [.. all.Where(file => SplitOf(path, file) == Canonical(split))];
        if (found.Length == 0 && all.All(file => SplitOf(path, file) is null)) found = all;
        if (found.Length == 0)
            throw new InputException($"The folder '{path}' has no files of the split '{split}'; it "
                + $"has {string.Join(", ",
                    all.Select(file => SplitOf(path, file) ?? Path.GetFileName(file)).Distinct(StringComparer.Ordinal))}. Name a split, "
                + $"or a file.");
        string[] subsets = [.. found.Select(file => SubsetOf(path, file) ?? "").Distinct(StringComparer.Ordinal)];
        return subsets.Length == 1
            ? found
            : throw new InputException($"The folder '{path}' has several subsets with the split "
                + $"'{split}': {string.Join(", ", subsets.Select(s => s.Length == 0 ? "(none)" : s))}. Choose one with 'subset'.");
    }

    private static bool IsMetadata(string file) =>
        Path.GetFileName(file) is "dataset_infos.json" or "dataset_info.json" or "state.json" or "package.json";

    private static string[] Parts(string root, string file) => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);

    /// <summary>The split that a path names, from its file name inwards to outwards; null where none does.</summary>
    private static string? SplitOf(string root, string file) =>
        Parts(root, file).Reverse()
            .Select(part => Words().Matches(part).Select(word => Known(word.Value)).FirstOrDefault(known => known is not null))
            .FirstOrDefault(split => split is not null);

    /// <summary>The folder that makes a subset: neither <c>data</c> nor one named after a split.</summary>
    private static string? SubsetOf(string root, string file) =>
        Parts(root, file)[..^1].FirstOrDefault(folder => folder != "data" && Known(folder) is null);

    private static string? Known(string word) =>
        Spellings.FirstOrDefault(split => split.Value.Contains(word, StringComparer.OrdinalIgnoreCase)).Key;

    private static string Canonical(string split) => Known(split) ?? split;

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Words();
}
