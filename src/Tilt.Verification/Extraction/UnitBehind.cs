using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>The known unit that stands behind a number in a sentence: "40 hours" is no "40 minutes".</summary>
internal static class UnitBehind
{
    private const int MostWords = 4;

    private static readonly System.Buffers.SearchValues<char> OfNumbers = System.Buffers.SearchValues.Create("0123456789.,");

    /// <summary>A number with its unit as <c>40\text{ hours}</c>; the answer as it is where no known unit follows.</summary>
    /// <param name="answer">What was read, a number.</param>
    /// <param name="text">The text.</param>
    /// <param name="end">Behind the number in the text.</param>
    public static string Join(string answer, string text, int end)
    {
        string value = answer.Trim();
        if (!IsNumber(value) || Of(text.AsSpan(end)) is not { } unit) return answer;
        return $"{value}\\text{{ {unit}}}";
    }

    /// <summary>The unit at the start of a text, or null; none of a rate that is told in more words, such as "miles each day".</summary>
    public static string? Of(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" -~*_$");
        int at = 0;
        string? unit = null;
        int end = 0;
        var words = new System.Text.StringBuilder();
        for (int count = 0; count < MostWords; count++)
        {
            int start = at;
            while (at < rest.Length && (char.IsAsciiLetter(rest[at]) || (at > start && rest[at] is '²' or '³' or '/'))) at++;
            if (at == start) break;
            string word = rest[start..at].ToString();
            if (words.Length > 0) words.Append(' ');
            words.Append(word);
            if (count == 0 && word.Length < 2 || count == 0 && word.ToLowerInvariant() is "in" or "at" or "as" or "am" or "pm" or "us")
                return null;
            string name = words.ToString();
            if (Units.IsKnown(name) || Units.IsKnown(name = name.ToLowerInvariant())) (unit, end) = (name, at);
            if (at >= rest.Length || rest[at] != ' ') break;
            at++;
        }

        if (unit is null || (end < rest.Length && (char.IsLetterOrDigit(rest[end]) || rest[end] is '^' or '/' or '\\' or '-'))) return null;
        ReadOnlySpan<char> next = rest[end..].TrimStart(' ');
        int length = 0;
        while (length < next.Length && char.IsAsciiLetter(next[length])) length++;
        bool rate = next[..length] is "per" or "each" or "every" or "a" or "an" or "for" or "in" or "and";
        return rate ? null : unit;
    }

    private static bool IsNumber(string value)
    {
        ReadOnlySpan<char> digits = value.AsSpan().TrimStart("-−");
        return digits.Length > 0 && char.IsAsciiDigit(digits[0]) && digits.IndexOfAnyExcept(OfNumbers) < 0;
    }
}
