using System.Globalization;
using System.Text;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>Resolves the escapes of a text in quotation marks, which are Python's.</summary>
internal static class EscapedText
{
    public static string Resolve(ReadOnlySpan<char> text, int line)
    {
        if (!text.Contains('\\')) return text.ToString();
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length) result.Append(text[i]);
            else i = Append(result, text, i + 1, line);
        }
        return result.ToString();
    }

    // Appends what the escape with this letter stands for; returns the place of its last character.
    private static int Append(StringBuilder result, ReadOnlySpan<char> text, int at, int line)
    {
        char c = text[at];
        const string Letters = "\n\\'\"abfnrtv", Values = "\0\\'\"\a\b\f\n\r\t\v";
        if (c == '\n') return at;
        if (Letters.IndexOf(c, StringComparison.Ordinal) is > 0 and var index)
        {
            result.Append(Values[index]);
            return at;
        }
        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0) return AppendCode(result, text, at + 1, digits, line);
        if (c is < '0' or > '7') result.Append('\\').Append(c); // Python leaves unknown escapes as they stand.
        else
        {
            int end = at, code = 0;
            for (; end < text.Length && end < at + 3 && text[end] is >= '0' and <= '7'; end++) code = (code * 8) + (text[end] - '0');
            result.Append((char)code);
            return end - 1;
        }
        return at;
    }

    private static int AppendCode(StringBuilder result, ReadOnlySpan<char> text, int at, int digits, int line)
    {
        if (at + digits > text.Length
            || !uint.TryParse(text.Slice(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > 0x10FFFF)
            throw new JinjaException($"an escape with \\{text[at - 1]} needs {digits} hexadecimal digits of a character", line);
        if (code > 0xFFFF) result.Append(char.ConvertFromUtf32((int)code));
        else result.Append((char)code);
        return at + digits - 1;
    }
}
