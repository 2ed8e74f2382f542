using System.Collections.Frozen;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>
/// The answer in sentences: their last formula or number, unless the words around it bound, negate or change it, or candidates are lined
/// up one after the other.
/// </summary>
internal static class Sentence
{
    /// <summary>Words right behind a value that make another of it or deny it.</summary>
    private static readonly FrozenSet<string> ChangingAfter = new[]
    {
        "squared", "cubed", "factorial", "choose", "or", "minus", "plus", "below", "divided", "multiplied", "would", "isn't", "wasn't",
        "recurring", "repeating", "modulo", "mod",
        "doubled", "halved", "tripled", "raised", "over", "vs", "versus",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Denials =
        new[] { "wrong", "incorrect", "not", "false", "too", "impossible", "mistaken", "ruled", "rejected", "invalid" }.ToFrozenSet();

    /// <summary>The last formula or number; none when what surrounds it does not state it.</summary>
    /// <param name="text">The sentences.</param>
    /// <param name="phrase">Whether "the answer is" stands before them.</param>
    public static ExtractedAnswer LastAnswer(string text, bool phrase = false)
    {
        string marked = text;
        text = WithoutMarks(text);
        List<FormulaRun> runs = FormulaRun.FindAll(text);
        int last = runs.FindLastIndex(run => run.IsFormula);
        int behind = last < 0 ? 0 : EndOfSentence(text, runs[last].End);
        if (SpelledSentence.Find(text, behind, phrase) is { Text: not null } spelled) return spelled;
        if (last < 0) return BoldWord(marked);
        int first = WithRepeat(text, runs, last);
        int compound = WithLargerUnit(text, runs, first);
        if (compound == first && FollowsCandidate(text, runs, first))
            return StatedList.Find(text, runs, last) is { } list ? new(list, ExtractionRule.LastFormula) : default;
        first = compound;
        int end = EndWithUnit(text, runs, last, first);
        string answer = text[runs[first].Start..end].Trim();
        bool delimited = Delimiters.FormulaAt(text, runs[last].Start, out int close) is not null && close == runs[last].End;
        if (!delimited) answer = WithoutUnit(answer);
        if (delimited && first == last) answer = Delimiters.FormulaAt(text, runs[last].Start, out _)!;
        int start = runs[first].Start;
        if (first == last && SignBefore(text, start) is { } sign)
        {
            if (sign == Effect.Changes) return default;
            answer = "-" + answer;
        }
        if (first > 0 && !runs[first - 1].IsFormula && IsMinus(Word(text, runs[first - 1]))
            && text.AsSpan(runs[first - 1].End, start - runs[first - 1].End).Trim().IsEmpty)
        {
            if (first > 1 && runs[first - 2].IsFormula
                && text.AsSpan(runs[first - 2].End, runs[first - 1].Start - runs[first - 2].End).Trim().IsEmpty)
                return default;
            start = runs[first - 1].Start;
            answer = "-" + answer;
        }
        if (HasTwoSigns(answer) || LeadingSigns.AreTwo(answer)) return default;
        if (!Statement.Before(text, start, phrase, out bool opens, out bool foreign)
            || !Statement.After(text, end, opens, foreign))
            return default;
        if (first == last) answer = UnitBehind.Join(answer, text, end);
        return new(answer, delimited ? ExtractionRule.LastFormula : ExtractionRule.LastNumber);
    }

    private static bool IsMinus(string word) => word is "minus" or "negative" or "минус" or "menos" or "moins" or "meno";

    /// <summary>Behind the sentence that a position is in, or the end of the text.</summary>
    private static int EndOfSentence(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\n' || (text[at] is '.' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]))))
                return at + 1;
        }

        return text.Length;
    }

    /// <summary>Whether a value begins with two signs: the first may be a bullet, and nobody can tell which value is meant.</summary>
    private static bool HasTwoSigns(ReadOnlySpan<char> answer)
    {
        const string Signs = "-−–+±";
        ReadOnlySpan<char> value = answer.TrimStart(" $");
        return value.Length > 1 && Signs.Contains(value[0], StringComparison.Ordinal)
            && value[1..].TrimStart(" $(") is { IsEmpty: false } rest && Signs.Contains(rest[0], StringComparison.Ordinal);
    }

