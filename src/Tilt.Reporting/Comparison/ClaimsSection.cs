using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>Verdicts on the claims, each with its statistic and rule.</summary>
internal static class ClaimsSection
{
    private static readonly string[] Verdicts = ["supported", "not supported", "undecided"];

    /// <summary>Writes the section; nothing when no claim was judged.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        if (results.Claims.Count == 0)
            return;
        page.OpenSection("claims", "Claims", Tally(results.Claims));
        page.Open("ul", ("class", "claims"));
        foreach (ClaimResult claim in results.Claims)
            WriteClaim(page, claim);
        page.Close().Close();
    }

    private static string Tally(IReadOnlyList<ClaimResult> claims)
    {
        IEnumerable<string> counts = Verdicts
            .Select(verdict => (verdict, Count: claims.Count(c => c.Verdict == verdict)))
            .Where(v => v.Count > 0)
            .Select(v => $"{v.Count} {v.verdict}");
        return $"Every claim is judged by a rule fixed beforehand: {string.Join(", ", counts)}.";
    }

    private static void WriteClaim(MarkupWriter page, ClaimResult claim)
    {
        (string symbol, string css) = Badge(claim.Verdict);
        page.Open("li", ("class", css), ("id", $"claim-{claim.Id}"));
        page.Open("p", ("class", "verdict")).Element("span", symbol, ("aria-hidden", "true"), ("class", "symbol")).Text(claim.Verdict)
            .Close();
        page.Open("div").Element("p", claim.Claim, ("class", "claim"));
        page.Element("p", claim.Explanation);
        page.Open("p", ("class", "rule")).Text("Rule: " + claim.Rule.TrimEnd() + " Statistic: ")
            .Element("b", Statistic(claim.Statistic)).Text(claim.Statistic is null ? " (a method it needs was not run)." : ".").Text(" ")
            .Element("code", claim.Id).Close();
        page.Close().Close().Line();
    }

    private static string Statistic(double? statistic) => statistic is { } s && double.IsFinite(s)
        ? s.ToString("G4", CultureInfo.InvariantCulture)
        : "undefined";

    private static (string Symbol, string Css) Badge(string verdict) => verdict switch
    {
        "supported" => ("✓", "good"),
        "not supported" => ("✗", "bad"),
        _ => ("○", "open"),
    };
}
