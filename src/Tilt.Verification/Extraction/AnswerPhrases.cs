namespace Tilt.Verification.Extraction;

/// <summary>"The answer is", "Final Answer:" and their like in the languages that models answer in.</summary>
internal static class AnswerPhrases
{
    private const int MostPhrases = 16;

    private const int LongestClause = 24_000;

    private static readonly string[] Verbs =
    [
        "is:", "is", "s are", ":", "：", "=", "would be", "will be", "should be", "must be", "to the question is", "to this question is",
        "to the problem is",
        "to this problem is", "equals",
    ];

    /// <summary>Words for "answer" in other languages, with what must follow them.</summary>
    private static readonly (string Noun, string[] Verbs)[] Foreign =
    [
        ("Ans", [".", ":", " :", " ="]),
        ("твет", [":", " равен", " —", " –", " -"]),
        ("答案", ["是", "为", "為", "：", ":", "应为", "等于"]),
        ("答え", ["は", "：", ":"]),
        ("答", ["：", ":"]),
        ("答えは", [""]),
        ("정답", ["은", "：", ":"]),
        ("답", ["은", ":", "："]),
        ("espuesta", [" es", ":", " final es", " final:", " correcta es"]),
        ("éponse", [" est", ":", " :", " finale est", " finale :", " finale:"]),
        ("ntwort", [" ist", " lautet", ":"]),
        ("isposta", [" è", ":", " finale è", " finale:"]),
        ("esposta", [" é", ":", " final é", " final:"]),
        ("ntwoord", [" is", ":"]),
        ("dpowiedź", [":", " to"]),
        ("evap", [":", "ı:"]),
        ("الإجابة", [" هي", ":", " النهائية هي"]),
        ("الجواب", [" هو", ":"]),
        ("उत्तर", [":", " है"]),
        ("คำตอบ", ["คือ", ":", " คือ"]),
    ];

    /// <summary>The answer after the last phrase, or null where there is none.</summary>
    public static ExtractedAnswer? Find(string text)
    {
        int at = FindEnglish(text);
        bool ascii = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u007f') < 0;
        foreach ((string noun, string[] verbs) in Foreign)
        {
            if (ascii && noun.AsSpan().IndexOfAnyExceptInRange('\0', '\u007f') >= 0) continue;
            at = Math.Max(at, FindLast(text, noun, verbs));
        }
        int choice = Math.Max(FindLast(text, "ption", [" is", ":"]), FindLast(text, "hoice", [" is", ":"]));
        if (choice > at && ChoiceAt(text, choice) is { } letter) return new(letter, ExtractionRule.AnswerPhrase);
        if (at < 0) return null;
        return Statement.IsDoubted(text, at) ? default(ExtractedAnswer) : Clause(text, at);
    }

