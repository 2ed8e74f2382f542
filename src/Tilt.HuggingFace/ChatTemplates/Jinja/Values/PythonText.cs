namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>White space and line ends as Python knows them.</summary>
internal static class PythonText
{
    /// <summary>White space for <c>strip</c>, <c>split</c> and Jinja's tags: also the separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        int start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        return text[start..];
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    /// <summary>The lines of <c>splitlines</c>: without an empty one at the end.</summary>
    public static List<string> Lines(string text, bool keepEnds = false)
    {
        var lines = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && !IsLineEnd(text[end])) end++;
            int next = end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? end + 2 : Math.Min(end + 1, text.Length);
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }
        return lines;
    }

    private static bool IsLineEnd(char c) =>
        c is (>= '\n' and <= '\r') or (>= '\u001C' and <= '\u001E') or '\u0085' or '\u2028' or '\u2029';
}
