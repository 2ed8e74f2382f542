using Tilt.Exact.Theory;
using Tilt.Files;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.RunFolders;

namespace Tilt.Reporting.Theory;

/// <summary>
/// The page of <c>tilt theory</c>: one question a section, answered exactly for one small problem. It holds everything it shows
/// and reads nothing from the network; its markup is also well-formed XML.
/// </summary>
public static class TheoryPage
{
    /// <summary>Writes the page; it is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(TheoryResults results, string path)
    {
        AtomicFile.WriteText(path, ToHtml(results));
    }

    /// <summary>The page.</summary>
    public static string ToHtml(TheoryResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        MarkupWriter page = new();
        page.Open("html", ("lang", "en"));
        page.Head("Sharpening and task reward on a small problem, exactly", RunManifest.Version());
        page.Open("body").Line();
        page.Open("header")
            .Element("p", "Exact theory · a small problem, enumerated", ("class", "kicker")).Line()
            .Element("h1", TheoryText.Headline(results)).Line();
        page.Element("p", "A base model p, a task reward r, an exponent α and a temperature β make one target, π* ∝ p^α·exp(r/β). "
            + "On a problem this small every response can be listed, so every number below is a sum over all of them: nothing is sampled.",
            ("class", "meta"));
        page.Close().Line();
        page.Open("main");
        ProblemSection.Write(page, results);
        ModeSection.Write(page, results);
        OptimaSection.Write(page, results);
        ExponentSection.Write(page, results);
        RewardSection.Write(page, results);
        TemperatureSection.Write(page, results);
        NormalizationSection.Write(page, results);
        StoppingSection.Write(page, results);
        LengthModeSection.Write(page, results);
        MethodSection.Write(page, results);
        page.Close().Close().Close();
        return "<!DOCTYPE html>\n" + page + "\n";
    }
}
