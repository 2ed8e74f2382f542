using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>The optimum of every regime, as a table.</summary>
internal static class OptimaSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("optima", "What does each objective strive for?",
            "The regimes are those of the paper (arXiv 2604.16259). With a KL term an objective has one optimum, a distribution; without "
            + "one, every distribution on its best responses is optimal, "
            + "and which of them training ends in depends on where it starts. For those the table shows the base model restricted to the "
            + "best responses.");
        page.Open("div", ("class", "scroll")).Open("table", ("class", "methods")).Open("thead").Open("tr");
        for (int i = 0; i < Headers.Length; i++) page.Element("th", Headers[i], ("scope", "col"), ("class", i == 1 ? "text" : null));
        page.Close().Close().Open("tbody").Line();
        foreach (OptimumRow row in results.Optima)
        {
            page.Open("tr").Element("th", row.Name, ("scope", "row"));
            string[] cells = Cells(row);
            for (int i = 0; i < cells.Length; i++) page.Element("td", cells[i], ("class", i == 0 ? "text" : null));
            page.Close().Line();
        }
        page.Close().Close().Close().Line();
        TheoryChart.Note(page, "Names read tempered-α and tilted-α-1/β. log Z: the logarithm of the sum that normalises the target, or of "
            + "the probability of the optimal responses. KL: from the optimum to the base model. "
            + ProblemSection.LengthNote(results.Configuration));
        OptimumRow task = Optimum(results, "task-reward");
        TheoryChart.Finding(page,
            $"The task reward is indifferent among the {Count(task.OptimalResponses)} right responses; to reach them the base model need "
                + $"move by {Nats(task.Summary.Kl)} only, "
                + $"the least KL of any distribution that is always right: −log of the base model's accuracy. Sharpening "
            + $"has {(Optimum(results, "sharpening").OptimalResponses is var best && best == 1
                ? "one optimal response"
                : $"{Count(best)} optimal responses")} and moves by {Nats(Optimum(results, "sharpening").Summary.Kl)}.");
        page.Close();
    }

    private static string[] Headers =>
        ["Objective", "Optimum", "log Z, nats", "Optimal responses", "Accuracy, %", "Length, tokens", "Entropy, nats", "KL, nats"];

    private static string[] Cells(OptimumRow row) =>
    [
        row.Target, NumberText.Fixed(row.LogNormalizer, 2), Count(row.OptimalResponses), NumberText.Percent(row.Summary.Accuracy),
        NumberText.Fixed(row.Summary.Length, 2), NumberText.Fixed(row.Summary.Entropy, 2), NumberText.Fixed(row.Summary.Kl, 2),
    ];

    /// <summary>The same rows for a terminal.</summary>
    internal static ResultsTable Table(TheoryResults results) => new(
        [.. Headers.Select((header, i) => new ResultsColumn(header, i > 1))],
        [.. results.Optima.Select(row => (string[])[row.Name, .. Cells(row)])], []);
}
