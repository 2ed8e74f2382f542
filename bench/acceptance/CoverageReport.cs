using System.Globalization;
using System.Text;

namespace Tilt.Acceptance;

/// <summary>Writes the simulation's results as JSON and Markdown.</summary>
internal static class CoverageReport
{
    public static void Write(CoverageRow[] rows, int repetitions, string folder)
    {
        AcceptanceReport.Write(folder, "coverage", new { Repetitions = repetitions, CoverageSimulation.Problems, Rows = rows },
            stamp => Markdown(rows, repetitions, stamp));
    }

    private static string Markdown(CoverageRow[] rows, int repetitions, string stamp)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Coverage of the 95 % intervals

            {stamp}. {repetitions} repetitions of {CoverageSimulation.Problems} problems, drawn anew each time with beta-distributed
            accuracies; the truth is the population mean. "Below" and "above": the whole interval lies there. The standard error of a
            coverage of 95 % is {100 * Math.Sqrt(0.95 * 0.05 / repetitions):0.0} points. Made by
            `dotnet run -c Release --project bench/acceptance -- coverage`.

            | interval | problems | truth | coverage | below | above | mean width |
            |---|---|---|---|---|---|---|

            """);
        foreach (CoverageRow row in rows)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Interval} | {row.Scenario} | {row.Truth:0.0000} | {100 * row.Coverage:0.0} % | {100 * row.Below:0.0} % "
                + $"| {100 * row.Above:0.0} % | {row.MeanWidth:0.0000} |");
        return text.ToString();
    }
}
