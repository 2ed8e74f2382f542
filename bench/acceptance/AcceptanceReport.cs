using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tilt.Acceptance;

/// <summary>Writes what a long check found, as JSON and as Markdown, with the day and the commit.</summary>
internal static class AcceptanceReport
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes <c>NAME.json</c> and <c>NAME.md</c>.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="results">What it found.</param>
    /// <param name="markdown">The summary, from a stamp with day and commit.</param>
    public static void Write(string folder, string name, object results, Func<string, string> markdown)
    {
        string date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), commit = Commit();
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".json"),
            JsonSerializer.Serialize(new { Date = date, Commit = commit, Results = results }, Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, name + ".md"), markdown($"{date}, commit {commit}").Trim() + "\n");
    }

    /// <summary>The commit of the repository, or, where a copy without one is run, the commit that it was built from.</summary>
    private static string Commit()
    {
        try
        {
            using Process git = Process.Start(
                new ProcessStartInfo("git", "rev-parse --short HEAD")
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true
                })!;
            string commit = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            if (git.ExitCode == 0) return commit;
        }
        catch (Win32Exception)
        {
            // No git on this machine.
        }
        string? version =
            typeof(AcceptanceReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return version?.Split('+') is [_, { Length: >= 7 } hash]
            ? hash[..7]
            : throw new InvalidOperationException("No commit can be named: run this in the repository.");
    }
}
