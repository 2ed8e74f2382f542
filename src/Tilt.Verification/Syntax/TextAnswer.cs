using System.Text;

namespace Tilt.Verification.Syntax;

/// <summary>Answers that are words: names, yes or no, weekdays, times of day.</summary>
internal static class TextAnswer
{
    /// <summary>Lower case, single spaces, no punctuation at the end.</summary>
    public static string Normalize(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        bool space = false;
        foreach (char raw in text)
        {
            char c = raw is '~' or '\n' or '\t' or '\r' ? ' ' : raw;
            if (c == ' ')
            {
                space = result.Length > 0;
                continue;
            }
            if (space) result.Append(' ');
            space = false;
            result.Append(char.ToLowerInvariant(c));
        }
        while (result.Length > 0 && result[^1] is '.' or ',' or ';' or '!') result.Length--;
        return result.ToString();
    }

    /// <summary>
    /// The answer as words when it is nothing but words: text without digits, signs or commands outside of text commands, with a word
    /// of at least two letters that has no meaning in mathematics. Null otherwise.
    /// </summary>
    public static string? TryRead(string answer)
    {
        if (!MayBeText(answer)) return null;
        var plain = new StringBuilder(answer.Length);
        if (!Flatten(answer, plain)) return null;
        string text = plain.ToString();
        return HasWord(text) ? Normalize(text) : null;
    }

    private static bool MayBeText(string answer)
    {
        int letters = 0;
        foreach (char c in answer)
        {
            if (c is '^' or '_' or '=' or '<' or '>' or '+' or '*' or '/' or '|' or '&') return false;
            if (char.IsAsciiLetter(c) || char.IsLetter(c)) letters++;
        }
        return letters > 1;
    }

    /// <summary>Removes text commands and their braces; false when anything mathematical is left.</summary>
    private static bool Flatten(string answer, StringBuilder plain)
    {
        int depth = 0;
        for (int i = 0; i < answer.Length; i++)
        {
            char c = answer[i];
            if (c == '\\')
            {
                int end = i + 1;
                while (end < answer.Length && char.IsAsciiLetter(answer[end])) end++;
                if (end == i + 1)
                {
                    if (end >= answer.Length || answer[end] is not (' ' or ',' or ';' or '!')) return false;
                    plain.Append(' ');
                    i = end;
                    continue;
                }
                if (!Vocabulary.TextCommands.Contains(answer[(i + 1)..end])) return false;
                while (end < answer.Length && answer[end] == ' ') end++;
                if (end >= answer.Length || answer[end] != '{') return false;
                depth++;
                i = end;
            }
            else if (c == '{' || c == '}')
            {
                depth += c == '{' ? 1 : -1;
                if (depth < 0) return false;
            }
            else if (depth == 0 && char.IsAsciiDigit(c)) return false;
            else plain.Append(c);
        }
        return depth == 0;
    }

    private static bool HasWord(string text)
    {
        bool found = false;
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetter(text[i]))
            {
                if (start < 0) start = i;
                continue;
            }
            if (start >= 0)
            {
                string word = text[start..i];
                start = -1;
                if (IsMathWord(word)) return found && word is "and" or "or" or "in";
                if (IsPlainWord(word)) found = true;
                else if (word.Length > 1) return found;
            }
        }
        return found;
    }

    private static bool IsMathWord(string word) => Vocabulary.Words.ContainsKey(word) && word is not ("per" or "union");

    private static bool IsPlainWord(string word) =>
        word.Length >= 3 || word.ToLowerInvariant() is "no" or "up" or "on" or "am" or "pm" or "it" or "is" or "he" or "we" or "so";
}
