using System.Collections.Frozen;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>
/// The answer in sentences: their last formula or number, unless the words around it bound, negate or change it, or candidates are lined
/// up one after the other.
/// </summary>
internal static class Sentence
{
    /// <summary>Words right before a value that bound it, deny it or make another of it.</summary>
    private static readonly FrozenSet<string> ChangingBefore = new[]
    {
        "not", "never", "than", "under", "over", "below", "above", "beneath", "beyond", "nearly", "almost", "exceeding", "exceeds", "exceed", "except", "excluding", "besides",
        "without", "unless", "plus", "times", "mod", "modulo", "versus", "vs", "twice", "thrice", "double", "triple", "quadruple", "half", "or", "either", "neither", "nor", "isn't",
        "wasn't", "aren't", "cannot", "can't", "won't", "within", "squared", "cubed", "between", "from", "base", "sqrt", "root", "log", "divides", "maximum", "minimum", "inverse",
        "reciprocal", "factorial", "out", "near", "say", "says", "claim", "claims", "не", "больше", "меньше", "более", "менее", "или", "nicht", "kein", "keine", "als", "oder", "pas",
        "menos", "más", "moins", "maybe", "perhaps", "possibly", "probably",
    }.ToFrozenSet();

    /// <summary>Words before "of" that make a part or a multiple of what follows.</summary>
    private static readonly FrozenSet<string> ChangingBeforeOf = new[]
    {
        "half", "third", "thirds", "quarter", "quarters", "fourth", "fourths", "fifth", "fifths", "sixth", "sixths", "seventh", "eighth", "eighths", "ninth", "tenth", "tenths",
        "hundredth", "double", "twice", "triple", "root", "square", "cube", "power", "multiple", "multiples", "factor", "factors", "divisor", "divisors", "percent", "reciprocal",
        "inverse", "opposite", "negative", "negation", "fraction", "part", "logarithm", "log", "factorial", "complement", "most", "short", "out", "instead", "because", "upwards",
        "excess", "minimum", "maximum", "neighborhood", "order",
    }.ToFrozenSet();

