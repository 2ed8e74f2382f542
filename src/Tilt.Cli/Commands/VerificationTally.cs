using System.Globalization;
using Tilt.Verification;

namespace Tilt.Cli.Commands;

/// <summary>Agreement, false verdicts and speed over a file of cases; contested cases count for speed alone.</summary>
internal sealed class VerificationTally
{
    private readonly List<(int Line, bool FalsePositive)> _disagreements = [];
    private int _judged;
    private int _right;
    private int _wrong;
    private int _contested;
    private int _overBudget;
    private TimeSpan _total;
    private TimeSpan _slowest;
    private int _slowestLine;

    /// <summary>Lines that were no cases.</summary>
    public int Malformed { get; set; }

    /// <summary>Counts one verdict.</summary>
    public void Add(VerificationCase item, Verdict verdict, TimeSpan elapsed, int line)
    {
        _judged++;
        _total += elapsed;
        if (elapsed > _slowest) (_slowest, _slowestLine) = (elapsed, line);
        if (verdict.Status == VerdictStatus.OverBudget) _overBudget++;
        if (item.Contested) _contested++;
        if (item.Contested || item.Expected is not { } expected) return;
        if (expected) _right++;
        else _wrong++;
        if (expected != verdict.IsCorrect) _disagreements.Add((line, !expected));
    }

    /// <summary>The figures as text.</summary>
    public string Summary()
    {
        int falsePositives = _disagreements.Count(item => item.FalsePositive);
        int falseNegatives = _disagreements.Count - falsePositives;
        int expected = _right + _wrong;
        string figures = string.Create(CultureInfo.InvariantCulture, $"""
            cases            {_judged} ({_contested} contested, {Malformed} malformed lines, {_overBudget} over budget)
            agreement        {Percent(expected - _disagreements.Count, expected)} of {expected} uncontested cases with an expected verdict
            false positives  {Percent(falsePositives, _wrong)} ({falsePositives} of {_wrong} wrong answers)
            false negatives  {Percent(falseNegatives, _right)} ({falseNegatives} of {_right} right answers)
            speed            {_judged
                / Math.Max(_total.TotalSeconds,
                    1e-9):N0} verdicts/s of one core, slowest {_slowest.TotalMilliseconds:N2} ms (line {_slowestLine})
            """);
        if (_disagreements.Count is > 0 and <= 200)
            figures += "\ndisagreements    lines "
                + string.Join(' ',
                    _disagreements.Select(item => item.Line.ToString(CultureInfo.InvariantCulture) + (item.FalsePositive ? "+" : "-")));
        return figures;
    }

    private static string Percent(int part, int whole) =>
        whole == 0 ? "–" : (100.0 * part / whole).ToString("0.000", CultureInfo.InvariantCulture) + " %";
}
