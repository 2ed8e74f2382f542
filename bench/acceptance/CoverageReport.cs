using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tilt.Acceptance;

/// <summary>Writes the simulation's results as JSON and Markdown.</summary>
internal static class CoverageReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static void Write(CoverageRow[] rows, int repetitions, string folder)
    {
        string date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), commit = Commit();
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "coverage.json"), JsonSerializer.Serialize(
            new { Date = date, Commit = commit, Repetitions = repetitions, CoverageSimulation.Problems, Rows = rows }, Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, "coverage.md"), Markdown(rows, repetitions, date, commit));
    }

    private static string Markdown(CoverageRow[] rows, int repetitions, string date, string commit)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Coverage of the 95 % intervals

            {date}, commit {commit}. {repetitions} repetitions of {CoverageSimulation.Problems} problems, drawn anew each time with beta-distributed
            accuracies; the truth is the population mean. "Below" and "above": the whole interval lies there. The standard error of a
            coverage of 95 % is {100 * Math.Sqrt(0.95 * 0.05 / repetitions):0.0} points. Made by
            `dotnet run -c Release --project bench/acceptance -- coverage`.

            | interval | problems | truth | coverage | below | above | mean width |
            |---|---|---|---|---|---|---|

            """);
        foreach (CoverageRow row in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Interval} | {row.Scenario} | {row.Truth:0.0000} | {100 * row.Coverage:0.0} % | {100 * row.Below:0.0} % | {100 * row.Above:0.0} % | {row.MeanWidth:0.0000} |");
        return text.ToString();
    }

    private static string Commit()
    {
        using Process git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("git could not be started to name the commit.");
        string commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? commit : throw new InvalidOperationException("git could not name the commit: run this in the repository.");
    }
}
