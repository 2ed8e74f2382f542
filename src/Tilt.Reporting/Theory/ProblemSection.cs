using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.Settings;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>What the problem is, how its table is made, and what the base model does.</summary>
internal static class ProblemSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        TheoryConfiguration problem = results.Configuration;
        page.OpenSection("problem", "What is the problem?", Responses(problem) + " " + Table(problem));
        TheoryChart.Finding(page,
            $"There are {Count(results.Responses)} responses, {Count(results.RightResponses)} of them right. The base model is right in "
                + $"{Share(results.Base.Accuracy)} of its responses, which have {Tokens(results.Base.Length)} on average; their entropy "
            + $"is {Nats(results.Base.Entropy)}.");
        page.Figure(Masses(results).Render, LengthNote(problem), "medium");
        WriteTop(page, results);
        page.Close();
    }

    private static string Responses(TheoryConfiguration problem)
    {
        string wordings = problem.Vocabulary == 3
            ? "in its one wording (a)"
            : $"in one of {problem.Vocabulary - 2} wordings (a to {(char)('a' + problem.Vocabulary - 3)})";
        string ends = problem.FixedLength
            ? $"A response has exactly {problem.Horizon} tokens: steps, each written {wordings} or as a slip (x), and end tokens (■), "
                + $"after which a new text begins; what counts stands before the first end."
            : $"A response has at most {problem.Horizon} tokens: steps, each written {wordings} or as a slip (x), and at last the end "
                + $"token (■).";
        return $"{ends} It is right when at least {NumberText.Counted(problem.Steps, "step")} without a slip stand before the end.";
    }

    private static string Table(TheoryConfiguration problem) => problem.Table == TheoryTable.Random
        ? $"The base model is a table: in every context the probabilities of the next token are drawn from a Dirichlet distribution of "
            + $"concentration {Number(problem.Concentration)} over all {problem.Vocabulary} tokens, seed {problem.Seed}."
        : $"The base model is a table made for this page, with the shares chosen: it ends at once with "
            + $"probability {Share(problem.GiveUp)}, at a later token before the steps are done with {Share(problem.Abandon)}, "
            + $"and after them with {Share(problem.Finish)}; a step is a slip with probability {Share(problem.Slip)}. How a right step is "
            + $"worded is drawn in every context from a Dirichlet distribution of concentration {Number(problem.Concentration)}, "
            + $"seed {problem.Seed}.";

    internal static string LengthNote(TheoryConfiguration problem) => problem.FixedLength
        ? "Lengths count the tokens up to the first end, it included: what is left when the response is evaluated."
        : "Lengths count the end token.";

    private static LineChart Masses(TheoryResults results)
    {
        double most = results.ByLength.Max(row => Math.Max(row.Right, row.Wrong)) * 100;
        return new LineChart("mass", "Probability by length", "Probability of right and of wrong responses of the base model by length.",
            new ChartAxis("Length, tokens",
                LinearScale.Fixed(results.ByLength[0].Length, Math.Max(results.ByLength[^1].Length, results.ByLength[0].Length + 1),
                    Math.Max(1, NiceTicks.Step(results.Configuration.Horizon, 16)))),
            new ChartAxis("Probability, %", LinearScale.FromZero([most], 5)),
            [
                new LineSeries("right responses", [.. results.ByLength.Select(row => new ChartPoint(row.Length, row.Right * 100))],
                    "var(--task)") { Label = "right" },
                new LineSeries("wrong responses", [.. results.ByLength.Select(row => new ChartPoint(row.Length, row.Wrong * 100))],
                    "var(--sharpening)") { Label = "wrong" },
            ])
        {
            Heading = "The base model's responses by length",
            Width = 720,
            Height = 270,
            Tooltip = point => $"{NumberText.Compact(point.X)} tokens: {NumberText.Fixed(point.Y, 2)} %",
        };
    }

    private static void WriteTop(MarkupWriter page, TheoryResults results)
    {
        page.Element("h3", "The most likely responses").Line();
        page.Open("div", ("class", "scroll")).Open("table").Open("thead").Open("tr");
        foreach (string header in (string[])["Response", "Length, tokens", "Probability", "Right"])
            page.Element("th", header, ("scope", "col"));
        page.Close().Close().Open("tbody");
        foreach (ResponseRow row in results.Top)
            page.Open("tr").Open("th", ("scope", "row")).Element("code", row.Text).Close().Element("td", Count(row.Length))
                .Element("td", Probability(row.Probability)).Element("td", row.Right ? "yes" : "no").Close();
        page.Close().Close().Close().Line();
    }
}
