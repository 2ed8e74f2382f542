namespace Tilt.Studies.Reports;

/// <summary>Short names of folders: as much of the end of each path as tells it from the others.</summary>
internal static class FolderLabels
{
    /// <summary>The labels, in the order of the folders.</summary>
    public static string[] Of(IReadOnlyList<string> folders)
    {
        string[][] parts = [.. folders.Select(
            folder => Path.GetFullPath(folder).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))];
        var lengths = new int[folders.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            int length = 1;
            while (length < parts[i].Length && Enumerable.Range(0, parts.Length).Any(j => j != i && End(j, length) == End(i, length)))
                length++;
            lengths[i] = length;
        }

        return [.. lengths.Select((length, i) => End(i, length))];

        string End(int folder, int length) => string.Join('/', parts[folder].TakeLast(length));
    }
}
