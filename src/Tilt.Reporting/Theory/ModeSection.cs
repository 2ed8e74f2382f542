using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>Where the mode lies: the best single response of each length against the mass of that length.</summary>
internal static class ModeSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("mode", "Where is the mode, and how long is it?",
            "The log-probability of a response is a sum with one term per token, none of them positive: every token costs, unless it is "
            + "certain. The probability of a length is that of all its responses together. "
            + "So the likeliest length need not hold the likeliest response.");
        page.Figure(Chart(results).Render, ProblemSection.LengthNote(results.Configuration), "medium");
        ResponseRow mode = results.Top[0];
        LengthRow[] rows = [.. results.ByLength];
        LengthRow heaviest = rows.MaxBy(row => row.Right + row.Wrong)!;
        OptimumRow sharpening = Optimum(results, "sharpening");
        string only = sharpening.OptimalResponses == 1 ? "The mode" : $"One of {Count(sharpening.OptimalResponses)} modes";
        TheoryChart.Finding(page,
            $"{only}, {mode.Text}, has {NumberText.Counted(mode.Length, "token")}, probability {Probability(mode.Probability)}, and "
                + $"is {Judged(mode)}. "
                + $"The likeliest length is {NumberText.Counted(heaviest.Length, "token")}: {Share(heaviest.Right + heaviest.Wrong)} of "
                + $"the probability, spread "
                + $"over {(heaviest.Responses == 1 ? "a single response" : $"{Count(heaviest.Responses)} responses")}, "
                + $"the best of which has {Probability(Math.Exp(heaviest.BestLogProbability))}.");
        if (results.BestRight is { } right && right != mode)
            TheoryChart.Finding(page,
                $"The most likely right response, {right.Text}, has {NumberText.Counted(right.Length, "token")} and "
                    + $"probability {Probability(right.Probability)}; "
                    + $"the {Count(results.RightResponses)} right responses have {Share(results.Base.Accuracy)} together. Sharpening "
                    + $"compares "
                + $"single responses, not crowds: with α → ∞ all mass goes to the mode.");
        else
            TheoryChart.Finding(page,
                "Sharpening compares single responses, not crowds: with α → ∞ all mass goes to the mode, which here is right.");
        page.Close();
    }

    private static LineChart Chart(TheoryResults results) => new(
        "mode-by-length", "Log-probability by length",
        "Log-probability of the most likely response of each length, and of all responses of that length together.",
        new ChartAxis("Length, tokens",
            LinearScale.Fixed(results.ByLength[0].Length, Math.Max(results.ByLength[^1].Length, results.ByLength[0].Length + 1),
                Math.Max(1, NiceTicks.Step(results.Configuration.Horizon, 16)))),
        new ChartAxis("Log-probability, nats", LinearScale.FromZero(results.ByLength.Select(row => row.BestLogProbability), 6)),
        [
            new LineSeries("all responses of the length",
                [.. results.ByLength.Select(row => new ChartPoint(row.Length, Math.Log(row.Right + row.Wrong)))], "var(--base)")
                {
                    Label = "all together"
                },
            new LineSeries("the best response of the length",
                [.. results.ByLength.Select(row => new ChartPoint(row.Length, row.BestLogProbability))], "var(--sharpening)")
                {
                    Label = "the best one"
                },
        ])
    {
        Heading = "One response against all of its length",
        Width = 720,
        Height = 290,
        Tooltip = point => $"{NumberText.Compact(point.X)} tokens: {NumberText.Fixed(point.Y, 2)} nats",
    };
}
