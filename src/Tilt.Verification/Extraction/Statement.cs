using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>
/// Whether a sentence states the value that it holds. The words right before and right behind the value must be of a closed set, and no
/// word of the clause may deny, doubt or suppose it; otherwise the value is not read.
/// </summary>
internal static class Statement
{
    private const int LongestSentence = 600, MostNounWords = 6;

    /// <summary>Whether the words before a value state it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the value starts.</param>
    /// <param name="phrase">Whether "the answer is" stands before the text.</param>
    /// <param name="opens">Whether the value is the first of its sentence, without a phrase before it.</param>
    /// <param name="foreign">Whether the words are of another language than English.</param>
    public static bool Before(string text, int start, bool phrase, out bool opens, out bool foreign)
    {
        opens = foreign = false;
        if (!MayStandBefore(text, start)) return false;
        int from = SentenceStart(text, start);
        ReadOnlySpan<char> before = text.AsSpan(from, start - from).TrimEnd(" *_`\"'“«([{$\\~\n");
        before = WithoutBullet(before);
        if (before.IsEmpty)
        {
            opens = !phrase;
            return true;
        }
        ReadOnlySpan<char> clause = LastClause(before);
        if (HasDoubt(clause) || Supposes(clause)) return false;
        char last = before[^1];
        if (last == '=' && !IsNamed(before[..^1].TrimEnd())) return false;
        if (last is ':' or '=' or '—' or '–' or '→' or '⇒' or '≈')
            return last != '≈' && (!HasFar(clause) || FarScripts.StatesBefore(clause.TrimEnd(" :=—–").ToString() + "是"));
        if (FarScripts.IsFar(last) || last == '、' || (last == ',' && clause.Length > 0 && FarScripts.IsFar(clause[^1])))
        {
            foreign = true;
            return FarScripts.StatesBefore(clause);
        }
        List<string> words = LastWords(before, 6);
        while (words.Count > 0 && StatingWords.Transparent.Contains(words[0])) words.RemoveAt(0);
        if (words.Count == 0) return true;
        foreign = words.Exists(StatingWords.IsForeign);
        if (last == ',')
            return StatingWords.States(words[0])
                || text.AsSpan(start, Math.Min(LongestSentence, text.Length - start)).IndexOfAny("=\n") is >= 0 and var sign
                    && text[start + sign] == '=';
        // "Many people answer 36" states nothing; "the answer 36" does.
        if (words[0] == "answer") return words.Count == 1 || words[1] is "the" or "final" or "correct" or "my" or "our";
        if (words.Count > 1 && words[0] is "has" or "have" or "contains" or "contain" or "holds" or "requires" or "needs"
            && words[1] is "answer" or "number" or "result" or "value")
            return false;
        if (StatingWords.States(words[0]))
            return words.Count < 2 || words[0] != "that"
                || words[1] is "is" or "find" or "get" or "have" or "follows" or "conclude" or "see";
        string second = words.Count > 1 ? words[1] : "", third = words.Count > 2 ? words[2] : "";
        return words[0] switch
        {
            "of" or "de" or "di" or "von" =>
                second is "est" or "sont" || StatingWords.IsAmountOf(second, third) || (phrase && second.Length == 0),
            "to" => second is "wynik" or "odpowiedź" or "equal" or "equals" or "comes" or "amounts" or "simplifies" or "reduces"
                or "equates" or "evaluates" or "out" && third is not ("close" or "or")
                || (second == "up" && third is "adds" or "add" or "adding" or "added" or "sums" or "sum"),
            "a" or "à" => second is "igual" or "égal" or "égale" or "uguale" or "pari"
                && third is not ("ou" or "o" or "oder" or "or" or "et" or "e" or "y") || (second == "y" && third == "il")
                || second is "il" or "elle" or "on",
            "es" => second is "gibt" or "sind",
            "at" => second is "is" or "are" or "was" or "arrives" or "ends",
            "for" => second is "sells" or "sold" or "sell",
            "with" => second is "left" or "up" or "ends" or "ended" or "end",
            _ => false,
        };
    }

