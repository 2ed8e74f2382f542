using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>What was run, on what, at what cost, and how to run it again.</summary>
internal static class RunSection
{
    /// <summary>Writes the section.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        page.OpenSection("run", "What was run");
        WriteSettings(page, results);
        if (results.Settings.Command is { } command)
            page.Element("h3", "Run it again").Element("pre", command, ("class", "command")).Line();
        WriteCosts(page, results);
        page.Close();
    }

    private static void WriteSettings(MarkupWriter page, ComparisonResults results)
    {
        ComparisonSettings settings = results.Settings;
        page.Open("dl", ("class", "settings"))
            .Definition("Base model", results.Base)
            .Definition("Tilt", settings.TiltVersion + (settings.Quick ? ", quick run" : ""))
            .Definition("Machine", settings.Machine)
            .Definition("First seed", Number(settings.Seed))
            .Definition("Test problems", $"{settings.TestProblems}, {NumberText.Counted(settings.SamplesPerProblem, "output")} each")
            .Definition("Selection problems", Number(settings.SelectionProblems))
            .Definition("Training",
                $"{NumberText.Counted(settings.Steps, "step")} of {settings.PromptsPerStep} prompts × {settings.Generations} responses")
            .Definition("Response limit", NumberText.Counted(settings.MaxNewTokens, "token"))
            .Definition("Learning rate", settings.LearningRate.ToString("R", CultureInfo.InvariantCulture))
            .Definition("Precision of the loss", settings.Precision)
            .Definition("Time", NumberText.Duration(results.Seconds))
            .Definition("Tokens generated", NumberText.Count(results.Methods.Sum(m => m.TokensGenerated)))
            .Close().Line();
    }

    private static void WriteCosts(MarkupWriter page, ComparisonResults results)
    {
        page.Element("h3", "Methods and their cost").Line();
        page.Open("div", ("class", "scroll")).Open("table", ("class", "sortable")).Open("thead").Open("tr");
        foreach (string header in (string[])["Method", "Reward w_r", "Likelihood w_ℓ", "KL w_kl", "Normalisation", "Seeds",
            "Tokens generated", "Tokens forward", "Time"])
            page.Element("th", header, ("scope", "col"));
        page.Close().Close().Open("tbody").Line();
        foreach (MethodResult method in results.Methods)
            WriteCost(page, method);
        page.Close().Close().Close().Line();
        page.Element("p", "Objective of RL methods: R = w_r·r + w_ℓ·N(ℓ_ref) − w_kl·(ℓ_π − ℓ_ref), with the task reward r, the response's "
            + "log-probability ℓ under "
            + "base model and policy, and the length normalisation N. Tokens forward went through a forward pass of any model. All seeds "
            + "together, training and test.",
            ("class", "notes")).Line();
    }

    private static void WriteCost(MarkupWriter page, MethodResult method)
    {
        ObjectiveWeights? weights = method.Objective;
        page.Open("tr").Element("th", method.Name, ("scope", "row"))
            .Element("td", Weight(weights?.Reward)).Element("td", Weight(weights?.Likelihood)).Element("td", Weight(weights?.Kl))
            .Element("td", weights is null
                ? NumberText.Undefined
                : weights.Normalization.Replace('_', ' ') + (weights.FixedLength ? ", fixed length" : ""))
            .Element("td", string.Join(", ", method.Seeds))
            .Element("td", NumberText.Count(method.TokensGenerated), ("data-sort", Number(method.TokensGenerated)))
            .Element("td", NumberText.Count(method.TokensForward), ("data-sort", Number(method.TokensForward)))
            .Element("td", NumberText.Duration(method.Seconds),
                ("data-sort", double.IsFinite(method.Seconds) ? method.Seconds.ToString("R", CultureInfo.InvariantCulture) : null))
            .Close().Line();
    }

    private static string Weight(double? weight) =>
        weight is { } value && double.IsFinite(value) ? value.ToString("0.######", CultureInfo.InvariantCulture) : NumberText.Undefined;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
