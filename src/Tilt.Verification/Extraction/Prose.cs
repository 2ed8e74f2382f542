using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>Answers within sentences.</summary>
internal static class Prose
{
    // Sentences show within the first lines; what goes on longer without any is no answer either.
    private const int LongestScan = 8_000;

    /// <summary>Whether a text is sentences rather than an answer: three plain words outside of text commands, or two with a number.</summary>
    public static bool IsProse(string text)
    {
        if (text.Length > LongestScan) text = text[..LongestScan];
        int words = 0;
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsAsciiLetter(text[i]))
            {
                if (start < 0) start = i;
                continue;
            }
            if (start >= 0)
            {
                if (start == 0 || text[start - 1] != '\\') CountWord(text[start..i], ref words);
                else i = SkipTextArgument(text, start, i);
                if (words > 3) return true;
                start = -1;
            }
        }
        if (words == 0) return text.Contains("$$", StringComparison.Ordinal) && text.Trim()[0] != '$';
        bool digits = text.AsSpan().IndexOfAnyInRange('0', '9') >= 0;
        return (digits && words > 1) || text.Contains('$') && text.Trim()[0] != '$' || text.Contains("\\[") || text.Contains("\\(");
    }

    private static int SkipTextArgument(string text, int start, int end)
    {
        ReadOnlySpan<char> name = text.AsSpan(start, end - start);
        if (end >= text.Length || text[end] != '{') return end;
        if (name is not ("begin" or "end") && !Vocabulary.TextCommands.Contains(name.ToString())) return end;
        int close = text.IndexOf('}', end);
        if (close < 0) return text.Length;
        // The column letters of an array are no word either.
        return text.AsSpan(close).StartsWith("}{") && text.IndexOf('}', close + 1) is > 0 and var columns ? columns : close;
    }

    private static void CountWord(string word, ref int words)
    {
        if (word.Length < 2 || Vocabulary.Words.ContainsKey(word) || Vocabulary.Functions.ContainsKey(word)) return;
        if (word.Length == 2 && word is not ("is" or "so" or "we" or "of" or "to" or "it" or "be" or "as" or "at" or "by" or "if")) return;
        if (Units.IsUnit(word)) return;
        words++;
    }

    /// <summary>The answer at the start of what follows an answer phrase.</summary>
    public static ExtractedAnswer FirstClause(string text)
    {
        if (FormulaAt(text, 0, out int end) is { } formula)
        {
            string joined = formula;
            while (NextJoinedFormula(text, ref end) is { } next) joined += ", " + next;
            return new(joined, ExtractionRule.AnswerPhrase);
        }
        string clause = text[..ClauseEnd(text)].Trim().Trim('*', '"', ' ');
        if (clause.Length == 0) return default;
        if (!IsProse(clause)) return new(clause, ExtractionRule.AnswerPhrase);
        ExtractedAnswer inner = LastExpression(clause);
        return inner.Text is null ? new(clause, ExtractionRule.AnswerPhrase) : inner with { Rule = ExtractionRule.AnswerPhrase };
    }

    private static string? NextJoinedFormula(string text, ref int end)
    {
        int at = end;
        while (at < text.Length && text[at] is ' ' or ',') at++;
        foreach (string glue in (ReadOnlySpan<string>)["and ", "or "])
        {
            if (text.AsSpan(at).StartsWith(glue)) at += glue.Length;
        }
        return at > end && FormulaAt(text, at, out int after) is { } formula && (end = after) > 0 ? formula : null;
    }

    private static int ClauseEnd(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') return i;
            if (text[i] == '.' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])) && !(i >= 1 && text.AsSpan(i - 1).StartsWith("m.") && i + 1 == text.Length)) return i;
        }
        return text.Length;
    }

    /// <summary>The formula between delimiters at a position, or null.</summary>
    private static string? FormulaAt(string text, int start, out int end)
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
            return formula.Length == 0 || (open == "$" && IsProse(formula)) ? null : formula;
        }
        return null;
    }

    /// <summary>The last formula or number, whichever ends later; none when candidates are lined up one after the other.</summary>
    public static ExtractedAnswer LastExpression(string text)
    {
        (int formulaStart, int formulaEnd, string? formula) = LastFormula(text);
        int end = text.Length - 1;
        while (end >= 0 && !char.IsAsciiDigit(text[end])) end--;
        if (end < 0 || end < formulaEnd)
        {
            if (formula is null) return default;
            return FollowsCandidate(text, formulaStart) ? default : new(formula, ExtractionRule.LastFormula);
        }
        int start = NumberStart(text, end);
        int stop = end + 1;
        if (stop < text.Length && (text[stop] == '%' || text.AsSpan(stop).StartsWith("\\%"))) stop += text[stop] == '%' ? 1 : 2;
        if (FollowsCandidate(text, start)) return default;
        return new(text[start..stop].Trim(), ExtractionRule.LastNumber);
    }

    /// <summary>The start of the number, or simple fraction of numbers, that ends at <paramref name="end"/>.</summary>
    private static int NumberStart(string text, int end)
    {
        int start = end;
        while (start > 0)
        {
            char previous = text[start - 1];
            bool separator = previous is ',' or '.' or '/' && start >= 2 && char.IsAsciiDigit(text[start - 2]);
            if (previous == ',' && separator && text.Length - start < 3) separator = false;
            if (!char.IsAsciiDigit(previous) && !separator) break;
            start--;
        }
        bool minus = start > 0 && text[start - 1] is '-' or '−' && (start == 1 || char.IsWhiteSpace(text[start - 2]) || text[start - 2] is '=' or '(' or '$');
        return minus ? start - 1 : start;
    }

    /// <summary>Whether another number stands right before, with no more than signs and "and" or "or" between: a line of guesses.</summary>
    private static bool FollowsCandidate(string text, int start)
    {
        int at = start - 1;
        bool separated = false;
        while (at >= 0 && text[at] is ' ' or ',' or ';' or '/' or '\n' or '\t' or '\r' or '$' or '|' or '&' or '(' or '[' or '~')
        {
            separated = true;
            at--;
        }
        if (at >= 2 && separated && (EndsWithWord(text, at, "or") || EndsWithWord(text, at, "and")))
        {
            at -= text[at] == 'r' ? 2 : 3;
            while (at >= 0 && text[at] is ' ' or ',' or '\n' or '\t' or '$' or ')') at--;
        }
        return separated && at >= 0 && (char.IsAsciiDigit(text[at]) || text[at] is '}' or '%');
    }

    private static bool EndsWithWord(string text, int at, string word)
    {
        int start = at - word.Length + 1;
        return start > 0 && text.AsSpan(start, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase) && !char.IsLetter(text[start - 1]);
    }

    private static (int Start, int End, string? Text) LastFormula(string text)
    {
        (int, int, string?) last = (-1, -1, null);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('$' or '\\')) continue;
            if (text[i] == '\\' && (i + 1 >= text.Length || text[i + 1] is not ('(' or '[')))
            {
                i++;
                continue;
            }
            if (FormulaAt(text, i, out int end) is { } formula)
            {
                last = (i, end, formula);
                i = end - 1;
            }
        }
        return last;
    }
}
