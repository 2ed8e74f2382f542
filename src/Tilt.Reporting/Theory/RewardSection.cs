using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>Accuracy, length and entropy of p^α·exp(r/β) over 1/β.</summary>
internal static class RewardSection
{
    private const double Wanted = 0.99;

    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("reward", "How hard must the task reward pull?",
            "A reward of 0 or 1 adds exactly 1/β to the log-odds of being right: the target keeps the proportions among right responses, "
            + "and those among wrong ones, and moves mass between the two.");
        Curve[] curves =
        [
            .. results.ByReliance.Select((series, i) =>
                new Curve($"α = {Number(series.Parameter)}", Palette.Of(MethodFamily.Tilted, i, results.ByReliance.Count), series.Points)),
        ];
        ChartAxis axis = new("Strength of the task reward, 1/β",
            new LogScale(results.ByReliance[0].Points.Select(point => point.Parameter)
                .Where(reliance => reliance == 0 || double.IsInteger(Math.Log2(reliance))), Number));
        TheoryChart.Panels(page,
            [.. ((Quantity[])[Quantity.Accuracy, Quantity.Length, Quantity.Entropy])
                .Select(quantity => TheoryChart.Of("reward", quantity, axis, "1/β", curves))]);
        TheoryChart.Note(page, "The axis is logarithmic beyond its break. " + ProblemSection.LengthNote(results.Configuration));
        IEnumerable<string> needed = results.ByReliance.Select(series => (series.Parameter, Accuracy: series.At(0).Summary.Accuracy))
            .Select(start => start.Accuracy >= Wanted
                ? $"none at α = {Number(start.Parameter)}"
                : $"1/β = {NumberText.Fixed(LogOdds(Wanted) - LogOdds(start.Accuracy), 1)} at α = {Number(start.Parameter)}");
        TheoryChart.Finding(page,
            $"To be right in {Share(Wanted)} of responses it takes {string.Join(", ", needed)}: the log-odds of {Share(Wanted)}, less "
            + $"those that p^α has by itself.");
        page.Close();
    }

    private static double LogOdds(double share) => Math.Log(share / (1 - share));
}
