using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>Sampling at a temperature against the power of the whole law.</summary>
internal static class TemperatureSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("temperature", "Is a low temperature the same as p^α?",
            "Sampling at temperature 1/α raises the probabilities of each token to the power of α and renormalises them token by token. "
            + "p^α has one normaliser, for the whole response: "
            + "it weighs a token by the probabilities, to the power of α too, of all the ways of going on, which a temperature does not "
            + "see.");
        IReadOnlyList<TemperatureRow> rows = results.Temperatures;
        Curve[] curves =
        [
            new("p^α", Palette.Of(MethodFamily.Tempered), [.. rows.Select(row => new SweepPoint(row.Alpha, row.Power))]),
            new("temperature 1/α", Palette.Of(MethodFamily.Inference),
                [.. rows.Select(row => new SweepPoint(row.Alpha, row.TokenByToken))]) { Dash = "5 3" },
        ];
        ChartAxis axis = TheoryChart.Exponent(results);
        TheoryChart.Panels(page,
        [
            TheoryChart.Of("temperature", Quantity.Accuracy, axis, "α", curves, 1),
            TheoryChart.Of("temperature", Quantity.Length, axis, "α", curves, 1), Distance(results, axis),
        ]);
        TheoryChart.Note(page, "Dot: the base model. Total variation: the largest difference between the probabilities that the two give "
            + "to any set of responses. " + ProblemSection.LengthNote(results.Configuration));
        TemperatureRow last = rows[^1], farthest = rows.MaxBy(row => row.TotalVariation)!;
        TheoryChart.Finding(page,
            $"At α = {Number(last.Alpha)}, p^α is right in {Share(last.Power.Accuracy)} of its responses, of {Tokens(last.Power.Length)}; "
                + $"sampling at temperature {Number(1 / last.Alpha)} in {Share(last.TokenByToken.Accuracy)}, "
                + $"of {Tokens(last.TokenByToken.Length)}. The two laws are farthest "
                + $"apart, {NumberText.Fixed(farthest.TotalVariation, 2)} in "
            + $"total variation, at α = {Number(farthest.Alpha)}, and are the same at α = 1.");
        page.Close();
    }

    private static LineChart Distance(TheoryResults results, ChartAxis axis) => new(
        "temperature-distance", "Distance of the two", "Total variation between p^α and sampling at temperature 1/α.", axis,
        new ChartAxis("Total variation", LinearScale.Fixed(0, 1, 0.2)),
        [new LineSeries("total variation", [.. results.Temperatures.Select(row => new ChartPoint(row.Alpha, row.TotalVariation))],
            "var(--base)") { Label = "distance", Curve = true }])
    {
        Heading = "Distance of the two laws",
        Tooltip = point => $"α = {Number(point.X)}: {NumberText.Fixed(point.Y, 3)}",
    };
}
