using System.Globalization;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>Reads what a backslash introduces.</summary>
internal static class PatternEscape
{
    /// <summary>The set of code points that an escape at a position stands for; moves behind it.</summary>
    /// <exception cref="FormatException">The escape is malformed or not supported.</exception>
    public static CodePointSet Parse(string pattern, ref int at)
    {
        if (at + 1 >= pattern.Length) throw new FormatException("a backslash at the end");
        char name = pattern[at + 1];
        at += 2;
        switch (name)
        {
            case 's': return CodePointSet.WhiteSpace;
            case 'S': return CodePointSet.WhiteSpace.Complement();
            case 'd': return CodePointSet.Digit;
            case 'D': return CodePointSet.Digit.Complement();
            case 'w': return CodePointSet.Word;
            case 'W': return CodePointSet.Word.Complement();
            case 'n': return Single('\n');
            case 'r': return Single('\r');
            case 't': return Single('\t');
            case 'f': return Single('\f');
            case 'v': return Single('\v');
            case 'p' or 'P': return Category(pattern, ref at, negated: name == 'P');
            case 'x' when at < pattern.Length && pattern[at] == '{': return Single(Hexadecimal(Braced(pattern, ref at)));
            case 'x': return Single(Hexadecimal(Fixed(pattern, ref at, 2)));
            case 'u': return Single(Hexadecimal(Fixed(pattern, ref at, 4)));
        }
        if (char.IsAsciiLetterOrDigit(name) || name > 127) throw new FormatException($"the escape '\\{name}'");
        return Single(name);
    }

    private static CodePointSet Single(int point) => CodePointSet.Range(point, point);

    private static CodePointSet Category(string pattern, ref int at, bool negated)
    {
        if (at >= pattern.Length || pattern[at] != '{') throw new FormatException("a property without braces");
        string name = Braced(pattern, ref at);
        if (name.StartsWith('^')) (name, negated) = (name[1..], !negated);
        CodePointSet set = CodePointSet.Category(name)
            ?? throw new FormatException($"the property '{name}', which is no general category such as L or Nd");
        return negated ? set.Complement() : set;
    }

    private static string Braced(string pattern, ref int at)
    {
        int end = pattern.IndexOf('}', at);
        if (end < 0) throw new FormatException("a brace without an end");
        string inner = pattern[(at + 1)..end];
        at = end + 1;
        return inner;
    }

    private static string Fixed(string pattern, ref int at, int length)
    {
        string digits = pattern.Substring(at, Math.Min(length, pattern.Length - at));
        at += digits.Length;
        return digits.Length == length ? digits : throw new FormatException("too few hexadecimal digits");
    }

    private static int Hexadecimal(string digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int point)
            && point is >= 0 and < CodePoint.Limit
            ? point
            : throw new FormatException($"'{digits}', which is no code point in hexadecimal digits");
}
