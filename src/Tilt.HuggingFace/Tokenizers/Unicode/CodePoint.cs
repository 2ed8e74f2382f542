using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tilt.HuggingFace.Tokenizers.Unicode;

/// <summary>Code points of UTF-16 text and the properties that tokenizers split by (Unicode 16, as the runtime has them).</summary>
internal static class CodePoint
{
    /// <summary>Past every code point.</summary>
    public const int Limit = 0x110000;

    /// <summary>The code point at a position; a lone surrogate is itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int At(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        if (!char.IsHighSurrogate(c) || at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
        {
            length = 1;
            return c;
        }
        length = 2;
        return char.ConvertToUtf32(c, text[at + 1]);
    }

    /// <summary>Where the code point that ends at a position begins.</summary>
    public static int Before(ReadOnlySpan<char> text, int end) =>
        end >= 2 && char.IsLowSurrogate(text[end - 1]) && char.IsHighSurrogate(text[end - 2]) ? end - 2 : end - 1;

    /// <summary>The general category.</summary>
    public static UnicodeCategory CategoryOf(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint);

    /// <summary>White_Space: what <c>\s</c> matches, in regular expressions as in the flags of added tokens.</summary>
    public static bool IsWhiteSpace(int codePoint) => codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint);

    /// <summary>
    /// What <c>\w</c> matches around added tokens: letters, marks, decimal digits, joiners, connectors and circled letters.
    /// </summary>
    public static bool IsWord(int codePoint) => IsCircledLetter(codePoint) || codePoint is 0x200C or 0x200D || CategoryOf(codePoint) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>The text with U+FFFD in place of every half of a surrogate pair, as UTF-8 would have it.</summary>
    public static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;
        return string.Create(text.Length, text, (characters, source) =>
        {
            source.CopyTo(characters);
            for (int at = 0; at < characters.Length; at++)
            {
                if (!char.IsSurrogate(characters[at])) continue;
                CodePoint.At(characters, at, out int length);
                if (length == 2) at++;
                else characters[at] = '\uFFFD';
            }
        });
    }

    // Symbols that are nevertheless alphabetic (Other_Alphabetic).
    private static bool IsCircledLetter(int codePoint) =>
        codePoint is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