    /// <summary>Words right behind a value that make another of it or deny it.</summary>
    private static readonly FrozenSet<string> ChangingAfter = new[]
    {
        "squared", "cubed", "factorial", "choose", "or", "minus", "plus", "below", "divided", "multiplied", "would", "isn't", "wasn't", "recurring", "repeating", "modulo", "mod",
        "doubled", "halved", "tripled", "raised", "over", "vs", "versus",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Denials = new[] { "wrong", "incorrect", "not", "false", "too", "impossible", "mistaken", "ruled", "rejected", "invalid" }.ToFrozenSet();

    /// <summary>The last formula or number; none when what surrounds it says that it is no answer.</summary>
    public static ExtractedAnswer LastAnswer(string text)
    {
        string marked = text;
        text = WithoutMarks(text);
        List<FormulaRun> runs = FormulaRun.FindAll(text);
        int last = runs.FindLastIndex(run => run.IsFormula);
        if (last < 0) return BoldWord(marked);
        int first = WithRepeat(text, runs, last);
        int compound = WithLargerUnit(text, runs, first);
        if (compound == first && FollowsCandidate(text, runs, first)) return default;
        first = compound;
        string answer = text[runs[first].Start..EndWithUnit(text, runs, last, first)].Trim();
        bool delimited = Delimiters.FormulaAt(text, runs[last].Start, out int end) is not null && end == runs[last].End;
        if (!delimited) answer = WithoutUnit(answer);
        if (delimited && first == last) answer = Delimiters.FormulaAt(text, runs[last].Start, out _)!;
        if (ChangesWhatPrecedes(text[runs[last].End..])) return default;
        switch (Before(text, runs, first))
        {
            case Effect.Changes: return default;
            case Effect.Negates: answer = "-" + answer; break;
        }
        return new(answer, delimited ? ExtractionRule.LastFormula : ExtractionRule.LastNumber);
    }

    /// <summary>Whether a word, or a word of a text, denies what it stands with.</summary>
    public static bool Denies(string text)
    {
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string lower = word.ToLowerInvariant();
            if (Denials.Contains(lower) || lower is "never" or "or" or "except" or "unless" or "maybe" or "perhaps" || lower.EndsWith("n't", StringComparison.Ordinal)) return true;
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
        if (end > 0 && end < answer.Length && answer[end] >= '\u2e80' && !"万亿兆千百十億萬만억조천백십".Contains(answer[end])) return answer[..end];
        if (end > 0 && end + 1 < answer.Length && answer[end] == ' ' && IsForeignNoun(answer.AsSpan(end + 1))) return answer[..end];
        return end > 0 && end < answer.Length && Units.IsKnown(answer[end..].TrimEnd('²', '³')) ? answer[..end] : answer;
    }

    /// <summary>Whether Cyrillic words say what is counted, rather than a multiple, a part or a doubt.</summary>
    private static bool IsForeignNoun(ReadOnlySpan<char> words)
    {
        foreach (char c in words)
        {
            if (c is not (>= '\u0400' and <= '\u04ff' or ' ' or '.')) return false;
        }
        foreach (Range range in words.ToString().AsSpan().Split(' '))
        {
            ReadOnlySpan<char> word = words[range];
            foreach (string start in (ReadOnlySpan<string>)["тыс", "мил", "млн", "млрд", "проц", "дес", "сот", "не", "или", "в", "на", "и", "дюж", "квадр", "куб", "мен", "бол", "раз", "тр", "пол", "чет"])
            {
                if (word.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return false;
            }
        }
        return true;
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
        for (int at = text.IndexOf("**", StringComparison.Ordinal); at >= 0 && at < text.Length; at = text.IndexOf("**", at, StringComparison.Ordinal))
        {
            bool power = at > 0 && at + 2 < text.Length && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] == ')') && (char.IsLetterOrDigit(text[at + 2]) || text[at + 2] is '(' or '-');
            if (power) at += 2;
            else text = text.Remove(at, 2);
        }
        return text;
    }

