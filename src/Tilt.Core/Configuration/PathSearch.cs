namespace Tilt.Configuration;

/// <summary>Finds files and folders that a configuration names.</summary>
/// <param name="FileFolder">Folder of the configuration file, or null without one.</param>
/// <param name="WorkingFolder">The working directory.</param>
/// <param name="ApplicationFolder">The folder of the program, beside which its assets lie.</param>
internal sealed record PathSearch(string? FileFolder, string WorkingFolder, string ApplicationFolder)
{
    /// <summary>The full path of what exists; otherwise <paramref name="written"/> and a finding.</summary>
    /// <param name="written">The path as written.</param>
    /// <param name="location">Where it is written; null for a default.</param>
    /// <param name="key">Path of the key.</param>
    /// <param name="findings">Receives what is wrong.</param>
    public string Find(string written, SourceLocation? location, string key, FindingList findings)
    {
        if (string.IsNullOrWhiteSpace(written) || written.Contains('\0'))
        {
            findings.Add(location, key, "must be the path of an existing file or folder, but is empty.");
            return written;
        }
        // What is typed at the prompt means the working directory, not the folder of the configuration file.
        string?[] folders = Path.IsPathRooted(written) || location is { IsCommandLine: true }
            ? [WorkingFolder, ApplicationFolder]
            : [FileFolder, WorkingFolder, ApplicationFolder];
        string[] candidates =
            [.. folders.OfType<string>().Select(folder => Path.GetFullPath(written, folder)).Distinct(StringComparer.Ordinal)];
        if (candidates.FirstOrDefault(Path.Exists) is string found) return found;
        findings.Add(location, key, $"names '{written}', which does not exist; looked for {string.Join(" and ", candidates)}.");
        return written;
    }
}
