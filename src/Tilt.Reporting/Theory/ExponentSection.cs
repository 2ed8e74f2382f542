using Tilt.Exact;
using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>Accuracy, length and entropy of p^α·exp(r/β) over α.</summary>
internal static class ExponentSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("exponent", "What does the exponent α do?",
            "p^α flattens the base model below α = 1 and sharpens it above. The curves show p^α·exp(r/β) for several strengths of the task "
            + "reward, 1/β; at 1/β = 0 there is none.");
        Curve[] curves =
        [
            .. results.ByAlpha.Select((series, i) => new Curve($"1/β = {Number(series.Parameter)}",
                i == 0 ? Palette.Of(MethodFamily.Tempered) : Palette.Of(MethodFamily.Tilted, i - 1, results.ByAlpha.Count - 1),
                series.Points) { Emphasis = i == 0 }),
        ];
        ChartAxis axis = TheoryChart.Exponent(results);
        TheoryChart.Panels(page,
            [.. ((Quantity[])[Quantity.Accuracy, Quantity.Length, Quantity.Entropy])
                .Select(quantity => TheoryChart.Of("alpha", quantity, axis, "α", curves, 1))]);
        TheoryChart.Note(page, "Dot: the base model. " + ProblemSection.LengthNote(results.Configuration));
        double most = results.Configuration.AlphaMost;
        SweepSeries powers = results.Powers, strongest = results.ByAlpha[^1];
        LawSummary start = powers.At(1).Summary, end = powers.At(most).Summary;
        SweepPoint lowest = powers.Points.MinBy(point => point.Summary.Accuracy)!;
        TheoryChart.Finding(page,
            $"Without a task reward, from α = 1 to α = {Number(most)} accuracy {Movement(start.Accuracy, end.Accuracy, Share)}, mean "
                + $"length {Movement(start.Length, end.Length, Tokens)} "
                + $"and entropy {Movement(start.Entropy, end.Entropy, Nats)}. Of the exponents drawn the best "
            + $"gives {Peak(powers.Points, "α")}, the worst {Share(lowest.Summary.Accuracy)} at α = {Number(lowest.Parameter)}.");
        TheoryChart.Finding(page,
            $"With 1/β = {Number(strongest.Parameter)}, over the same range "
                + $"accuracy {Movement(strongest.At(1).Summary.Accuracy, strongest.At(most).Summary.Accuracy, Share)} "
                + $"and mean length {Movement(strongest.At(1).Summary.Length, strongest.At(most).Summary.Length, Tokens)}.");
        page.Close();
    }
}