    /// <summary>The letter of a choice, alone in its clause or, where it is marked, with its text.</summary>
    private static string? ChoiceAt(string text, int at)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at).TrimStart("*( ");
        if (rest.IsEmpty || rest[0] is not (>= 'A' and <= 'J') || (rest.Length > 1 && char.IsLetterOrDigit(rest[1]))) return null;
        ReadOnlySpan<char> after = rest[1..].TrimStart(")*. ");
        if (after.IsEmpty || after[0] == '\n') return rest[..1].ToString();
        int end = after.IndexOf('\n');
        return rest[1] is ')' or '.' or ':' ? $"({rest[0]}) {(end < 0 ? after : after[..end]).Trim(" .*")}" : null;
    }

    private static int FindEnglish(string text)
    {
        int end = text.Length;
        for (int attempt = 0; attempt < MostPhrases; attempt++)
        {
            end = text.AsSpan(0, end).LastIndexOf("nswer");
            if (end < 0) return -1;
            if (AfterVerb(text, end + 5) is >= 0 and var content) return content;
        }
        return -1;
    }

    /// <summary>Where the answer starts behind the verb, or −1.</summary>
    private static int AfterVerb(string text, int from)
    {
        int at = SkipAny(text, from, "*_ \n\r\t}");
        if (text.AsSpan(at).StartsWith(",") && text.AsSpan(at).IndexOf(", is") is > 0 and < 60 and var aside) at += aside + 2;
        ReadOnlySpan<char> rest = text.AsSpan(at);
        // A dash that stands off a formula is no sign of it.
        bool dash = rest.Length > 3 && rest[0] is '-' or '–' or '—' && rest[1] == ' ';
        if (dash && (rest[2] == '$' || rest[2..].StartsWith("\\("))) return at + 2;
        foreach (string verb in Verbs)
        {
            if (!rest.StartsWith(verb, StringComparison.OrdinalIgnoreCase)) continue;
            int content = SkipAny(text, at + verb.Length, "* \n\r\t:：_");
            if (verb is "is" && content < text.Length && at + 2 < text.Length && char.IsLetter(text[at + 2])) continue;
            content = SkipAdverb(text, content);
            if (content < text.Length) return content;
        }
        return -1;
    }

    private static int SkipAdverb(string text, int at)
    {
        foreach (string adverb in (ReadOnlySpan<string>)["therefore ", "thus ", "hence ", "then ", "simply ", "indeed ", "exactly ",
            "just ", "donc ", "also ", "entonces ", "quindi ", "portanto ", "therefore, ", "thus, ", "hence, "])
        {
            if (text.AsSpan(at).StartsWith(adverb, StringComparison.Ordinal)) return at + adverb.Length;
        }
        return at;
    }

    private static int SkipAny(string text, int at, string characters)
    {
        while (at < text.Length && characters.Contains(text[at])) at++;
        return at;
    }

    private static int FindLast(string text, string noun, string[] verbs)
    {
        int end = text.Length;
        for (int attempt = 0; attempt < MostPhrases; attempt++)
        {
            end = text.AsSpan(0, end).LastIndexOf(noun);
            if (end < 0) return -1;
            if (char.IsAsciiLetterUpper(noun[0]) && end > 0 && char.IsLetter(text[end - 1])) continue;
            int at = SkipAny(text, end + noun.Length, "*_");
            foreach (string verb in verbs)
            {
                if (!text.AsSpan(at).StartsWith(verb)) continue;
                int content = SkipAny(text, at + verb.Length, "* \n\r\t:：_");
                if (content < text.Length) return SkipAdverb(text, content);
            }
        }
        return -1;
    }

    /// <summary>The answer that starts at a place: within <c>\text{Answer: 5}</c> and its formula, else in the clause.</summary>
    private static ExtractedAnswer? Clause(string text, int at)
    {
        if (at > 0 && EnclosingText(text, at) is >= 0 and var open && Close(text, open) is var close && close >= at)
        {
            int end = EndOfFormula(text, close + 1);
            string inside = close > at ? text[at..close].Trim() : "";
            int from = Math.Max(close + 1, at);
            string formula = (inside + " " + text[from..Math.Max(from, end)]).Trim();
            return formula.Length == 0 ? null : new(formula, ExtractionRule.AnswerPhrase);
        }
        return Prose.FirstClause(text.Substring(at, Math.Min(text.Length - at, LongestClause)));
    }

    /// <summary>The brace of a text command that opens before the place, with nothing but the phrase in it; −1 for none.</summary>
    private static int EnclosingText(string text, int at)
    {
        int from = Math.Max(0, at - 64);
        int open = text.LastIndexOf('{', at - 1, at - from);
        if (open < 5 || text.AsSpan(open, at - open).IndexOf('\n') >= 0) return -1;
        int command = text.LastIndexOf('\\', open);
        return command >= 0 && open - command < 12 && Syntax.Vocabulary.TextCommands.Contains(text[(command + 1)..open].Trim()) ? open : -1;
    }

    private static int Close(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length && i - open < LongestClause; i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return i;
        }
        return -1;
    }

    private static int EndOfFormula(string text, int from)
    {
        int end = Math.Min(text.Length, from + LongestClause);
        foreach (string mark in (ReadOnlySpan<string>)["\\]", "\\)", "$", "\n\n"])
        {
            int at = text.AsSpan(from, end - from).IndexOf(mark);
            if (at >= 0) end = from + at;
        }
        return end;
    }
}
