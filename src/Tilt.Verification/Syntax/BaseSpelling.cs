using System.Text.RegularExpressions;

namespace Tilt.Verification.Syntax;

/// <summary>Numbers in other bases as people set them: (2B)_{16}, \text{2B}_{16}, 1011_{(2)}, 0x2B.</summary>
internal static class BaseSpelling
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // Digits with letters among them, in brackets or a style, before a base of two digits.
    private static readonly Regex Wrapped =
        new(@"(?:\\(?:text|mathrm|mathtt|texttt|mathbf|textbf)\{(?<d>[0-9A-Za-z]+)\}|\((?<d>[0-9A-Za-z]+)\))_"
            + @"(?<b>\{[123][0-9]\}|[123][0-9]\b)", Linear);

    private static readonly Regex Joined =
        new(@"(?<d>[0-9]+)\\(?:text|mathrm)\{(?<l>[0-9A-Za-z]+)\}_(?<b>\{[123][0-9]\}|[123][0-9]\b)", Linear);

    private static readonly Regex Overlined = new(@"\\overline\{(?<d>[0-9]+)\}_", Linear);

    private static readonly Regex Index = new(@"_\{(?:\((?<b>[0-9]+)\)|(?:\\text\{ ?)?base[ ~]*(?<b>[0-9]+)\}?)\}", Linear);

    /// <summary>The text with every number in a base written plainly: digits, underscore, base.</summary>
    public static string Plain(string text)
    {
        if (!text.Contains('_')) return text;
        text = Index.Replace(text, "_{${b}}");
        text = Overlined.Replace(text, "${d}_");
        text = Joined.Replace(text, match => $"{match.Groups["d"].Value}{match.Groups["l"].Value}_{match.Groups["b"].Value}");
        return Wrapped.Replace(text, match => $"{match.Groups["d"].Value}_{match.Groups["b"].Value}");
    }

    /// <summary>Whether an answer is nothing but the digits of a number whose base is left out, or the prefix 0x for sixteen.</summary>
    /// <param name="based">Digits, underscore and base.</param>
    /// <param name="answer">The answer.</param>
    public static bool IsSpelling(string based, string answer)
    {
        ReadOnlySpan<char> digits = based.AsSpan(0, based.IndexOf('_', StringComparison.Ordinal));
        ReadOnlySpan<char> given = answer;
        if (given.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (!based.EndsWith("_16", StringComparison.Ordinal)) return false;
            given = given[2..];
        }
        else if (given.StartsWith("\\text{") && given[^1] == '}') given = given[6..^1];
        return given.TrimStart('0').Equals(digits, StringComparison.OrdinalIgnoreCase);
    }
}
