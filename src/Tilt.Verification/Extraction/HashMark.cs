namespace Tilt.Verification.Extraction;

/// <summary>The answer line of GSM8K, <c>#### 18</c>. A Markdown heading of level four is none.</summary>
internal static class HashMark
{
    private const string Mark = "####";

    private const int MostMarks = 64;

    /// <summary>The answer after the last mark that is no heading, or null.</summary>
    public static string? Find(string text)
    {
        int end = text.Length;
        for (int i = 0; i < MostMarks; i++)
        {
            int at = text.AsSpan(0, end).LastIndexOf(Mark);
            if (at < 0) return null;
            ReadOnlySpan<char> line = text.AsSpan(at + Mark.Length).TrimStart(" \t");
            int stop = line.IndexOf('\n');
            if (stop >= 0) line = line[..stop];
            line = line.Trim();
            if (!line.IsEmpty && !IsHeading(line)) return line.ToString();
            end = at;
        }
        return null;
    }

    /// <summary>The text without the Markdown headings before it.</summary>
    public static string WithoutHeadings(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart();
        while (rest.StartsWith("#"))
        {
            int end = rest.IndexOf('\n');
            if (end < 0) break;
            rest = rest[end..].TrimStart();
        }
        return rest.Length == text.Length ? text : rest.ToString();
    }

    /// <summary>Whether the line starts with a word or goes on with sentences.</summary>
    private static bool IsHeading(ReadOnlySpan<char> line)
    {
        line = line.TrimStart("*_ ");
        if (line.IsEmpty || line[0] == '#') return true;
        int letters = 0;
        while (letters < line.Length && char.IsLetter(line[letters])) letters++;
        return letters > 1 || Prose.IsProse(line.ToString());
    }
}
