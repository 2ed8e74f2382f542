using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tilt.Acceptance;

/// <summary>Date, commit and files of a long check.</summary>
internal static class AcceptanceRun
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Date() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Commit()
    {
        using Process git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("git could not be started to name the commit.");
        string commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? commit : throw new InvalidOperationException("git could not name the commit: run this in the repository.");
    }

    /// <summary>Writes NAME.json (with date and commit) and NAME.md into <paramref name="folder"/>.</summary>
    public static void Write(string folder, string name, object figures, string summary)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".json"), JsonSerializer.Serialize(new { Date = Date(), Commit = Commit(), Figures = figures }, Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, name + ".md"), summary);
        Console.WriteLine(summary);
    }
}
