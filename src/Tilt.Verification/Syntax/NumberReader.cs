using System.Globalization;
using System.Numerics;
using System.Text;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>Reads numbers as people write them: thousands separators, decimals, repeating decimals, scientific notation.</summary>
internal static class NumberReader
{
    /// <summary>
    /// Reads the number at <paramref name="position"/> and returns it without separators: digits, an optional point and decimals,
    /// an optional repetend in parentheses, an optional exponent after <c>e</c>.
    /// </summary>
    public static string Read(string source, ref int position, bool outsideBrackets, bool commasSeparate, out bool ambiguousComma)
    {
        int start = position;
        ambiguousComma = false;
        while (position < source.Length && char.IsAsciiDigit(source[position])) position++;
        int firstGroup = position - start;
        StringBuilder? grouped = null;
        if (firstGroup is >= 1 and <= 3 && source[start] != '0' && position < source.Length
            && source[position] is ',' or '{' or '\\' or ' ' or '\u00a0' or '\u202f' or '\u2009' or '，')
        {
            grouped = ReadGroups(source, start, ref position, outsideBrackets, commasSeparate, ref ambiguousComma);
        }
        int integerEnd = position;
        if (grouped is null && DecimalCommaLength(source, position) is > 0 and var comma)
        {
            position += comma;
            return source[start..integerEnd] + "." + source[(integerEnd + 3)..position];
        }
        if (position < source.Length && source[position] == '.') ReadDecimals(source, ref position);
        int decimalsEnd = position;
        string repetend = position > integerEnd ? ReadRepetend(source, ref position) : "";
        int exponentStart = position;
        if (repetend.Length == 0) ReadExponent(source, ref position);
        if (grouped is null && repetend.Length == 0) return source[start..position];
        StringBuilder text = grouped ?? new StringBuilder(source, start, integerEnd - start, 16);
        text.Append(source, integerEnd, decimalsEnd - integerEnd);
        if (repetend.Length > 0) text.Append('(').Append(repetend).Append(')');
        return text.Append(source, exponentStart, position - exponentStart).ToString();
    }

    private static StringBuilder? ReadGroups(
        string source, int start, ref int position, bool outsideBrackets, bool commasSeparate, ref bool ambiguousComma)
    {
        StringBuilder? text = null;
        int separator = -1;
        while (true)
        {
            int length = SeparatorLength(source, position, outsideBrackets && !commasSeparate, commasSeparate, out int kind);
            int next = position + length;
            if (length == 0 || (separator >= 0 && kind != separator) || !ThreeDigits(source, next)) return text;
            separator = kind;
            ambiguousComma |= kind == 0;
            text ??= new StringBuilder(source, start, position - start, 16);
            text.Append(source, next, 3);
            position = next + 3;
        }
    }

    private static bool ThreeDigits(string source, int at) =>
        at + 3 <= source.Length && char.IsAsciiDigit(source[at]) && char.IsAsciiDigit(source[at + 1])
        && char.IsAsciiDigit(source[at + 2]) && (at + 3 == source.Length || !char.IsAsciiDigit(source[at + 3]));

    /// <summary>Length of a thousands separator, 0 for none; its kind: 0 a bare comma, 1 a protected comma, 2 a space.</summary>
    private static int SeparatorLength(string source, int at, bool bareComma, bool groupsSeparate, out int kind)
    {
        ReadOnlySpan<char> rest = source.AsSpan(at);
        kind = 1;
        foreach (string separator in (ReadOnlySpan<string>)["\\!,", ",\\! ", ", \\! ", ", \\!", ",\\!", "{,}", "{,\\!}", " {, }", " {,}",
            "{,} ", ",{}", ",\\,"])
        {
            if (rest.StartsWith(separator) && ThreeDigits(source, at + separator.Length)) return separator.Length;
        }
        kind = 2;
        foreach (string separator in (ReadOnlySpan<string>)["\\,", "\\;", "\\ ", "\\:", " ", "\u00a0", "\u202f", "\u2009"])
        {
            if (bareComma && rest.StartsWith(separator)) return separator.Length;
            if (separator == "\\," && rest.StartsWith(separator)) return separator.Length;
        }
        kind = 0;
        if (!bareComma && !groupsSeparate && rest.Length > 1 && rest[0] == ',' && rest[1] == '0') return 1;
        return bareComma && rest.Length > 0 && rest[0] is ',' or '，' ? 1 : 0;
    }