    /// <summary>Whether a word, or a word of a text, denies what it stands with.</summary>
    public static bool Denies(string text)
    {
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string lower = word.ToLowerInvariant();
            if (Denials.Contains(lower) || lower is "never" or "or" or "except" or "unless" or "maybe" or "perhaps"
                || lower.EndsWith("n't", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private enum Effect
    {
        None, Negates, Changes,
    }

    /// <summary>A number without the unit that stands right behind it, as in 1,000.99m².</summary>
    public static string WithoutUnit(string answer)
    {
        int end = 0;
        while (end < answer.Length && (char.IsAsciiDigit(answer[end]) || answer[end] is ',' or '.')) end++;
        // Scripts without spaces go on right behind the number; their numerals would belong to it.
        if (end > 0 && end < answer.Length && FarScripts.IsFar(answer[end]) && FarScripts.MayFollow(answer.AsSpan(end)))
            return answer[..end];
        if (end > 0 && end + 1 < answer.Length && answer[end] == ' ' && IsForeignNoun(answer.AsSpan(end + 1))) return answer[..end];
        if (end > 0 && end < answer.Length && UnitBehind.Of(answer.AsSpan(end)) is { } unit
            && answer.AsSpan(end).Trim(" .").SequenceEqual(unit))
            return UnitBehind.Join(answer[..end], answer, end);
        return end > 0 && end < answer.Length && Units.IsKnown(answer[end..].TrimEnd('²', '³')) ? answer[..end] : answer;
    }

    /// <summary>Whether words of another language say what is counted, rather than a multiple, a part or a doubt.</summary>
    private static bool IsForeignNoun(ReadOnlySpan<char> words)
    {
        foreach (char c in words)
        {
            if (c is not (>= '\u0400' and <= '\u04ff' or ' ' or '.' or '/') && !char.IsLetter(c)) return false;
        }
        if (words.IndexOfAnyExceptInRange('\0', '\u007f') < 0 || FarNumerals.Multiplies(words)) return false;
        return !Array.Exists(words.ToString().ToLowerInvariant().Split([' ', '.', '/'], StringSplitOptions.RemoveEmptyEntries),
            StatingWords.MultipliesAbroad);
    }

    /// <summary>Takes out the marks of bold text and of calculators, <c>&lt;&lt;3*4=12&gt;&gt;</c>.</summary>
    private static string WithoutMarks(string text)
    {
        for (int at = text.IndexOf("<<", StringComparison.Ordinal); at >= 0; at = text.IndexOf("<<", at, StringComparison.Ordinal))
        {
            int close = text.IndexOf(">>", at, StringComparison.Ordinal);
            if (close < 0 || close - at > 200) break;
            text = text.Remove(at, close + 2 - at);
        }
        for (int at = text.IndexOf("**", StringComparison.Ordinal); at >= 0 && at < text.Length; at =
            text.IndexOf("**", at, StringComparison.Ordinal))
        {
            bool power = at > 0 && at + 2 < text.Length && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] == ')')
                && (char.IsLetterOrDigit(text[at + 2]) || text[at + 2] is '(' or '-');
            if (power) at += 2;
            else text = text.Remove(at, 2);
        }
        return text;
    }

    /// <summary>The index of the value that a last one in parentheses repeats, as in 0.75 (75%).</summary>
    private static int WithRepeat(string text, List<FormulaRun> runs, int last) =>
        last > 0 && runs[last - 1].IsFormula && text[runs[last].Start] == '('
            && text.AsSpan(runs[last - 1].End, runs[last].Start - runs[last - 1].End).Trim().IsEmpty ? last - 1 : last;

    /// <summary>The index of the first part of 5 hours and 30 minutes.</summary>
    private static int WithLargerUnit(string text, List<FormulaRun> runs, int at)
    {
        int unit = at - 1;
        if (unit > 0 && !runs[unit].IsFormula && Word(text, runs[unit]) == "and") unit--;
        if (unit < 1 || runs[unit].IsFormula || !runs[unit - 1].IsFormula || !Units.IsUnit(Word(text, runs[unit]))) return at;
        if (at + 1 >= runs.Count || runs[at + 1].IsFormula || !Units.IsUnit(Word(text, runs[at + 1]))) return at;
        return Units.Factor(Word(text, runs[unit]), Word(text, runs[at + 1])) is { } factor && factor.CompareTo(1) > 0 ? unit - 1 : at;
    }

    /// <summary>Behind the value and a word that belongs to it: a multiplier, percent, the unit of a sum of two.</summary>
    private static int EndWithUnit(string text, List<FormulaRun> runs, int last, int first)
    {
        int end = runs[last].End;
        if (end < text.Length && text[end] == '%') end++;
        else if (text.AsSpan(end).StartsWith("\\%")) end += 2;
        int far = end;
        while (far < text.Length && text[far] == ' ') far++;
        if (far < text.Length && FarNumerals.Scale(text[far]) is not null && !FarNumerals.Multiplies(text.AsSpan(far + 1))) return far + 1;
        if (last + 1 >= runs.Count || runs[last + 1].IsFormula || runs[last + 1].Start < end) return end;
        string word = Word(text, runs[last + 1]);
        bool near = text.AsSpan(end, runs[last + 1].Start - end).Trim(" -").IsEmpty;
        return near && (first < last || word is "percent" or "percents" || WordNumbers.Multiplier(word) is not null)
            ? runs[last + 1].End
            : end;
    }

    /// <summary>
    /// What a sign with a space behind it does to the value: a minus in a line of text negates it, others make it a part of something.
    /// </summary>
    private static Effect? SignBefore(string text, int start)
    {
        int at = start - 1;
        while (at >= 0 && text[at] == ' ') at--;
        if (at < 0
            || text[at] is not ('-' or '−' or '–' or '+' or '*' or '/' or '×' or '·' or '÷' or '^' or '<' or '>' or '≤' or '≥' or '≠' or '±'
                or '~' or '|'))
            return null;
        int before = at - 1;
        while (before >= 0 && text[before] == ' ') before--;
        // At the start of a line a dash may be a bullet or a minus.
        bool opensLine = before >= 0 && text[before] == '\n';
        if (opensLine && text[at] is '*' or '+') return null;
        if (opensLine && text[at] is '-' or '−' or '–') return Effect.Changes;
        return text[at] is '-' or '−' ? Effect.Negates : Effect.Changes;
    }

    private static string Word(string text, FormulaRun run) => text[run.Start..run.End].ToLowerInvariant();

    /// <summary>
    /// Whether another value stands right before, with no more than signs, a unit and "and" or "or" between: a line of guesses.
    /// </summary>
    private static bool FollowsCandidate(string text, List<FormulaRun> runs, int at)
    {
        int previous = at - 1;
        int words = 0;
        bool joins = false;
        while (previous >= 0 && !runs[previous].IsFormula && words < 4)
        {
            string word = Word(text, runs[previous]);
            bool joint = word is "and" or "or" or "maybe" or "perhaps" or "possibly" or "then" or "also" or "even" or "alternatively" or "и"
                or "или" or "oder" or "und" or "y" or "o" or "ou" or "et";
            joins |= joint;
            if (!joint && !Units.IsUnit(word) && !UnitNouns.IsPlainNoun(word, false)) return false;
            words++;
            previous--;
        }
        if (previous < 0 || !runs[previous].IsFormula || (words > 0 && !joins)) return false;
        ReadOnlySpan<char> between = text.AsSpan(runs[previous].End, runs[at].Start - runs[previous].End);
        return between.IndexOfAny(".:=?!") < 0 && (words > 0 || between.Length > 0);
    }

    /// <summary>Whether a text that follows a value makes another of it or denies it.</summary>
    public static bool ChangesWhatPrecedes(string rest)
    {
        if (rest.Length > 1 && rest[0] == '!' && rest[1] is '.' or ',' or '/' or ')' or '!' or '$' or '\\' or '}' or ']' or '^')
            return true;
        string[] words = rest.Split([' ', '\t'], 5, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || rest[0] is '.' or '\n' or ',' or ';') return false;
        string first = words[0].Trim('*', '$', ',', '.', '!', '?').ToLowerInvariant();
        string second = words.Length > 1 ? words[1].TrimEnd('.', ',', '!').ToLowerInvariant() : "";
        string third = words.Length > 2 ? words[2].TrimEnd('.', ',', '!').ToLowerInvariant() : "";
        if (ChangingAfter.Contains(first)) return true;
        if (first is "is" or "was" or "are" or "seems") return Denials.Contains(second);
        if (first == "and") return second is "half" or "one" || (second == "a" && third is "half" or "third" or "quarter");
        if (first == "to") return second == "the";
        if (first == "at") return second is "most" or "least";
        if (first == "times") return second.Length == 1 || (second.Length > 0 && char.IsAsciiDigit(second[0]));
        // "5 more than Bob" is a number of things, "5 more than x" another value.
        if (first is "more" or "less" or "fewer" && second == "than")
            return third.Length < 2 || !third.All(char.IsAsciiLetter)
                || third is "that" or "this" or "the" or "twice" or "half" or "double" or "thrice";
        if (first is "degrees" or "points" or "degree") return second is "below";
        return first is "thirds" or "halves" or "quarters" or "fourths" or "fifths" or "tenths" or "hundredths" or "dozens" or "thousands"
            or "hundreds" or "millions";
    }

    /// <summary>A name in bold at the end of the text, after "is": "The winner is **Evelyn**."</summary>
    public static ExtractedAnswer BoldWord(string text)
    {
        string trimmed = text.TrimEnd(' ', '.', '\n', '!');
        // What a comma sets off behind the name says something of others.
        int aside = trimmed.LastIndexOf("**, while ", StringComparison.Ordinal);
        if (aside > 0 && trimmed.AsSpan(aside + 2).IndexOfAny("*.!?\n") < 0 && !Statement.HasDoubt(trimmed.AsSpan(aside + 2)))
            trimmed = trimmed[..(aside + 2)];
        if (trimmed.Length < 6 || !trimmed.EndsWith("**", StringComparison.Ordinal)) return default;
        int open = trimmed.LastIndexOf("**", trimmed.Length - 3, StringComparison.Ordinal);
        if (open < 0) return default;
        string before = text[..open].TrimEnd(' ', ':');
        foreach (string adverb in (ReadOnlySpan<string>)[" therefore", " thus", " hence", " then", " a", " an", " the"])
        {
            if (before.EndsWith(adverb, StringComparison.Ordinal)) before = before[..^adverb.Length];
        }
        bool states = before.EndsWith(" is", StringComparison.Ordinal) || before.EndsWith(" are", StringComparison.Ordinal)
            || before.EndsWith(" was", StringComparison.Ordinal);
        string name = trimmed[(open + 2)..^2].Trim();
        return states && name.Length is > 0 and < 60 ? new(name, ExtractionRule.LastFormula) : default;
    }
}
