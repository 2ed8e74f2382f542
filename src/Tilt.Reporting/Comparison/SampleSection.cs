using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>Responses of the methods to the same problems, side by side.</summary>
internal static class SampleSection
{
    /// <summary>Writes the section; nothing without samples.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        SampleProblem[] samples = [.. results.Samples.Where(s => s.Responses.Count > 0)];
        if (samples.Length == 0)
            return;
        HashSet<string> first = [.. new Highlights(results).All.Select(m => m.Name)];
        page.OpenSection("samples", "Sample responses",
            "One response of each method to the same test problems, with the verifier's verdict: ✓ correct, ✗ incorrect, ? no readable "
            + "answer.");
        for (int i = 0; i < samples.Length; i++)
            WriteProblem(page, samples[i], first, expanded: i == 0);
        page.Close();
    }

    private static void WriteProblem(MarkupWriter page, SampleProblem problem, HashSet<string> first, bool expanded)
    {
        page.Open("details", ("class", "problem"), ("open", expanded ? "open" : null)).Open("summary")
            .Element("span", problem.Text.Trim(), ("class", "problem-text")).Text(" ")
            .Open("span", ("class", "problem-meta"));
        if (problem.Level is { } level)
            page.Text(string.Create(CultureInfo.InvariantCulture, $"level {level} · "));
        page.Text("answer ").Element("b", problem.Answer).Text(" · ").Element("code", problem.Id).Close().Close().Line();
        SampleResponse[] shown = [.. problem.Responses.Where(r => first.Contains(r.Method))];
        SampleResponse[] others = [.. problem.Responses.Where(r => !first.Contains(r.Method))];
        WriteResponses(page, shown);
        if (others.Length > 0)
        {
            page.Open("details", ("class", "others"), ("open", shown.Length == 0 ? "open" : null))
                .Element("summary", $"{NumberText.Counted(others.Length, "other method")}").Line();
            WriteResponses(page, others);
            page.Close();
        }
        page.Close().Line();
    }

    private static void WriteResponses(MarkupWriter page, SampleResponse[] responses)
    {
        if (responses.Length == 0)
            return;
        page.Open("div", ("class", "responses"));
        foreach (SampleResponse response in responses)
            page.Response(response.Method, response.Text, response.Answer, response.Verdict, response.Length);
        page.Close().Line();
    }
}
