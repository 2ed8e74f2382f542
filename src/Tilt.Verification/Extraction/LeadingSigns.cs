namespace Tilt.Verification.Extraction;

/// <summary>
/// Whether an answer begins with two signs, the second inside of delimiters or of a text command that the first stands before, as in
/// <c>- $-5$</c>: the first may be a bullet or a dash, and nobody can tell which value is meant.
/// </summary>
internal static class LeadingSigns
{
    private const string Signs = "-−–—‐‑﹣－+＋±∓";

    private static readonly string[] Words = ["minus", "negative", "plus", "\\pm", "\\mp"];

    /// <summary>Whether the answer has two.</summary>
    public static bool AreTwo(ReadOnlySpan<char> answer)
    {
        answer = answer.TrimStart(" $\n\t");
        if (!TakeSign(ref answer)) return false;
        ReadOnlySpan<char> inner = WithoutOpenings(answer);
        bool opened = inner.Length < answer.Length;
        return opened && TakeSign(ref inner);
    }

    private static bool TakeSign(ref ReadOnlySpan<char> text)
    {
        if (text.Length > 1 && text[0] == '\\' && text[1] is '-' or '+') text = text[1..];
        if (text.IsEmpty) return false;
        if (Signs.Contains(text[0], StringComparison.Ordinal))
        {
            text = text[1..];
            return true;
        }

        foreach (string word in Words)
        {
            if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase)) continue;
            text = text[word.Length..];
            return true;
        }

        return false;
    }

    /// <summary>What is left without spaces, delimiters, braces and the commands of texts and styles.</summary>
    private static ReadOnlySpan<char> WithoutOpenings(ReadOnlySpan<char> text)
    {
        while (true)
        {
            int before = text.Length;
            text = text.TrimStart(" $\n\t{*_");
            if (text.Length > 1 && text[0] == '\\')
            {
                if (text[1] is ',' or ';' or ':' or '!' or ' ' or '(' or '[') text = text[2..];
                else
                {
                    int end = 1;
                    while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
                    if (end > 1 && end < text.Length && text[end] == '{'
                        && Syntax.Vocabulary.TextCommands.Contains(text[1..end].ToString()))
                        text = text[end..];
                }
            }

            if (text.Length == before) return text;
        }
    }
}
