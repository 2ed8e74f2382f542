using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>What filters and methods of texts have in common.</summary>
internal static class TextOperations
{
    public static string Strip(string text, string? characters, bool start = true, bool end = true)
    {
        ReadOnlySpan<char> rest = text;
        if (characters is null)
        {
            if (start) rest = PythonText.TrimStart(rest);
            if (end) rest = PythonText.TrimEnd(rest);
        }
        else if (characters.Length > 0)
        {
            if (start) rest = rest.TrimStart(characters);
            if (end) rest = rest.TrimEnd(characters);
        }
        return rest.Length == text.Length ? text : rest.ToString();
    }

    public static string Capitalize(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    /// <summary>Every letter after something that is no letter becomes a capital, all others small.</summary>
    public static string Title(string text)
    {
        char[] letters = text.ToLowerInvariant().ToCharArray();
        for (int i = 0; i < letters.Length; i++)
            if (i == 0 || !char.IsLetter(text[i - 1])) letters[i] = char.ToUpperInvariant(letters[i]);
        return new(letters);
    }

    public static string Replace(Bounds bounds, string text, string old, string by, long count)
    {
        if (count == 0) return text;
        var result = new TextBuffer(bounds);
        int at = 0;
        if (old.Length == 0)
        {
            // Python puts the new text before every character and at the end.
            foreach (string character in Characters.Of(text))
            {
                if (count-- != 0) result.Append(by);
                else count = 0;
                result.Append(character);
            }
            return (count != 0 ? result.Append(by) : result).ToString();
        }
        for (; count != 0 && text.IndexOf(old, at, StringComparison.Ordinal) is >= 0 and var next; count--)
        {
            result.Append(text.AsSpan(at, next - at)).Append(by);
            at = next + old.Length;
        }
        return at == 0 ? text : result.Append(text.AsSpan(at)).ToString();
    }

    /// <summary>Splits at white space, or at a text, so many times at most; from the end if asked.</summary>
    public static IReadOnlyList<string> Split(Bounds bounds, string text, string? separator, long times, bool fromEnd)
    {
        bounds.Charge(1 + (text.Length / 4));
        if (separator is null) return SplitAtSpace(text, times, fromEnd);
        if (separator.Length == 0) throw new JinjaException("a text is split at an empty text");
        var parts = new List<string>();
        if (fromEnd)
        {
            int end = text.Length;
            for (; times != 0 && end > 0 && text.LastIndexOf(separator, end - 1, StringComparison.Ordinal) is >= 0 and var at; times--)
            {
                parts.Add(text[(at + separator.Length)..end]);
                end = at;
            }
            parts.Add(text[..end]);
            parts.Reverse();
            return parts;
        }
        int start = 0;
        for (; times != 0 && text.IndexOf(separator, start, StringComparison.Ordinal) is >= 0 and var at; times--)
        {
            parts.Add(text[start..at]);
            start = at + separator.Length;
        }
        parts.Add(text[start..]);
        return parts;
    }

    private static List<string> SplitAtSpace(string text, long times, bool fromEnd)
    {
        var parts = new List<string>();
        (int start, int end) = (0, text.Length);
        while (true)
        {
            if (fromEnd) while (end > start && PythonText.IsSpace(text[end - 1])) end--;
            else while (start < end && PythonText.IsSpace(text[start])) start++;
            if (start == end) break;
            int at = fromEnd ? end - 1 : start;
            while (times != 0 && at >= start && at < end && !PythonText.IsSpace(text[at])) at += fromEnd ? -1 : 1;
            // When there were enough splits the rest stays as it is, with the space at its other end.
            if (times-- == 0) at = fromEnd ? start - 1 : end;
            parts.Add(fromEnd ? text[(at + 1)..end] : text[start..at]);
            (start, end) = fromEnd ? (start, at + 1) : (at, end);
        }
        if (fromEnd) parts.Reverse();
        return parts;
    }
}
