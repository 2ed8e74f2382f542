using Tilt.Configuration;
using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Settings;

namespace Tilt.Reporting.Theory;

/// <summary>How the numbers were made, and the command that makes them again.</summary>
internal static class MethodSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("method", "How were the numbers made?",
            "By sums over all responses in double precision. The flow in the logits is integrated by a Runge–Kutta pair of orders 5 and 4 "
            + "whose steps add an error of at most 10^−7 to a logit; the natural flow is evaluated in closed form. "
            + "Best values are the best of those drawn. docs/theory.md has the formulas.");
        page.Element("pre", Command(results.Configuration), ("class", "command")).Line();
        page.Element("pre", ConfigurationWriter.ToYaml(results.Configuration).TrimEnd('\n'), ("class", "command")).Line();
        page.Close();
    }

    private static string Command(TheoryConfiguration configuration)
    {
        Dictionary<string, string> defaults =
            ConfigurationWriter.Leaves(new TheoryConfiguration())
                .ToDictionary(leaf => leaf.Path, leaf => leaf.Text, StringComparer.Ordinal);
        return string.Join(' ', ["tilt theory",
            .. ConfigurationWriter.Leaves(configuration).Where(leaf => defaults[leaf.Path] != leaf.Text)
                .Select(leaf => $"{leaf.Path}={leaf.Text}")]);
    }
}
