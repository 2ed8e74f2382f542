using System.Text;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>
/// Other readings of an answer that is none as it stands: a choice with its text, a sentence, a value that is repeated or explained in
/// parentheses. Each names the texts of which all must match.
/// </summary>
internal static class Readings
{
    private const int Longest = 400;

    /// <summary>The readings of an answer.</summary>
    /// <param name="answer">The cleaned answer.</param>
    /// <param name="goldIsLetter">Whether the gold is the letter of a choice.</param>
    /// <param name="goldIsLetters">Whether the gold is a list of letters of choices.</param>
    public static IEnumerable<string[]> Of(string answer, bool goldIsLetter, bool goldIsLetters)
    {
        if (answer.Length > Longest) yield break;
        string flat = Flatten(answer);
        if (Choice(answer, flat) is { } choice)
        {
            yield return goldIsLetter ? [choice.Letter] : [choice.Meaning];
            yield break;
        }
        if (Spelled(flat) is { } spelled) yield return [spelled];
        foreach (string words in SpelledReadings.Of(flat, goldIsLetters)) yield return [words];
        string date = TextAnswer.Normalize(flat);
        if (CalendarText.Date(date) is not null) yield return [$"\\text{{{date}}}"];
        if (Stated(flat) is { } stated) yield return [stated];
        if (Repeated(flat) is { } repeated) yield return repeated;
        if (AllExcept(flat) is { } points) yield return [$"\\mathbb{{R}}\\setminus\\{{{points}\\}}"];
        if (Explained(flat) is { } explained) yield return [explained];
    }

    /// <summary>Whether two sentences are the same but for what is set as text and what as a formula.</summary>
    public static bool SameWords(string first, string second) =>
        first.Length <= Longest && second.Length <= Longest && Plain(first) == Plain(second);

    private static string Plain(string text) =>
        TextAnswer.Normalize(Flatten(text).Replace("$", " ", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal));

    /// <summary>Text commands and spacing as plain words and spaces.</summary>
    private static string Flatten(string answer)
    {
        var flat = new StringBuilder(answer.Length);
        for (int i = 0; i < answer.Length; i++)
        {
            if (answer[i] == '~') flat.Append(' ');
            else if (answer[i] != '\\' || i + 1 >= answer.Length) flat.Append(answer[i]);
            else if (answer[i + 1] is ' ' or ',' or ';' or ':' or '!')
            {
                flat.Append(' ');
                i++;
            }
            else
            {
                int end = i + 1;
                while (end < answer.Length && char.IsAsciiLetter(answer[end])) end++;
                string name = answer[(i + 1)..end];
                int open = end;
                while (open < answer.Length && answer[open] == ' ') open++;
                int close = Vocabulary.TextCommands.Contains(name) && open < answer.Length && answer[open] == '{'
                    ? answer.IndexOf('}', open)
                    : -1;
                if (close > 0)
                {
                    flat.Append(' ').Append(answer, open + 1, close - open - 1).Append(' ');
                    i = close;
                }
                else if (name is "quad" or "qquad")
                {
                    flat.Append(' ');
                    i = end - 1;
                }
                else
                {
                    flat.Append(answer, i, end - i);
                    i = Math.Max(i, end - 1);
                }
            }
        }
        return flat.ToString().Trim();
    }

    /// <summary>"C. 12", "(C) 12", "C: 12": the letter of a choice and its text, in which no other choice is named.</summary>
    private static (string Letter, string Meaning)? Choice(string answer, string flat)
    {
        int at = flat.StartsWith('(') ? 1 : 0;
        if (flat.Length < at + 3 || flat[at] is not (>= 'A' and <= 'J')) return null;
        string rest = flat[(at + 1)..].TrimStart();
        bool marked = at == 1 ? rest.StartsWith(')') : rest[0] is '.' or ')' or ':';
        if (!marked) return null;
        rest = rest[1..].TrimStart();
        // (C)·12 in plain mathematics is a product; an option's letter is set as text or followed by its mark.
        if (rest.Length == 0 || (at == 1 && answer[0] == '(' && answer.Length < 4)) return null;
        // The text of a choice is not the letter of another.
        if (rest.Count(char.IsLetter) == 1 && rest[0] is >= 'A' and <= 'J' && !rest.Any(char.IsAsciiDigit)) return null;
        for (int i = 0; i + 1 < rest.Length; i++)
        {
            bool letter = rest[i] is >= 'A' and <= 'J' && (i == 0 || !char.IsLetterOrDigit(rest[i - 1]));
            if (letter && rest[i + 1] is ')' or ':' or '.' && (i + 2 >= rest.Length || rest[i + 2] == ' ')) return null;
        }
        return rest.Contains(" or ", StringComparison.OrdinalIgnoreCase) || rest.Contains("not", StringComparison.OrdinalIgnoreCase)
            ? null
            : (flat[at].ToString(), rest);
    }

