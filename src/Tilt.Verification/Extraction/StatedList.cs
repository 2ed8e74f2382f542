namespace Tilt.Verification.Extraction;

/// <summary>Several values that a sentence states together: "the roots are 12 and 3".</summary>
internal static class StatedList
{
    private const int Most = 12;

    private static readonly System.Buffers.SearchValues<char> Relations = System.Buffers.SearchValues.Create("=<>≤≥≈~");

    /// <summary>The values as a list; null where other words join them, or what surrounds them does not state all of them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="runs">Its words and formulas.</param>
    /// <param name="last">The last formula.</param>
    public static string? Find(string text, List<FormulaRun> runs, int last)
    {
        var values = new List<string>();
        bool joins = false;
        int at = last;
        for (; at >= 0 && values.Count < Most; at--)
        {
            FormulaRun run = runs[at];
            if (run.IsFormula)
            {
                if (values.Count > 0 && !joins && !IsComma(text, run.End, runs[at + 1].Start)) return null;
                values.Add((Delimiters.FormulaAt(text, run.Start, out _) ?? text[run.Start..run.End]).Trim());
                joins = false;
            }
            else if (!joins && values.Count == 1 && text[run.Start..run.End].ToLowerInvariant() is "and" or "und" or "et" or "y" or "и")
                joins = true;
            else break;
        }

        if (values.Count < 2 || joins || at < 0) return null;
        values.Reverse();
        int first = runs[at + 1].Start;
        string before = text[runs[at].Start..runs[at].End].ToLowerInvariant();
        if (before is not ("are" or "were" or "sind" or "sont" or "son" or "равны")
            || text.AsSpan(runs[at].End, first - runs[at].End).ContainsAny(Relations))
            return null;
        return Statement.Before(text, first, false, out bool opens, out _) && !opens
            && text.AsSpan(runs[last].End).Trim(" .!*\n").IsEmpty
            && !values.Exists(value => LeadingSigns.AreTwo(value))
            ? string.Join(", ", values)
            : null;
    }

    private static bool IsComma(string text, int from, int to) => text.AsSpan(from, to - from).Trim() is ",";
}
