using System.Globalization;
using Tilt.Verification;

namespace Tilt.Cli.Commands;

/// <summary>Agreement, false verdicts and speed over a file of cases; contested cases count for speed alone.</summary>
internal sealed class VerificationTally
{
    private readonly List<(int Line, bool FalsePositive)> disagreements = [];
    private int judged;
    private int right;
    private int wrong;
    private int contested;
    private int overBudget;
    private TimeSpan total;
    private TimeSpan slowest;
    private int slowestLine;

    /// <summary>Lines that were no cases.</summary>
    public int Malformed { get; set; }

    /// <summary>Counts one verdict.</summary>
    public void Add(VerificationCase item, Verdict verdict, TimeSpan elapsed, int line)
    {
        judged++;
        total += elapsed;
        if (elapsed > slowest) (slowest, slowestLine) = (elapsed, line);
        if (verdict.Status == VerdictStatus.OverBudget) overBudget++;
        if (item.Contested) contested++;
        if (item.Contested || item.Expected is not { } expected) return;
        if (expected) right++;
        else wrong++;
        if (expected != verdict.IsCorrect) disagreements.Add((line, !expected));
    }

    /// <summary>The figures as text.</summary>
    public string Summary()
    {
        int falsePositives = disagreements.Count(item => item.FalsePositive);
        int falseNegatives = disagreements.Count - falsePositives;
        int expected = right + wrong;
        string figures = string.Create(CultureInfo.InvariantCulture, $"""
            cases            {judged} ({contested} contested, {Malformed} malformed lines, {overBudget} over budget)
            agreement        {Percent(expected - disagreements.Count, expected)} of {expected} uncontested cases with an expected verdict
            false positives  {Percent(falsePositives, wrong)} ({falsePositives} of {wrong} wrong answers)
            false negatives  {Percent(falseNegatives, right)} ({falseNegatives} of {right} right answers)
            speed            {judged / Math.Max(total.TotalSeconds, 1e-9):N0} verdicts/s of one core, slowest {slowest.TotalMilliseconds:N2} ms (line {slowestLine})
            """);
        if (disagreements.Count is > 0 and <= 200)
            figures += "\ndisagreements    lines " + string.Join(' ', disagreements.Select(item => item.Line.ToString(CultureInfo.InvariantCulture) + (item.FalsePositive ? "+" : "-")));
        return figures;
    }

    private static string Percent(int part, int whole) =>
        whole == 0 ? "–" : (100.0 * part / whole).ToString("0.000", CultureInfo.InvariantCulture) + " %";
}
