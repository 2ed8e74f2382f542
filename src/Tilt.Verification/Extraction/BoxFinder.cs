namespace Tilt.Verification.Extraction;

/// <summary>Finds brace-balanced boxes in one pass from the left, without recursion.</summary>
internal static class BoxFinder
{
    /// <summary>A box: where its command starts, where its content lies, where it ends.</summary>
    public readonly record struct Box(int Start, int ContentStart, int ContentEnd, int End);

    // Every box that never closes costs a pass to the end of the text.
    private const int MostRetries = 32;

    /// <summary>
    /// The outermost balanced boxes of a text in their order; <paramref name="unclosed"/> tells whether one never closes.
    /// </summary>
    public static List<Box> FindAll(string text, int from, out bool unclosed)
    {
        var boxes = new List<Box>();
        unclosed = false;
        int position = from;
        int retries = 0;
        while (position < text.Length)
        {
            int found = Next(text, position, out int content);
            if (found < 0) break;
            if (content >= text.Length || text[content] != '{')
            {
                int end = content;
                while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
                if (end > content && text[content - 1] == ' ')
                {
                    end = EndOfRun(text, content, out bool isPlain);
                    boxes.Add(new(found, content, isPlain ? end : content, end));
                }

                position = Math.Max(end, found + 5);
                continue;
            }
            int close = Balance(text, content);
            if (close < 0)
            {
                // Braces that never balance: a later box may still be whole.
                unclosed = true;
                position = content + 1;
                if (++retries > MostRetries || text.IndexOf('}', position) < 0) break;
                continue;
            }
            unclosed = false;
            boxes.Add(new(found, content + 1, close, close + 1));
            position = close + 1;
        }
        return boxes;
    }

    /// <summary>
    /// Where a box without braces ends: it holds the whole run up to the next space, not the digits that a formula begins with. A run that
    /// is more than a number or a word is no answer.
    /// </summary>
    private static int EndOfRun(string text, int from, out bool isPlain)
    {
        int end = from;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '$') end++;
        while (end > from && ".,;:!?*)".Contains(text[end - 1], StringComparison.Ordinal)) end--;
        isPlain = !IsOneOfSeveral(text.AsSpan(end));
        foreach (char c in text.AsSpan(from, end - from)) isPlain &= char.IsLetterOrDigit(c) || c is '.' or ',' or '_' or '/';
        return end;
    }

    /// <summary>Whether further candidates stand behind: what has no braces does not say that it is the only one.</summary>
    private static bool IsOneOfSeveral(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" ,;");
        return rest.StartsWith("and ") || rest.StartsWith("or ") || rest.StartsWith("\\text{ or") || rest.StartsWith("\\text{ and")
            || (rest.Length > 0 && char.IsDigit(rest[0]));
    }

    private static int Next(string text, int from, out int content)
    {
        content = -1;
        while (true)
        {
            int at = text.AsSpan(from).IndexOf("box");
            if (at < 0) return -1;
            at += from;
            int end = at + 3;
            int start;
            if (at >= 1 && text[at - 1] == '\\' && text.AsSpan(end).StartsWith("ed")) (start, end) = (at - 1, end + 2);
            else if (at >= 2 && text[at - 1] == 'f' && text[at - 2] == '\\') start = at - 2;
            else if (at >= 6 && text.AsSpan(at - 6, 6).SequenceEqual("\\frame")) start = at - 6;
            else
            {
                from = at + 3;
                continue;
            }
            while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            // \framebox[width][place]{…}
            for (int options = 0; options < 2 && text[at - 1] == 'e' && end < text.Length && text[end] == '['; options++)
            {
                int close = text.AsSpan(end, Math.Min(40, text.Length - end)).IndexOf(']');
                if (close < 0) break;
                end += close + 1;
            }
            content = end;
            return start;
        }
    }

    /// <summary>The position of the brace that closes the one at <paramref name="open"/>, or −1. Escaped braces do not count.</summary>
    private static int Balance(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            int next = text.AsSpan(i).IndexOfAny('{', '}', '\\');
            if (next < 0) return -1;
            i += next;
            switch (text[i])
            {
                case '\\': i++; break;
                case '{': depth++; break;
                default:
                    if (--depth == 0) return i;
                    break;
            }
        }
        return -1;
    }
}
