using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>pass@k of both models, and the problems that only one of them solves.</summary>
internal static class ReachSection
{
    internal static void Write(MarkupWriter page, ReachComparison? reach)
    {
        if (reach is null) return;
        page.OpenSection("reach", "Reach",
            "pass@k: the share of problems with a right answer among k draws (unbiased estimate); whiskers are 95 % intervals over "
            + "problems.");
        ChartAxis attempts =
            new("Draws, k", new LogScale(reach.PassAtK.Select(pair => (double)pair.K), k => k.ToString("0", CultureInfo.InvariantCulture)));
        ChartAxis share = new("pass@k, %", LinearScale.Fixed(0, 100, 20));
        page.Figure(new LineChart("reach-chart", "pass@k of base and tuned model", "pass@k by k of both models.", attempts, share,
            [Line("base", "var(--base)", pair => pair.Base, reach),
                Line("tuned", Palette.Of(MethodFamily.Tilted), pair => pair.Tuned, reach) with { Emphasis = true }])
        {
            Width = 620,
            Height = 320,
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"k = {p.X:0}: {NumberText.Fixed(p.Y, 1)} %"),
        }.Render, null, "medium");
        page.Open("dl", ("class", "settings"))
            .Definition($"Never solved by the base in {reach.Draws} draws", Count(reach.NeverSolvedByBase))
            .Definition("Each of them solved at most", $"{NumberText.Percent(reach.NeverSolvedBound)} % of the time (95 %)")
            .Definition("Of these, solved by the tuned model", Count(reach.ThenSolvedByTuned))
            .Definition("Of these, newly solved", Count(reach.NewlySolved))
            .Definition("Tuned model's accuracy on them",
                NumberText.Percent(reach.TunedAccuracyOnThem) + (reach.TunedAccuracyOnThem is null ? "" : " %"))
            .Definition("No longer solved by the tuned model", Count(reach.LostByTuned))
            .Close().Line();
        page.Element("p", "Newly solved: the tuned model's lower bound lies above the base's upper bound, each one-sided with 95 % "
            + "confidence.", ("class", "notes")).Line();
        page.Close();
    }

    private static LineSeries Line(string name, string color, Func<PassAtKPair, TiltEstimate> estimate, ReachComparison reach) =>
        new(name, [.. reach.PassAtK.Select(pair => Point(pair.K, estimate(pair)))], color) { Label = name };

    private static ChartPoint Point(int k, TiltEstimate estimate) =>
        new(k, 100 * estimate.Value, 100 * estimate.Interval?[0], 100 * estimate.Interval?[1]);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
