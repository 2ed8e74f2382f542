using System.Text;

namespace Tilt.Verification.Syntax;

/// <summary>Brings full-width and mathematical letters, and the digits of other scripts, to their plain forms.</summary>
internal static class UnicodeForms
{
    // Mathematical letters come in alphabets of 52, their Greek ones of 58, digits of 10.
    private const int FirstLetter = 0x1D400;
    private const int LastLetter = 0x1D6A3;
    private const int FirstGreek = 0x1D6A8;
    private const int LastGreek = 0x1D7C9;
    private const char FirstVulgar = '\u00bc';
    private const char LastVulgar = '\u00be';
    private const int FirstDigit = 0x1D7CE;
    private const int LastDigit = 0x1D7FF;

    /// <summary>The text in plain forms; the same instance where there is nothing to change.</summary>
    public static string Normalize(string text)
    {
        int first = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u065f');
        if (text.AsSpan().IndexOfAnyInRange(FirstVulgar, LastVulgar) is >= 0 and var vulgar && (first < 0 || vulgar < first))
            first = vulgar;
        if (first < 0) return text;
        var result = new StringBuilder(text.Length).Append(text, 0, first);
        for (int i = first; i < text.Length; i++)
        {
            char c = text[i];
            if (Vulgar(c) is { } fraction) result.Append(fraction);
            else if (c < '\u0660') result.Append(c);
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
                && Plain(char.ConvertToUtf32(c, text[i + 1])) is { } letter)
            {
                result.Append(letter);
                i++;
            }
            else result.Append(Plain(c));
        }
        return result.ToString();
    }

    private static string? Vulgar(char c) => c switch
    {
        '\u00bc' => "\\frac{1}{4}",
        '\u00bd' => "\\frac{1}{2}",
        '\u00be' => "\\frac{3}{4}",
        _ => null,
    };

    private static char Plain(char c) => c switch
    {
        >= '\uff01' and <= '\uff5e' => (char)(c - 0xfee0),
        '\u3000' => ' ',
        >= '\u0660' and <= '\u0669' => (char)('0' + c - '\u0660'),
        >= '\u06f0' and <= '\u06f9' => (char)('0' + c - '\u06f0'),
        >= '\u0966' and <= '\u096f' => (char)('0' + c - '\u0966'),
        '\u066b' => '.',
        '\u066c' => ',',
        '\u066a' => '%',
        '\u210e' => 'h',
        '\u212f' => 'e',
        '\u2148' => 'i',
        '\u2147' => 'e',
        _ => c,
    };

    private static char? Plain(int code)
    {
        switch (code)
        {
            case >= FirstLetter and <= LastLetter:
                int letter = (code - FirstLetter) % 52;
                return (char)(letter < 26 ? 'A' + letter : 'a' + letter - 26);
            case >= FirstGreek and <= LastGreek:
                int greek = (code - FirstGreek) % 58;
                if (greek < 25) return greek == 17 ? 'Θ' : (char)('Α' + greek);
                return greek is > 25 and < 51 ? (char)('α' + greek - 26) : null;
            case >= FirstDigit and <= LastDigit:
                return (char)('0' + ((code - FirstDigit) % 10));
            default:
                return null;
        }
    }
}