    private static void ReadDecimals(string source, ref int position)
    {
        int next = position + 1;
        while (next < source.Length && char.IsAsciiDigit(source[next])) next++;
        bool digits = next > position + 1;
        bool trailing = next < source.Length && source[next] is '/' or '*' or '\\'
            || (next < source.Length && IsRepetendAhead(source.AsSpan(next)));
        if (digits || trailing) position = next;
    }

    /// <summary>Whether digits, or the bar of repeating ones, follow a point that opens a number.</summary>
    public static bool StartsDecimals(ReadOnlySpan<char> rest) =>
        rest.Length > 0 && (char.IsAsciiDigit(rest[0]) || rest.StartsWith("\\overline{") || rest.StartsWith("\\bar{"));

    /// <summary>
    /// The length of a braced decimal comma and its digits, as in 12{,}5; 0 where there is none. Three digits behind other numbers than
    /// zero are thousands.
    /// </summary>
    private static int DecimalCommaLength(string source, int at)
    {
        if (!source.AsSpan(at).StartsWith("{,}")) return 0;
        int end = at + 3;
        while (end < source.Length && char.IsAsciiDigit(source[end])) end++;
        bool zero = at > 0 && source[at - 1] == '0' && (at == 1 || !char.IsAsciiDigit(source[at - 2]));
        bool goesOn = source.AsSpan(end).StartsWith("{,}");
        return end > at + 3 && !goesOn && (zero || end - at - 3 != 3) ? end - at : 0;
    }

    /// <summary>
    /// The number that 0.2727… stands for: decimals that go on, of which the last ones were written at least twice, or thrice where it is
    /// one digit. Null for others, which tell no number.
    /// </summary>
    public static string? ReadUnendingDecimals(string source, string number, ref int position)
    {
        int dots = source.AsSpan(position).StartsWith("...") ? 3 : source.AsSpan(position).StartsWith("\u2026") ? 1
            : source.AsSpan(position).StartsWith("\\ldots") ? 6 : source.AsSpan(position).StartsWith("\\dots") ? 5
            : source.AsSpan(position).StartsWith("\\cdots") ? 6 : 0;
        int point = number.IndexOf('.');
        if (dots == 0 || point < 0 || number.AsSpan().IndexOfAny("(eE") >= 0) return null;
        if (position + dots < source.Length && char.IsAsciiLetterOrDigit(source[position + dots])) return null;
        ReadOnlySpan<char> decimals = number.AsSpan(point + 1);
        for (int period = 1; period <= decimals.Length / 2 && period <= 12; period++)
        {
            int copies = 1;
            while ((copies + 1) * period <= decimals.Length
                && decimals[^((copies + 1) * period)..^(copies * period)].SequenceEqual(decimals[^period..]))
                copies++;
            if (copies < (period == 1 ? 3 : 2)) continue;
            position += dots;
            return $"{number.AsSpan(0, number.Length - (copies * period))}({decimals[^period..]})";
        }
        return null;
    }

    /// <summary>The value of a digit or of a letter for one, 10 for A.</summary>
    public static int DigitValue(char c) => char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetterUpper(c) ? c - 'A' + 10 : 99;

    /// <summary>The repetend under one bar, under bars of its digits, or between dots, where the decimals end.</summary>
    private static string ReadRepetend(string source, ref int position)
    {
        string repetend = ReadParenthesized(source, ref position);
        if (repetend.Length > 0) return repetend;
        repetend = ReadMarked(source, ref position);
        if (repetend.Length == 0) return ReadDotted(source, ref position);
        while (ReadMarked(source, ref position) is { Length: > 0 } more) repetend += more;
        return repetend;
    }

    /// <summary>Whether (27) or {\\overline{27}} follows a point.</summary>
    private static bool IsRepetendAhead(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("{\\overline{") || rest.StartsWith("{\\bar{")) return true;
        if (rest[0] != '(') return false;
        int close = rest.IndexOf(')');
        return close > 1 && rest[1..close].IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>0.(27): the repetend in parentheses right behind the point, where it can be no factor.</summary>
    private static string ReadParenthesized(string source, ref int position)
    {
        if (source[position - 1] != '.' || position >= source.Length || source[position] != '(') return "";
        int end = position + 1;
        while (end < source.Length && char.IsAsciiDigit(source[end])) end++;
        if (end == position + 1 || end >= source.Length || source[end] != ')') return "";
        string repetend = source[(position + 1)..end];
        position = end + 1;
        return repetend;
    }

