using System.Globalization;
using System.Text;
using Tilt.Reporting.Diagnosis;
using Tilt.TiltFit;

namespace Tilt.Acceptance;

/// <summary>One line for each diagnosis below a folder.</summary>
internal static class DiagnosisOverview
{
    public static string Markdown(string folder)
    {
        StringBuilder text = new("""
            | run | α | 1/β | α on p, on π | 1/β on p, on π | R² of log π | R² of log-ratio | likelihood, reward, shared % | length adds % | J | length | pass@1 % | pass@n % | verdict |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|

            """);
        foreach (string file in Directory.EnumerateFiles(folder, "diagnosis.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            DiagnosisReport report = DiagnosisFile.Read(file);
            TiltEstimation tilt = report.Tilt;
            string[] cells =
            [
                Path.GetFileName(Path.GetDirectoryName(file)!),
                WithInterval(tilt.Mixture.Alpha),
                WithInterval(tilt.Mixture.BetaInverse),
                $"{Number(tilt.Base.Alpha)}, {Number(tilt.Tuned.Alpha)}",
                $"{Number(tilt.Base.BetaInverse)}, {Number(tilt.Tuned.BetaInverse)}",
                Fixed(tilt.Mixture.LogProbabilityRSquared, 2),
                Fixed(tilt.Mixture.LogRatioRSquared, 2),
                $"{Percent(tilt.Variance?.Likelihood)}, {Percent(tilt.Variance?.Reward)}, {Percent(tilt.Variance?.Shared)}",
                Percent(tilt.Length?.Unique),
                Number(report.Divergences.Sum),
                Fixed(report.Divergences.TunedLength.Value, 1),
                Passes(report.Reach?.PassAtK[0]),
                Passes(report.Reach?.PassAtK[^1]),
                report.Verdict.Name,
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }
        return text.ToString();
    }

    private static string WithInterval(TiltEstimate? estimate) =>
        estimate?.Interval is { } interval
            ? $"{Fixed(estimate.Value, 2)} ({Fixed(interval[0], 2)} to {Fixed(interval[1], 2)})"
            : Number(estimate);

    private static string Number(TiltEstimate? estimate) => estimate is null ? "not identified" : Fixed(estimate.Value, 2);

    private static string Percent(TiltEstimate? share) => Fixed(100 * share?.Value, 0);

    private static string Passes(PassAtKPair? pair) => pair is null ? "" : Fixed(100 * pair.Tuned.Value, 1);

    private static string Fixed(double? value, int decimals) =>
        value is { } number ? number.ToString("F" + decimals, CultureInfo.InvariantCulture).Replace('-', '−') : "";
}