    /// <summary>Whether what follows a value leaves it as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="end">Where the value ends.</param>
    /// <param name="opens">Whether the value is the first of its sentence, without a phrase before it.</param>
    /// <param name="foreign">Whether the sentence is of another language than English.</param>
    public static bool After(string text, int end, bool opens, bool foreign)
    {
        string rest = text[end..SentenceEnd(text, end)];
        if (rest.Contains('\\', StringComparison.Ordinal)) rest = WithoutTextCommands(rest);
        if (Sentence.ChangesWhatPrecedes(text[end..Math.Min(text.Length, end + rest.Length + 2)]) || Sentence.ChangesWhatPrecedes(rest))
            return false;
        if (HasDoubt(rest) || DeniedLater(text.AsSpan(Math.Min(text.Length, end + rest.Length)))) return false;
        ReadOnlySpan<char> words = rest.AsSpan().TrimStart("*_`\"'”»)]}$");
        if (words.StartsWith("\\)") || words.StartsWith("\\]")) words = words[2..];
        bool near = words.Length > 0 && words[0] is not (' ' or '.' or ',' or ';' or ':' or '!' or '?' or '—');
        words = words.Trim(" \n*_`\"'”»)]}.!");
        if (words.IsEmpty) return true;
        if (words[0] is ',' or ';' or '(' or '—' or ':' or '-' or '–' or '□' or '∎') return !opens || words[0] is ',' or '(';
        if (FarScripts.IsFar(words[0])) return FarScripts.MayFollow(words);
        if (words[0] is >= '\u0900' and <= '\u097f') return words is "है" or "हैं" or "है।" or "हैं।" or "।";
        if (!char.IsLetter(words[0]))
            return near ? words[0] is '%' or '°' or '²' or '³' or '/' || words.StartsWith("\\%") || words.StartsWith("^\\circ")
                || words.StartsWith("^{\\circ") : words[0] is '$' or '=' or '≈' or '✓' or '✅';
        List<string> list = FirstWords(words, 12);
        if (near && list.Count > 0) return Units.IsKnown(list[0]);
        if (opens) return StatesItself(list) || IsNoun(list, 12);
        if (list.Count > 1 && StatingWords.GoesOn(list[0])
            && (WordNumbers.IsNumberWord(list[1]) || list[1] is "base" or "binary" or "octal" or "hexadecimal" or "percent"))
            return false;
        if (StatingWords.GoesOn(list[0]))
            return list[0] != "as" || list.Count < 2 || list[1] is not ("long" or "many" or "much" or "a" or "an" or "one");
        if (list[0] is "is" or "are" or "was") return StatesItself(list) || list.Count > 1 && StatingWords.GoesOn(list[1]);
        if (list[0] is "more" or "less" or "fewer")
            return list.Count > 1 && (list[1] != "than" ? IsNoun(list[1..], MostNounWords) : ComparesWithSomebody(words, list));
        if (list[0].Length == 1 && list[0][0] is >= '\u0370' and <= '\u03ff') return false;
        if (foreign || list[0][0] > 'ÿ') return list.Count > 0 && !list.Take(3).Any(StatingWords.MultipliesAbroad);
        return IsNoun(list, MostNounWords);
    }

