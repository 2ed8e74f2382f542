using System.Text;
using Tilt.Results;
using Tilt.TiltFit;

namespace Tilt.Reporting.Diagnosis;

/// <summary>A row of a diagnosis as text.</summary>
/// <param name="Quantity">What it is, with its unit.</param>
/// <param name="Value">The estimate.</param>
/// <param name="Interval">Its 95 % interval; empty when there is none.</param>
public sealed record DiagnosisRow(string Quantity, string Value, string Interval);

/// <summary>The figures of a diagnosis as text cells, for a terminal, a Markdown page or the report.</summary>
public static class DiagnosisTable
{
    /// <summary>All rows, in the order of docs/diagnosis.md.</summary>
    public static IReadOnlyList<DiagnosisRow> Rows(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. Line(report.Tilt), .. Variance(report.Tilt.Variance), .. Distance(report.Divergences), .. Added(report.Tilt),
            .. Reach(report.Reach)];
    }

    /// <summary>The rows in Markdown.</summary>
    public static string ToMarkdown(DiagnosisReport report)
    {
        StringBuilder markdown = new("| quantity | value | 95 % interval |\n|---|---:|---|\n");
        foreach (DiagnosisRow row in Rows(report))
            markdown.Append("| ").Append(row.Quantity).Append(" | ").Append(row.Value).Append(" | ").Append(row.Interval).Append(" |\n");
        return markdown.ToString();
    }

    internal static string Identified(TiltEstimate? estimate, Identification identification) => identification switch
    {
        Identification.Identified => NumberText.Fixed(estimate?.Value, 3),
        Identification.LeftOut => "left out",
        _ => "not identified",
    };

    internal static string Interval(TiltEstimate? estimate, int decimals = 3, double scale = 1) => estimate?.Interval is { } interval
        ? $"{NumberText.Fixed(interval[0] * scale, decimals)} to {NumberText.Fixed(interval[1] * scale, decimals)}"
        : "";

    private static IEnumerable<DiagnosisRow> Line(TiltEstimation tilt)
    {
        yield return new("α", Identified(tilt.Mixture.Alpha, tilt.Mixture.AlphaIdentification), Interval(tilt.Mixture.Alpha));
        yield return new("1/β", Identified(tilt.Mixture.BetaInverse, tilt.Mixture.BetaInverseIdentification),
            Interval(tilt.Mixture.BetaInverse));
        yield return new("α, draws of the base alone", Identified(tilt.Base.Alpha, tilt.Base.AlphaIdentification),
            Interval(tilt.Base.Alpha));
        yield return new("α, draws of the tuned model alone", Identified(tilt.Tuned.Alpha, tilt.Tuned.AlphaIdentification),
            Interval(tilt.Tuned.Alpha));
        if (tilt.AlphaDisagreement is { } alpha)
            yield return new("α, disagreement of the two", NumberText.Fixed(alpha.Value, 3), Interval(alpha));
        if (tilt.Mixture.BetaInverseIdentification != Identification.LeftOut)
        {
            yield return new("1/β, draws of the base alone", Identified(tilt.Base.BetaInverse, tilt.Base.BetaInverseIdentification),
                Interval(tilt.Base.BetaInverse));
            yield return new("1/β, draws of the tuned model alone",
                Identified(tilt.Tuned.BetaInverse, tilt.Tuned.BetaInverseIdentification), Interval(tilt.Tuned.BetaInverse));
            if (tilt.BetaInverseDisagreement is { } beta)
                yield return new("1/β, disagreement of the two", NumberText.Fixed(beta.Value, 3), Interval(beta));
        }
        yield return new("R² of log π", NumberText.Fixed(tilt.Mixture.LogProbabilityRSquared, 3), "");
        yield return new("R² of the log-ratio", NumberText.Fixed(tilt.Mixture.LogRatioRSquared, 3), Interval(tilt.Variance?.Explained));
    }

    private static IEnumerable<DiagnosisRow> Variance(VarianceSplit? split)
    {
        if (split is null) yield break;
        yield return new("fit, the smaller R²", NumberText.Fixed(split.Fit.Value, 3), Interval(split.Fit));
        yield return new("log-ratio within prompts, sd, nats", NumberText.Fixed(split.StandardDeviation, 2), "");
        yield return new("variance unique to likelihood, %", NumberText.Percent(split.Likelihood.Value),
            Interval(split.Likelihood, 1, 100));
        if (split.Reward is not { } reward || split.Shared is not { } shared) yield break;
        yield return new("variance unique to reward, %", NumberText.Percent(reward.Value), Interval(reward, 1, 100));
        yield return new("variance shared, %", NumberText.Percent(shared.Value), Interval(shared, 1, 100));
    }

    private static IEnumerable<DiagnosisRow> Distance(Divergences divergences)
    {
        yield return new("KL(π‖p), nats a response", NumberText.Fixed(divergences.TunedFromBase.Value, 3),
            Interval(divergences.TunedFromBase));
        yield return new("KL(p‖π), nats a response", NumberText.Fixed(divergences.BaseFromTuned.Value, 3),
            Interval(divergences.BaseFromTuned));
        yield return new("J, their sum", NumberText.Fixed(divergences.Sum.Value, 3), Interval(divergences.Sum));
        yield return new("length of the base, tokens", NumberText.Fixed(divergences.BaseLength.Value, 1),
            Interval(divergences.BaseLength, 1));
        yield return new("length of the tuned model, tokens", NumberText.Fixed(divergences.TunedLength.Value, 1),
            Interval(divergences.TunedLength, 1));
        yield return new("length, tuned minus base", NumberText.Fixed(divergences.LengthDifference.Value, 1),
            Interval(divergences.LengthDifference, 1));
    }

    private static IEnumerable<DiagnosisRow> Added(TiltEstimation tilt)
    {
        foreach ((AddedVariable? added, string name,
            string unit) in new[] { (tilt.Length, "length T", ", nats a token"), (tilt.MeanLogProbability, "log p / T", "") })
        {
            if (added is null) continue;
            yield return new($"{name} added: its coefficient{unit}", NumberText.Fixed(added.Coefficient.Value, 3),
                Interval(added.Coefficient));
            yield return new($"{name} added: α", NumberText.Fixed(added.Alpha.Value, 3), Interval(added.Alpha));
            if (added.BetaInverse is { } beta) yield return new($"{name} added: 1/β", NumberText.Fixed(beta.Value, 3), Interval(beta));
            yield return new($"{name} added: variance unique to it, %", NumberText.Percent(added.Unique.Value),
                Interval(added.Unique, 1, 100));
        }
    }

    private static IEnumerable<DiagnosisRow> Reach(ReachComparison? reach)
    {
        if (reach is null) yield break;
        foreach (PassAtKPair pair in reach.PassAtK)
        {
            yield return new($"pass@{pair.K} of the base, %", NumberText.Percent(pair.Base.Value), Interval(pair.Base, 1, 100));
            yield return new($"pass@{pair.K} of the tuned model, %", NumberText.Percent(pair.Tuned.Value), Interval(pair.Tuned, 1, 100));
        }
        PassAtKPair last = reach.PassAtK[^1];
        yield return new($"pass@{last.K}, tuned minus base, points", NumberText.Points(last.Difference.Value),
            Interval(last.Difference, 1, 100));
        yield return new($"problems the base never solved in {reach.Draws}", $"{reach.NeverSolvedByBase}",
            reach.NeverSolvedByBase == 0 ? "" : $"each at most {NumberText.Percent(reach.NeverSolvedBound)} %");
        yield return new("of these, solved by the tuned model", $"{reach.ThenSolvedByTuned}", "");
        yield return new("of these, newly solved", $"{reach.NewlySolved}", "");
        yield return new("problems the tuned model no longer solved", $"{reach.LostByTuned}", "");
    }
}
