using Tilt.Exact.Theory;
using Tilt.Objectives;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>What dividing the log-likelihood by the length does to the optimum.</summary>
internal static class NormalizationSection
{
    private static readonly string[] Dashes = ["", "6 3", "2 3"];
    private static readonly MethodFamily[] Families = [MethodFamily.Tempered, MethodFamily.Inference, MethodFamily.Tilted];

    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("normalization", "What does a length normalisation do?",
            "Tempered sampling strives for π* ∝ p·exp((α − 1)·N), sharpening for the response of highest N. With N = ℓ, the "
            + "log-likelihood, the first is p^α; "
            + $"with N = ℓ/T (mean) or ℓ/T^{Number(Objective.Sharpening().NormalizationExponent)} (weighted-mean), T being the length, it "
            + $"is in general another distribution, and the response of highest N may be another.");
        Curve[] curves =
        [
            .. results.Normalizations.Select((series, i) =>
                new Curve(series.Name, Palette.Of(Families[i]), series.Tempered) { Dash = Dashes[i] is "" ? null : Dashes[i] }),
        ];
        ChartAxis axis = TheoryChart.Exponent(results);
        TheoryChart.Panels(page,
            [.. ((Quantity[])[Quantity.Accuracy, Quantity.Length, Quantity.Entropy])
                .Select(quantity => TheoryChart.Of("normalization", quantity, axis, "α", curves, 1))]);
        TheoryChart.Note(page, "Dot: the base model. " + ProblemSection.LengthNote(results.Configuration));
        page.Element("h3", "The response that sharpening ends in").Line();
        page.Open("div", ("class", "scroll")).Open("table").Open("thead").Open("tr");
        foreach (string header in (string[])["N", "Response", "Length, tokens", "Probability", "Right"])
            page.Element("th", header, ("scope", "col"), ("class", header == "Response" ? "text" : null));
        page.Close().Close().Open("tbody");
        foreach (NormalizationSeries series in results.Normalizations)
            page.Open("tr").Element("th", series.Name, ("scope", "row")).Open("td", ("class", "text")).Element("code", series.Sharpest.Text)
                .Close().Element("td", Count(series.Sharpest.Length))
                .Element("td", Probability(series.Sharpest.Probability)).Element("td", series.Sharpest.Right ? "yes" : "no").Close();
        page.Close().Close().Close().Line();
        double most = results.Configuration.AlphaMost;
        IEnumerable<string> ends =
            results.Normalizations.Select(series =>
                $"{Share(series.Tempered[^1].Summary.Accuracy)} with {Tokens(series.Tempered[^1].Summary.Length)} under {series.Name}");
        TheoryChart.Finding(page,
            $"At α = {Number(most)} the optimum's accuracy and mean length are {string.Join(", ", ends)}. With the KL term of tempered "
                + $"sampling every N has its optimum, "
                + "at which the reward is the same for all responses; N decides where that optimum lies.");
        page.Close();
    }
}
