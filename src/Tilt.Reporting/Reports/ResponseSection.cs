using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>First responses to the same problems, side by side.</summary>
internal static class ResponseSection
{
    /// <summary>Writes the section; nothing without responses.</summary>
    internal static void Write(MarkupWriter page, GroupView view)
    {
        IReadOnlyList<ReportProblem> samples = view.Group.Samples;
        if (samples.Count == 0) return;
        page.OpenSection($"{view.Id}-responses", $"Responses: {view.Problems}",
            "The first response of each model to problems that are spread evenly over the list, with the verdict: ✓ correct, ✗ incorrect, "
            + "? not readable. Of settings that were trained with several seeds the first is shown.");
        for (int i = 0; i < samples.Count; i++) Write(page, samples[i], expanded: i == 0);
        page.Close();
    }

    private static void Write(MarkupWriter page, ReportProblem problem, bool expanded)
    {
        page.Open("details", ("class", "problem"), ("open", expanded ? "open" : null)).Open("summary")
            .Element("span", problem.Text?.Trim() ?? problem.Id, ("class", "problem-text")).Text(" ")
            .Open("span", ("class", "problem-meta"));
        if (problem.Answer is { } answer) page.Text("answer ").Element("b", answer).Text(" · ");
        page.Element("code", problem.Id).Close().Close().Line();
        page.Open("div", ("class", "responses"));
        foreach (ReportResponse r in problem.Responses) page.Response(r.Method, r.Text, r.Answer, r.Verdict, r.Tokens);
        page.Close().Line().Close().Line();
    }
}
