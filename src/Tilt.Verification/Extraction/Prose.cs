using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>Sentences: whether a text is made of them, and the answer at the start of one.</summary>
internal static class Prose
{
    // Sentences show within the first lines; what goes on longer without any is no answer either.
    private const int LongestScan = 8_000;

    /// <summary>
    /// Whether a text is sentences rather than an answer: three plain words outside of text commands, or two with a number.
    /// </summary>
    public static bool IsProse(string text)
    {
        if (text.Length > LongestScan) text = text[..LongestScan];
        int words = 0;
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && IsLetter(text[i]))
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
        return (digits && (words > 1 || OpensWithWord(text))) || (text.Contains('$') && text.Trim()[0] != '$') || text.Contains("\\[")
            || text.Contains("\\(");
    }

    /// <summary>Whether a text begins with a word of a sentence, as in "Try n = 36": no name of a figure, function or unit.</summary>
    private static bool OpensWithWord(string text)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().TrimStart(" *\n");
        int end = 0;
        while (end < trimmed.Length && IsLetter(trimmed[end])) end++;
        if (end < 2 || end >= trimmed.Length || trimmed[end] is not (' ' or ',') || !char.IsLower(trimmed[1])) return false;
        string word = trimmed[..end].ToString();
        return !Vocabulary.Words.ContainsKey(word) && !Vocabulary.Functions.ContainsKey(word) && !Units.IsUnit(word);
    }

    // Greek letters are symbols.
    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || (c > 127 && char.IsLetter(c) && c is not (>= 'Α' and <= 'ω'));

    /// <summary>Whether a bracket holds a word: two letters or more that are no function, unit or connective.</summary>
    public static bool HasWords(ReadOnlySpan<char> text)
    {
        int words = 0;
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && IsLetter(text[i]))
            {
                if (start < 0) start = i;
                continue;
            }
            if (start >= 0 && (start == 0 || text[start - 1] != '\\')) CountWord(text[start..i].ToString(), ref words);
            start = -1;
        }
        return words > 0;
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
        if (word[0] > 127)
        {
            // Scripts without spaces put several words into one run.
            words += word[0] >= '\u2e80' ? (word.Length + 1) / 2 : 1;
            return;
        }
        if (word.Length == 2 && (char.IsUpper(word[1])
            ? word
            : word.ToLowerInvariant()) is not ("is" or "so" or "we" or "of" or "to" or "it" or "be" or "as" or "at" or "by" or "if"))
            return;
        if (Units.IsUnit(word)) return;
        words++;
    }

    /// <summary>The answer at the start of what follows an answer phrase.</summary>
    public static ExtractedAnswer FirstClause(string text)
    {
        if (Delimiters.FormulaAt(text, 0, out int end) is { } formula)
        {
            if (AfterEquals(text, end) is >= 0 and var value) return FirstClause(text[value..]);
            string joined = formula;
            while (NextJoinedFormula(text, ref end) is { } next) joined += ", " + next;
            return !Statement.After(text, end, false, false) ? default : new(joined, ExtractionRule.AnswerPhrase);
        }
        string clause = text[..ClauseEnd(text, 0)].Trim().Trim('*', '"', ' ');
        int foreign = clause.IndexOf("$$", StringComparison.Ordinal);
        if (foreign > 0 && clause.IndexOf("$$", foreign + 2, StringComparison.Ordinal) < 0)
        {
            clause = clause[..foreign].Trim();
            // A formula that opens and is never closed may hold anything.
            if ((clause.AsSpan().Count('$') & 1) != 0) return default;
        }

        // Behind "the answer is", a dash before a number is its sign.
        if (clause.Length > 2 && clause[0] is '-' or '−' && clause[1] == ' ' && char.IsAsciiDigit(clause[2])) clause = "-" + clause[2..];
        foreach (string reason in (ReadOnlySpan<string>)[" because ", " since ", ", since "])
        {
            int at = clause.IndexOf(reason, StringComparison.Ordinal);
            if (at > 0 && !IsProse(clause[..at])) clause = clause[..at].TrimEnd(',');
        }
        // In plain text ~ says "about".
        if (clause.Length == 0 || clause[0] == '~') return default;
        if (!IsProse(clause)) return new(Sentence.WithoutUnit(clause), ExtractionRule.AnswerPhrase);
        ExtractedAnswer inner = Sentence.LastAnswer(clause, true);
        return inner.Text is null ? default : inner with { Rule = ExtractionRule.AnswerPhrase };
    }

    /// <summary>Where the value starts after a formula that only names it, as in "$x$ equals 4"; −1 when no value follows.</summary>
    private static int AfterEquals(string text, int end)
    {
        ReadOnlySpan<char> rest = text.AsSpan(end).TrimStart(' ');
        foreach (string verb in (ReadOnlySpan<string>)["equals ", "is equal to ", "is ", "= "])
        {
            if (rest.StartsWith(verb)) return text.Length - rest.Length + verb.Length;
        }
        return -1;
    }

    private static string? NextJoinedFormula(string text, ref int end)
    {
        int at = end;
        while (at < text.Length && text[at] is ' ' or ',') at++;
        foreach (string glue in (ReadOnlySpan<string>)["and ", "or "])
        {
            if (text.AsSpan(at).StartsWith(glue)) at += glue.Length;
        }
        return at > end && Delimiters.FormulaAt(text, at, out int after) is { } formula && (end = after) > 0 ? formula : null;
    }

    private static int ClauseEnd(string text, int from)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] is '\n' or '。') return i;
            if (text[i] == '.' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]))
                && !(i >= 1 && text.AsSpan(i - 1).StartsWith("m.") && i + 1 == text.Length))
                return i;
        }
        return text.Length;
    }
}
