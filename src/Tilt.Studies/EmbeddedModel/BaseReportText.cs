using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Tilt.Tasks.Embedded;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>A <see cref="BaseReport"/> as tables in Markdown, for terminals and model cards.</summary>
public static class BaseReportText
{
    /// <summary>The tables.</summary>
    public static string Markdown(BaseReport report)
    {
        var text = new StringBuilder();
        Line(text, Culture, $"{report.Problems} selection problems, {report.Samples} samples each at temperature 1. Accuracy in %.\n");
        Line(text, Culture,
            $"| method                | L1    | L2    | L3    | L4    | all   | length | careful | hurried | direct | give-up | other |");
        Line(text, Culture,
            $"| --------------------- | ----: | ----: | ----: | ----: | ----: | -----: | ------: | ------: | -----: | ------: | ----: |");
        foreach (var row in report.Methods)
            Line(text, Culture, $"| {row.Name,-21} | {Levels(row.AccuracyByLevel)} | {Percent(row.Accuracy)} | {row.MeanLength,6:0.0} "
                + $"| {row.StyleShares[ResponseStyle.Careful],7:0.00} | {row.StyleShares[ResponseStyle.Hurried],7:0.00} "
                + $"| {row.StyleShares[ResponseStyle.Direct],6:0.00} | {row.StyleShares[ResponseStyle.GiveUp],7:0.00} "
                + $"| {row.StyleShares[ResponseStyle.Other],5:0.000} |");
        Line(text, Culture,
            $"\nWhat drawing whole responses from p^α would give, estimated from the same samples by importance weights p^(α−1); "
                + $"where few samples are effective, the estimate is pulled towards α = 1.\n");
        Line(text, Culture, $"| α     | L1    | L2    | L3    | L4    | all   | length | effective samples (median) |");
        Line(text, Culture, $"| ----: | ----: | ----: | ----: | ----: | ----: | -----: | -------------------------: |");
        foreach (var row in report.Powers)
            Line(text, Culture, $"| {row.Alpha,5:0.00} | {Levels(row.AccuracyByLevel)} | {Percent(row.Accuracy)} | {row.MeanLength,6:0.0} "
                + $"| {row.MedianEffectiveSamples,26:0.0} |");
        Line(text, Culture, $"\nThe styles of the samples. Likeliest: share of problems whose most probable sample has the style.\n");
        Line(text, Culture, $"| level | style   | share | accuracy | −log p (nats) | length | likeliest |");
        Line(text, Culture, $"| ----: | ------- | ----: | -------: | ------------: | -----: | --------: |");
        foreach (var row in report.Styles)
            Line(text, Culture, $"| {row.Level,5} | {Name(row.Style),-7} | {row.Share,5:0.000} | {row.Accuracy,8:0.00} "
                + $"| {row.MeanNegativeLogProbability,13:0.0} | {row.MeanLength,6:0.0} | {row.LikeliestShare,9:0.00} |");
        return text.ToString();
    }

    private static string Levels(IReadOnlyList<double> accuracies) => string.Join(" | ", accuracies.Select(Percent));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share,5:0.0}");

    private static string Name(ResponseStyle style) => style == ResponseStyle.GiveUp ? "give-up" : style.ToString().ToLowerInvariant();

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static void Line(StringBuilder text, CultureInfo culture,
        [InterpolatedStringHandlerArgument(nameof(text), nameof(culture))] ref StringBuilder.AppendInterpolatedStringHandler line) =>
        text.Append(culture, ref line).Append('\n');
}
