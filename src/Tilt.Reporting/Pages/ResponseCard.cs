using Tilt.Reporting.Charts;
using Tilt.Results;

namespace Tilt.Reporting.Pages;

/// <summary>A response with its verdict, one of several side by side.</summary>
internal static class ResponseCard
{
    /// <summary>Writes a response.</summary>
    /// <param name="page">The page.</param>
    /// <param name="method">Whose response it is.</param>
    /// <param name="text">The response.</param>
    /// <param name="answer">The answer that was read from it, or null.</param>
    /// <param name="verdict">correct, incorrect, or another word where it could not be judged.</param>
    /// <param name="tokens">Its tokens; null where they are not known.</param>
    internal static void Response(this MarkupWriter page, string method, string text, string? answer, string verdict, int? tokens)
    {
        (string symbol, string css) = verdict switch
        {
            "correct" => ("✓", "good"),
            "incorrect" => ("✗", "bad"),
            _ => ("?", "open"),
        };
        page.Open("article", ("class", $"response {css}")).Open("h4")
            .Element("span", symbol, ("class", "symbol"), ("aria-hidden", "true")).Text(method).Close();
        page.Element("pre", text.Length == 0 ? "(empty)" : text);
        page.Open("p", ("class", "response-meta")).Element("span", verdict.Replace('_', ' '), ("class", "verdict-word"))
            .Text(answer is null ? " · no answer" : $" · answer {answer}")
            .Text(tokens is { } count ? $" · {NumberText.Counted(count, "token")}" : "").Close();
        page.Close().Line();
    }
}
