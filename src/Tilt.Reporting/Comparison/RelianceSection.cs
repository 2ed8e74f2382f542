using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>Accuracy against 1/β, the reliance on the task reward, at a fixed exponent α.</summary>
internal static class RelianceSection
{
    private const int FewestPoints = 3;

    /// <summary>Writes the section; nothing when no exponent was run at three or more values of 1/β.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        MethodResult[] limit = [.. results.Methods.Where(m => m.FamilyOf() == MethodFamily.TaskReward && !m.Objective!.FixedLength)];
        IGrouping<double, MethodResult>[] sweeps =
        [
            .. results.Methods.Where(m => m.Objective is { Kl: > 0, Normalization: "sum", FixedLength: false })
                .GroupBy(m => Math.Round(m.Objective!.Alpha()!.Value, 9))
                .Where(g => g.Select(m => m.Objective!.InverseBeta()).Distinct().Count() >= FewestPoints)
                .OrderBy(g => g.Count()),
        ];
        if (sweeps.Length == 0)
            return;
        page.OpenSection("reliance", "Reliance on the task reward",
            "The target p^α·exp(r/β) moves from the tempered base model (1/β = 0) to the task reward alone (1/β = ∞) at a fixed "
            + "exponent α.");
        page.Figure(Chart(results, sweeps, limit.FirstOrDefault()).Render,
            "Test accuracy at the last checkpoint. Whiskers: 95 % intervals over problems; rings: single seeds. The axis is logarithmic "
            + "between its breaks.", "medium");
        page.Close();
    }

    private static LineChart Chart(ComparisonResults results, IGrouping<double, MethodResult>[] sweeps, MethodResult? limit)
    {
        LineSeries[] series = [.. sweeps.Select((sweep, i) => Series(sweep, limit, i, sweeps.Length))];
        ChartAxis reliance =
            new("Reliance on the task reward, 1/β", new LogScale(series.SelectMany(s => s.Points).Select(p => p.X), Format));
        ChartAxis accuracy = new("Test accuracy, %", LinearScale.FromZero(
            series.SelectMany(s => s.Points.SelectMany(p => new[] { p.Y, p.High ?? p.Y })
                .Concat(s.Seeds.SelectMany(c => c).Select(p => p.Y))), 5));
        MethodResult? start = results.Methods.FirstOrDefault(m => m.Kind == MethodKind.Base);
        return new LineChart("reliance-chart", "Accuracy against reliance on the task reward",
            "Test accuracy of policies trained towards p^α·exp(r/β), by 1/β.", reliance, accuracy, series)
        {
            Width = 720,
            Height = 330,
            References = start is null ? [] : [new ReferenceLine(start.Test.Accuracy * 100, "base model", "var(--base)")],
            Tooltip = p => $"1/β = {Format(p.X)}: {NumberText.Fixed(p.Y, 1)} %",
        };
    }

    private static LineSeries Series(IGrouping<double, MethodResult> sweep, MethodResult? limit, int index, int count)
    {
        (double X, MethodResult Method)[] points =
        [
            .. sweep.Select(m => (m.Objective!.InverseBeta(), m)).OrderBy(p => p.Item1),
            .. limit is null ? [] : new[] { (double.PositiveInfinity, limit) },
        ];
        string alpha = NumberText.Compact(sweep.Key);
        return new LineSeries($"α = {alpha}", [.. points.Select(p => Point(p.X, p.Method.Test))],
            Palette.Of(MethodFamily.Tilted, index, count))
        {
            Label = $"α = {alpha}",
            Emphasis = index == count - 1,
            SeedsAsDots = true,
            Seeds = [.. points.Where(p => p.Method.Test.PerSeed.Length > 1)
                .Select(p => p.Method.Test.PerSeed.Select(a => new ChartPoint(p.X, a * 100)).ToArray())],
        };
    }

    private static ChartPoint Point(double x, TestResult test) => new(x, test.Accuracy * 100, test.Ci[0] * 100, test.Ci[1] * 100);

    private static string Format(double inverseBeta) => inverseBeta switch
    {
        0 => "0 (tempered)",
        double.PositiveInfinity => "∞ (task reward)",
        _ => inverseBeta.ToString("#,0.###", CultureInfo.InvariantCulture),
    };
}
