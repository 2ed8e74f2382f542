namespace Tilt.Verification.Extraction;

/// <summary>Formulas between <c>$…$</c>, <c>$$…$$</c>, <c>\(…\)</c> and <c>\[…\]</c>.</summary>
internal static class Delimiters
{
    /// <summary>The formula between delimiters at a position, or null.</summary>
    public static string? FormulaAt(string text, int start, out int end)
    {
        end = start;
        foreach ((string open, string close) in (ReadOnlySpan<(string, string)>)[("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")])
        {
            if (!text.AsSpan(start).StartsWith(open)) continue;
            int from = start + open.Length;
            int stop = text.IndexOf(close, from, StringComparison.Ordinal);
            if (stop <= from) return null;
            end = stop + close.Length;
            string formula = text[from..stop].Trim();
            // "$18. The total is $20" holds money, no formula.
            if (formula.Length > 0 && !(open == "$" && Prose.IsProse(formula))) return formula;
            end = start;
            return null;
        }
        return null;
    }
}