    /// <summary>0.\dot{1}42\dot{8}: from the first dotted digit to the last.</summary>
    private static string ReadDotted(string source, ref int position)
    {
        int at = position;
        if (ReadDottedDigit(source, ref at) is not { } first) return "";
        int end = at;
        while (end < source.Length && char.IsAsciiDigit(source[end])) end++;
        string between = source[at..end];
        at = end;
        char? last = ReadDottedDigit(source, ref at);
        if (last is null && between.Length > 0) return "";
        position = at;
        return first + between + last;
    }

    private static char? ReadDottedDigit(string source, ref int position)
    {
        ReadOnlySpan<char> rest = source.AsSpan(position);
        if (!rest.StartsWith("\\dot")) return null;
        rest = rest[4..].TrimStart();
        bool braced = rest.Length > 0 && rest[0] == '{';
        if (braced) rest = rest[1..];
        if (rest.IsEmpty || !char.IsAsciiDigit(rest[0]) || (braced && (rest.Length < 2 || rest[1] != '}'))) return null;
        position = source.Length - rest.Length + (braced ? 2 : 1);
        return rest[0];
    }

    private static string ReadMarked(string source, ref int position)
    {
        ReadOnlySpan<char> rest = source.AsSpan(position);
        foreach (string command in (ReadOnlySpan<string>)["\\overline{", "\\bar{", "\\overline ", "\\bar ", "{\\overline{", "{\\bar{"])
        {
            if (!rest.StartsWith(command)) continue;
            int start = command.Length;
            int end = start;
            while (end < rest.Length && char.IsAsciiDigit(rest[end])) end++;
            if (end == start) return "";
            bool braced = command[^1] == '{';
            if (braced && (end >= rest.Length || rest[end] != '}')) return "";
            bool twice = command[0] == '{';
            if (twice && (end + 1 >= rest.Length || rest[end + 1] != '}')) return "";
            if (!braced) end = start + 1;
            string repetend = rest[start..end].ToString();
            position += twice ? end + 2 : braced ? end + 1 : end;
            return repetend;
        }
        return "";
    }

    private static void ReadExponent(string source, ref int position)
    {
        if (position + 1 >= source.Length || source[position] is not ('e' or 'E')) return;
        int next = position + 1;
        if (source[next] is '+' or '-' or '−') next++;
        int digits = next;
        while (next < source.Length && char.IsAsciiDigit(source[next])) next++;
        bool letterFollows = next < source.Length && char.IsAsciiLetter(source[next]);
        if (next > digits && !letterFollows) position = next;
    }

    /// <summary>The exact value of a number as <see cref="Read"/> returns it.</summary>
    public static Rational Value(string text, WorkMeter meter)
    {
        if (text.Length <= 18 && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong small))
            return new Rational(small);
        meter.ChargeBits(text.Length * 4L);
        int exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        ReadOnlySpan<char> mantissa = exponentAt < 0 ? text : text.AsSpan(0, exponentAt);
        int point = mantissa.IndexOf('.');
        int repeat = mantissa.IndexOf('(');
        ReadOnlySpan<char> whole = point < 0 ? mantissa : mantissa[..point];
        ReadOnlySpan<char> decimals = point < 0 ? [] : repeat < 0 ? mantissa[(point + 1)..] : mantissa[(point + 1)..repeat];
        BigInteger digits = Parse(string.Concat(whole, decimals), meter);
        Rational value = new(digits, Power(10, decimals.Length, meter));
        if (repeat >= 0)
        {
            ReadOnlySpan<char> repetend = mantissa[(repeat + 1)..^1];
            BigInteger nines = Power(10, repetend.Length, meter) - 1;
            value += new Rational(Parse(repetend, meter), nines * Power(10, decimals.Length, meter));
        }
        return exponentAt < 0 ? value : Scale(value, text.AsSpan(exponentAt + 1), meter);
    }

    private static Rational Scale(Rational value, ReadOnlySpan<char> exponentText, WorkMeter meter)
    {
        bool negative = exponentText[0] is '-' or '−';
        ReadOnlySpan<char> digits = exponentText.TrimStart("+-−");
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int exponent) || exponent > 1_000_000)
            throw new OverBudgetException("exponent");
        BigInteger scale = Power(10, exponent, meter);
        return negative ? value / new Rational(scale) : value * new Rational(scale);
    }

    private static BigInteger Parse(ReadOnlySpan<char> digits, WorkMeter meter)
    {
        meter.ChargeBits(digits.Length * 4L);
        return digits.IsEmpty ? BigInteger.Zero : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static BigInteger Power(int value, int exponent, WorkMeter meter)
    {
        meter.ChargeBits(exponent * 4L);
        return BigInteger.Pow(value, exponent);
    }
}
