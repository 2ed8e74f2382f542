using System.Text.RegularExpressions;

namespace Tilt.Configuration;

/// <summary>Finds files and folders that a configuration names.</summary>
/// <param name="FileFolder">Folder of the configuration file, or null without one.</param>
/// <param name="WorkingFolder">The working directory.</param>
/// <param name="ApplicationFolder">The folder of the program, beside which its assets lie.</param>
internal sealed partial record PathSearch(string? FileFolder, string WorkingFolder, string ApplicationFolder)
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

    /// <summary>
    /// Whether a text that names nothing here could be that of a repository or a data set: <c>name</c> or <c>org/name[@revision]</c>, and
    /// no part of it is a folder here.
    /// </summary>
    public bool IsName(string written)
    {
        if (!NamePattern().IsMatch(written)) return false;
        string first = written.Split('/')[0];
        return new[] { FileFolder, WorkingFolder, ApplicationFolder }.OfType<string>()
            .All(folder => !Path.Exists(Path.GetFullPath(written, folder))
                && (first == written || !Directory.Exists(Path.GetFullPath(first, folder))));
    }

    [GeneratedRegex(@"^[A-Za-z0-9][\w.\-]*(/[A-Za-z0-9][\w.\-]*)?(@[\w.+/\-]+)?$")]
    private static partial Regex NamePattern();
}
