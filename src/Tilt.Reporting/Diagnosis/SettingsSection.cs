using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>What was compared, and the rules of the verdict.</summary>
internal static class SettingsSection
{
    private static readonly string[] Rules =
    [
        "unchanged: the interval of J lies below " + Text(DiagnosisVerdict.UnchangedBelow) + " nats a response",
        "not identified: log p does not vary within prompts, or goes together with r exactly",
        "neither: the interval of the fit (the smaller R²) lies below " + Text(DiagnosisVerdict.SmallestFit)
            + ", or that of α below 0; undecided where an interval holds the threshold",
        "sharpened, flattened: α is above or below 1, and at least " + Text(DiagnosisVerdict.SmallestShare)
            + " of the variance is unique to likelihood",
        "learned, moved against the reward: 1/β is above or below 0, and at least " + Text(DiagnosisVerdict.SmallestShare)
            + " of the variance is unique to reward",
        "mostly: at least " + Text(DiagnosisVerdict.MostlyRatio) + " times the other's unique share",
    ];

    internal static void Write(MarkupWriter page, DiagnosisReport report)
    {
        DiagnosisSettings settings = report.Settings;
        page.OpenSection("settings", "What was compared");
        page.Open("dl", ("class", "settings"))
            .Definition("Base model", settings.Base)
            .Definition("Tuned model", settings.Adapter is { } adapter ? $"base with the adapter {adapter}" : settings.Tuned)
            .Definition("Prompts", $"{settings.PromptSource}, {report.Prompts}")
            .Definition("Chat template", settings.ChatTemplate)
            .Definition("Draws", $"{settings.Samples} from each model, temperature 1")
            .Definition("Response limit", NumberText.Counted(settings.MaxNewTokens, "token"))
            .Definition("Reward", settings.Reward ?? "none: no gold answers")
            .Definition("Seed", settings.Seed.ToString(CultureInfo.InvariantCulture))
            .Definition("Engine", settings.Engine)
            .Definition("Weights of the base, SHA-256", settings.BaseWeights[..Math.Min(16, settings.BaseWeights.Length)])
            .Definition("Weights of the tuned model, SHA-256", settings.TunedWeights[..Math.Min(16, settings.TunedWeights.Length)])
            .Definition("Tilt", settings.TiltVersion)
            .Close().Line();
        page.Element("h3", "Rules of the verdict").Open("ul", ("class", "notes"));
        foreach (string rule in Rules) page.Element("li", rule);
        page.Close().Line().Close();
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