    /// <summary>"5 more than his brother", "than Tom", not "than x" or "than twice that": those are parts of a formula.</summary>
    private static bool ComparesWithSomebody(ReadOnlySpan<char> words, List<string> list)
    {
        if (list.Count < 3 || WordNumbers.IsNumberWord(list[2])) return false;
        int at = words.IndexOf("than ", StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<char> other = at < 0 ? default : words[(at + 5)..].TrimStart();
        if (other.Length > 1 && char.IsUpper(other[0]) && char.IsLower(other[1])) return true;
        return list[2] is "the" or "a" or "an" or "his" or "her" or "their" or "its" or "our" or "my" or "your" or "last" or "that"
            or "what"
            or "in" or "he" or "she" or "they" or "it" or "we" or "you" or "him" or "them" or "when" or "before" or "yesterday" or "usual"
            or "this" or "those" or "these" or "all" or "any" or "for" or "on" or "at" or "if";
    }

    /// <summary>Whether words that deny, doubt or suppose stand in a clause.</summary>
    public static bool HasDoubt(ReadOnlySpan<char> clause)
    {
        int start = -1;
        bool supposes = false, denies = false;
        for (int i = 0; i <= clause.Length; i++)
        {
            if (i < clause.Length && (char.IsLetter(clause[i]) || (clause[i] is '\'' or '’' or '-' && start >= 0)))
            {
                if (start < 0) start = i;
                continue;
            }
            if (start < 0) continue;
            string word = clause[start..i].ToString().ToLowerInvariant();
            start = -1;
            // Portuguese "no total" is in total.
            if (denies && word is not ("total" or "final")) return true;
            denies = word == "no";
            if (word == "if") supposes = true;
            else if (word is "then" or "entonces" or "alors" or "dann") supposes = false;
            if (StatingWords.Doubts(word)) return true;
        }
        return supposes || denies;
    }

    /// <summary>Whether the clause before "the answer is" denies, doubts or supposes what follows at a place.</summary>
    public static bool IsDoubted(string text, int at)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, at).TrimEnd();
        int from = SentenceStart(text, before.Length);
        return HasDoubt(LastClause(before[from..]));
    }

    /// <summary>
    /// The clause at the end of a text; what a comma sets off before it counts when it is a word or two, as in "perhaps, it is 36".
    /// </summary>
    private static ReadOnlySpan<char> LastClause(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd(",、 ");
        int start = before.Length;
        while (start > 0)
        {
            int next = Math.Max(before[..start].LastIndexOfAny(",;、"), before[..start].TrimEnd(':').LastIndexOf(':'));
            next = Math.Max(next, before[..start].LastIndexOf(" which "));
            ReadOnlySpan<char> part = before[(next + 1)..start];
            if (start < before.Length && (part.Trim().Count(' ') > 1 || part.Trim().Equals("no", StringComparison.OrdinalIgnoreCase)))
                break;
            start = Math.Max(0, next);
            if (next < 0) break;
        }
        return before[start..].TrimStart(",;、: ");
    }

    /// <summary>
    /// Whether what stands before an equals sign is a word or ends in a bracket, rather than the rest of a formula that was read in part.
    /// </summary>
    private static bool IsNamed(ReadOnlySpan<char> before)
    {
        if (before.IsEmpty || before[^1] is '$' or '*' or ')' or ']' or '}') return true;
        int start = before.Length;
        while (start > 0 && char.IsLetter(before[start - 1])) start--;
        return start < before.Length && (start == 0 || char.IsWhiteSpace(before[start - 1]) || before[start - 1] is '*' or '(' or '_');
    }

    /// <summary>Whether a clause sets a value rather than finding it, or speaks of one that fulfills a condition.</summary>
    private static bool Supposes(ReadOnlySpan<char> clause)
    {
        foreach (Range range in clause.Split(' '))
        {
            ReadOnlySpan<char> word = clause[range].Trim(",:;*()");
            if (word.Length is < 3 or > 8) continue;
            if (word.ToString().ToLowerInvariant() is "let" or "try" or "consider" or "choose" or "put" or "where" or "whose" or "when"
                or "whenever" or "see")
                return true;
        }
        return false;
    }

    /// <summary>Whether a value may begin behind a character: not inside of a word, a number or a ratio.</summary>
    private static bool MayStandBefore(string text, int start)
    {
        if (start == 0 || text[start] is '{' or '(') return true;
        char c = text[start - 1];
        if (c is ':' or '=') return start < 2 || !char.IsAsciiDigit(text[start - 2]);
        return char.IsWhiteSpace(c) || FarScripts.IsFar(c) || "*$([{\"'`“‘«「（—–-~>、。,}".Contains(c, StringComparison.Ordinal);
    }

    /// <summary>What stands behind a value with text commands opened; their braces go.</summary>
    private static string WithoutTextCommands(string rest)
    {
        foreach (string command in (ReadOnlySpan<string>)["\\text{", "\\mathrm{", "\\textbf{", "\\mbox{", "\\textrm{", "\\,", "\\;", "\\ "])
            rest = rest.Replace(command, " ", StringComparison.Ordinal);
        return rest.Replace('}', ' ');
    }

    private static bool HasFar(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (FarScripts.IsFar(c)) return true;
        }
        return false;
    }

    /// <summary>Whether sentences after that of the value take it back.</summary>
    private static bool DeniedLater(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" .!?。\n)*$]\\}");
        int end = rest.IndexOfAny(".!?。\n");
        if (end >= 0) rest = rest[..end];
        if (rest.Length > LongestSentence) return false;
        foreach (string word in (ReadOnlySpan<string>)["wrong", "incorrect", "mistake", "not right", "not correct", "not true",
            "not the answer", "неверно", "неправильно", "falsch", "incorrect", "错误", "不对", "間違", "틀렸"])
        {
            if (rest.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>"is the answer", "apples is the right number".</summary>
    private static bool StatesItself(List<string> words)
    {
        int verb = words.FindIndex(word => word is "is" or "are" or "was");
        if (verb < 0 || verb > 4 || verb + 2 >= words.Count || (verb > 0 && !IsNoun(words[..verb], MostNounWords)))
            return verb >= 0 && verb + 1 < words.Count && words[verb + 1] is "correct" or "left" or "right";
        return words[verb + 1] is "the" or "our" or "your" && words.Skip(verb + 2).Take(3).Any(StatingWords.IsAnswer);
    }

    /// <summary>Whether the words up to a preposition are a plain noun or a unit.</summary>
    private static bool IsNoun(List<string> words, int most)
    {
        int count = words.FindIndex(
            word => StatingWords.GoesOn(word) || word is "and" or "is" or "are" or "were" or "was" or "to" or "with" or "than");
        if (count < 0) count = words.Count;
        if (count is 0 || count > most) return false;
        string noun = string.Join(' ', words[..count]);
        return Units.MayFollow(noun, Node.Of(NodeKind.Empty));
    }

    private static ReadOnlySpan<char> WithoutBullet(ReadOnlySpan<char> before)
    {
        ReadOnlySpan<char> text = before.TrimStart(" *#>-–—•+\n\t_");
        return text.Trim("()[]{}$\\").IsEmpty ? default : text;
    }

    /// <summary>
    /// Where the sentence of a position starts: a value alone in its line goes on the line before, when that does not end.
    /// </summary>
    private static int SentenceStart(string text, int at)
    {
        int limit = Math.Max(0, at - LongestSentence);
        bool words = false;
        for (int i = at - 1; i >= limit; i--)
        {
            char c = text[i];
            words |= char.IsLetterOrDigit(c);
            if (c is '。' or '！' or '？' or '।') return i + 1;
            if (c is '.' or '!' or '?' && i + 1 < text.Length && char.IsWhiteSpace(text[i + 1])) return i + 1;
            if (c == '\n' && (words || text.AsSpan(limit, i - limit).TrimEnd() is { IsEmpty: false } line
                && line[^1] is '.' or '!' or '?' or '。' or '}' or ']' or '$' or ')' or '*'
                || (i > 0 && !HasWordAtEnd(text.AsSpan(limit, i - limit)))))
                return i + 1;
        }
        return limit;
    }

    /// <summary>Whether a text ends in a word or a colon: what follows in the next line belongs to it.</summary>
    private static bool HasWordAtEnd(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd(" *_\n\\[$(");
        return text.Length > 0 && (char.IsLetter(text[^1]) || text[^1] is ':' or ',' or '=');
    }

    private static int SentenceEnd(string text, int at)
    {
        for (int i = at; i < text.Length; i++)
        {
            if (text[i] is '\n' or '。' or '！' or '？' or '।') return i;
            if (text[i] is '.' or '!' or '?'
                && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) || !char.IsLetterOrDigit(text[i + 1])))
                return text[i] == '?' ? i + 1 : i;
        }
        return text.Length;
    }

    /// <summary>The last words before a value, the nearest first; a formula is one word, #.</summary>
    private static List<string> LastWords(ReadOnlySpan<char> text, int count)
    {
        var words = new List<string>();
        int end = -1;
        for (int i = text.Length - 1; i >= -1 && words.Count < count; i--)
        {
            bool part = i >= 0 && (char.IsLetterOrDigit(text[i]) || text[i] is '\'' or '’'
                || char.GetUnicodeCategory(text[i]) is System.Globalization.UnicodeCategory.NonSpacingMark
                    or System.Globalization.UnicodeCategory.SpacingCombiningMark);
            if (part && end < 0) end = i;
            if (part || end < 0) continue;
            words.Add(text[(i + 1)..(end + 1)].ToString().ToLowerInvariant());
            end = -1;
        }
        return words;
    }

    private static List<string> FirstWords(ReadOnlySpan<char> text, int count)
    {
        var words = new List<string>();
        int start = -1;
        for (int i = 0; i <= text.Length && words.Count < count; i++)
        {
            bool part = i < text.Length
                && (char.IsLetterOrDigit(text[i]) || (text[i] is '\'' or '’' or '-' or '²' or '³' or '/' && start >= 0));
            if (part && start < 0) start = i;
            if (part) continue;
            if (start >= 0) words.Add(text[start..i].ToString().ToLowerInvariant());
            start = -1;
            if (i < text.Length && text[i] is ',' or ';' or '(' or ':' or '.' or '!') break;
        }
        return words;
    }
}