    /// <summary>"two thirds", "2 out of 3", "1 in 4", and "3 ways" set as one text.</summary>
    private static string? Spelled(string flat)
    {
        if (WordNumbers.SpelledFraction(flat.ToLowerInvariant()) is { } fraction)
            return $"\\frac{{{fraction.Numerator}}}{{{fraction.Denominator}}}";
        string[] words = flat.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 1 && words[0].ToLowerInvariant() is "exactly" or "only" or "just" or "precisely")
            return string.Join(' ', words[1..]);
        if (words.Length < 2 || !words[0].All(char.IsAsciiDigit)) return null;
        bool ratio = words is [_, "out", "of", _] or [_, "in", _];
        if (ratio) return words[^1].All(char.IsAsciiDigit) && words[^1] != "0" ? $"\\frac{{{words[0]}}}{{{words[^1]}}}" : null;
        return Units.MayFollow(string.Join(' ', words[1..]).ToLowerInvariant(), Node.Of(NodeKind.Empty)) ? flat : null;
    }

    /// <summary>The one value that a sentence states: "There are 10 ways", "Answer: 10".</summary>
    private static string? Stated(string flat)
    {
        List<FormulaRun> runs = FormulaRun.FindAll(flat);
        int at = runs.FindIndex(run => run.IsFormula);
        if (at < 1 || runs.FindLastIndex(run => run.IsFormula) != at || runs[0].End - runs[0].Start < 2 || runs[0].Start > 0) return null;
        for (int i = 0; i < at; i++)
        {
            if (Sentence.Denies(flat[runs[i].Start..runs[i].End])) return null;
        }
        string last = flat[runs[at - 1].Start..runs[at - 1].End].ToLowerInvariant();
        bool states = flat.AsSpan(runs[at - 1].End, runs[at].Start - runs[at - 1].End).Contains(':')
            || last is "is" or "are" or "equals" or "be" or "was" or "were" or "therefore" or "thus" or "hence" or "so";
        if (!states || Sentence.LastAnswer(flat) is not { Text: { } answer }) return null;
        string after = flat[runs[at].End..].Trim(' ', '.').ToLowerInvariant();
        return after.Length == 0 || after is "of them" or "in total" || Units.MayFollow(after, Node.Of(NodeKind.Empty)) ? answer : null;
    }

    /// <summary>"0.75 (75%)": the value and its repetition; an approximation is marked by its sign.</summary>
    private static string[]? Repeated(string answer)
    {
        string text = answer.TrimEnd();
        if (text.Length < 4 || text[^1] != ')') return null;
        string clean = text.EndsWith("\\right)", StringComparison.Ordinal) ? text[..^7] : text[..^1];
        int open = OpeningOf(clean);
        if (open <= 0) return null;
        string before = clean[..open];
        if (before.EndsWith("\\left", StringComparison.Ordinal)) before = before[..^5];
        string inner = clean[(open + 1)..].Trim();
        bool apart = before.EndsWith(' ') || before.EndsWith("\\;", StringComparison.Ordinal)
            || before.EndsWith("\\,", StringComparison.Ordinal)
            || before.EndsWith('~') || before.EndsWith("\\quad", StringComparison.Ordinal);
        foreach (string sign in (ReadOnlySpan<string>)["\\approx", "≈", "approximately ", "about ", "approx. ", "or ", "i.e. ", "="])
        {
            if (!inner.StartsWith(sign, StringComparison.Ordinal)) continue;
            inner = inner[sign.Length..].Trim();
            return [before.Trim(), (sign[0] is '≈' or '\\' or 'a' ? "≈" : "") + inner];
        }
        return apart && before.Trim().Length > 0 && inner.Length > 0 ? [before.Trim(), inner] : null;
    }

    /// <summary>The points of "all real numbers except 1 and 2".</summary>
    private static string? AllExcept(string flat)
    {
        foreach (string start in (ReadOnlySpan<string>)["all real numbers except", "all reals except", "all real numbers other than",
            "all real numbers excluding"])
        {
            if (!flat.StartsWith(start, StringComparison.OrdinalIgnoreCase)) continue;
            string points = flat[start.Length..].Trim();
            return points.StartsWith("for ", StringComparison.Ordinal) ? points[4..] : points;
        }
        return null;
    }

    private static int OpeningOf(string text)
    {
        int depth = 0;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] == ')') depth++;
            else if (text[i] == '(' && depth-- == 0) return i;
        }
        return -1;
    }

    /// <summary>"13 (since 5 + 8 = 13)": the value without the reason.</summary>
    private static string? Explained(string flat)
    {
        if (flat.Length == 0 || flat[^1] != ')') return null;
        int open = OpeningOf(flat[..^1]);
        if (open < 1) return null;
        string[] words = flat[(open + 1)..^1].Split(' ', 2, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 2 && words[0].ToLowerInvariant() is "since" or "because" or "as" or "using" or "by"
            && !Sentence.Denies(words[1]) ? flat[..open].Trim() : null;
    }
}