    /// <summary>The index of the value that a last one in parentheses repeats, as in 0.75 (75%).</summary>
    private static int WithRepeat(string text, List<FormulaRun> runs, int last) =>
        last > 0 && runs[last - 1].IsFormula && text[runs[last].Start] == '(' && text.AsSpan(runs[last - 1].End, runs[last].Start - runs[last - 1].End).Trim().IsEmpty ? last - 1 : last;

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
        if (last + 1 >= runs.Count || runs[last + 1].IsFormula || runs[last + 1].Start < end) return end;
        string word = Word(text, runs[last + 1]);
        bool near = text.AsSpan(end, runs[last + 1].Start - end).Trim(" -").IsEmpty;
        return near && (first < last || word is "percent" or "percents" || WordNumbers.Multiplier(word) is not null) ? runs[last + 1].End : end;
    }

    private static string Word(string text, FormulaRun run) => text[run.Start..run.End].ToLowerInvariant();

    /// <summary>Whether another value stands right before, with no more than signs, a unit and "and" or "or" between: a line of guesses.</summary>
    private static bool FollowsCandidate(string text, List<FormulaRun> runs, int at)
    {
        int previous = at - 1;
        int words = 0;
        bool joins = false;
        while (previous >= 0 && !runs[previous].IsFormula && words < 4)
        {
            string word = Word(text, runs[previous]);
            bool joint = word is "and" or "or" or "maybe" or "perhaps" or "possibly" or "then" or "also" or "even" or "alternatively" or "и" or "или" or "oder" or "und" or "y" or "o" or "ou" or "et";
            joins |= joint;
            if (!joint && !Units.IsUnit(word) && !UnitNouns.IsPlainNoun(word, false)) return false;
            words++;
            previous--;
        }
        if (previous < 0 || !runs[previous].IsFormula || (words > 0 && !joins)) return false;
        ReadOnlySpan<char> between = text.AsSpan(runs[previous].End, runs[at].Start - runs[previous].End);
        return between.IndexOfAny(".:=?!") < 0 && (words > 0 || between.Length > 0);
    }

    private static Effect Before(string text, List<FormulaRun> runs, int at)
    {
        var words = new List<string>();
        for (int i = at - 1; i >= 0 && words.Count < 4; i--)
        {
            ReadOnlySpan<char> gap = text.AsSpan(runs[i].End, runs[i + 1].Start - runs[i].End);
            if (gap.IndexOfAny(".!?\n;") >= 0 || (gap.IndexOf(',') >= 0 && words.Count > 0)) break;
            words.Add(runs[i].IsFormula ? "#" : Word(text, runs[i]));
            if (runs[i].IsFormula || gap.IndexOfAny(",:") >= 0) break;
        }
        if (words.Count == 0) return Effect.None;
        string second = words.Count > 1 ? words[1] : "";
        if (words[0] is "minus" or "negative") return words.Exists(word => word is "not" or "never" or "than") || second == "#" ? Effect.Changes : Effect.Negates;
        if (ChangingBefore.Contains(words[0]) || words[0].EndsWith("n't", StringComparison.Ordinal)) return Effect.Changes;
        if (words[0] is "least" or "most") return second is "at" or "the" ? Effect.Changes : Effect.None;
        if (words[0] is "to" or "in" && second == "#") return Effect.Changes;
        if (words[0] == "de" && second is "menos" or "más" or "moins" or "plus" or "meno" or "più") return Effect.Changes;
        if (words[0][0] >= '\u2e80' && EndsInBound(words[0])) return Effect.Changes;
        if (words[0] == "to" && second is "up" or "close" or "next" or "equal" && (second != "equal" || words.Contains("not"))) return Effect.Changes;
        if (words[0] == "of" && (second == "#" || ChangingBeforeOf.Contains(second))) return Effect.Changes;
        if (words[0] == "by" && second is "divided" or "multiplied" or "increased" or "decreased" or "reduced" or "divisible" or "off") return Effect.Changes;
        if (words[0] is "be" or "is" or "the" or "a" or "equal" && words.Exists(word => word is "not" or "cannot" or "never" || word.EndsWith("n't", StringComparison.Ordinal))) return Effect.Changes;
        return Effect.None;
    }

    /// <summary>Whether a run of Chinese or Japanese ends in a denial or a bound.</summary>
    private static bool EndsInBound(string word)
    {
        foreach (string end in (ReadOnlySpan<string>)["不是", "不为", "不等于", "并非", "大于", "小于", "超过", "不到", "至少", "至多", "少于", "多于", "或", "未满", "以上の", "以下の"])
        {
            if (word.EndsWith(end, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>Whether a text that follows a value makes another of it or denies it.</summary>
    public static bool ChangesWhatPrecedes(string rest)
    {
        if (rest.Length > 1 && rest[0] == '!' && rest[1] is '.' or ',' or '/' or ')' or '!') return true;
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
        if (first is "degrees" or "points" or "degree") return second is "below";
        return first is "thirds" or "halves" or "quarters" or "fourths" or "fifths" or "tenths" or "hundredths" or "dozens" or "thousands" or "hundreds" or "millions";
    }

    /// <summary>A name in bold at the end of the text, after "is": "The winner is **Evelyn**."</summary>
    public static ExtractedAnswer BoldWord(string text)
    {
        string trimmed = text.TrimEnd(' ', '.', '\n', '!');
        if (!trimmed.EndsWith("**", StringComparison.Ordinal)) return default;
        int open = trimmed.LastIndexOf("**", trimmed.Length - 3, StringComparison.Ordinal);
        if (open < 0) return default;
        string before = text[..open].TrimEnd(' ', ':');
        bool states = before.EndsWith(" is", StringComparison.Ordinal) || before.EndsWith(" are", StringComparison.Ordinal) || before.EndsWith(" was", StringComparison.Ordinal);
        string name = trimmed[(open + 2)..^2].Trim();
        return states && name.Length is > 0 and < 60 ? new(name, ExtractionRule.LastFormula) : default;
    }
}
