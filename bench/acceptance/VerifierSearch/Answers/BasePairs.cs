using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Numbers in bases, ratios, and numbers against lists.</summary>
internal static class BasePairs
{
    private static readonly string[] Words = ["", "", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static Pair? Different(Draws draws)
    {
        int radix = draws.Between(2, 9), other = draws.Pick(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16);
        string digits = Digits(draws, radix);
        switch (draws.Below(4))
        {
            case 0:
                string changed = Digits(draws, radix);
                return changed == digits ? null : new("number in a base", "digits", $"{digits}_{radix}", $"{changed}_{{{radix}}}");
            case 1:
                return Value(digits, radix) == Value(digits, other)
                    ? null
                    : new("number in a base", "base", $"{digits}_{radix}", $"{digits}_{{{other}}}");
            case 2:
                int a = draws.Between(1, 20), b = a + draws.Between(1, 20);
                return new("ratio", "ratio", $"{a}:{b}", draws.Pick($"{b}:{a}", $"{a}:{b + 1}", $"{a + 1}:{b}", $"\\frac{{{b}}}{{{a}}}"));
            default:
                int head = draws.Between(1, 99), tail = draws.Between(0, 99);
                return new("number with a separator", "number taken for a list", $"{head},{tail:000}",
                    draws.Pick($"{head}, {tail}", $"{tail}, {head}", $"({head},{tail})", $"\\{{{head},{tail}\\}}",
                        $"{head}{tail}"[..^1] + "9,1"));
        }
    }

    public static Pair? Equal(Draws draws)
    {
        int radix = draws.Between(2, 9);
        string digits = Digits(draws, radix);
        switch (draws.Below(3))
        {
            case 0:
                return new("number in a base", "base in another spelling", $"{digits}_{radix}",
                    draws.Pick($"{digits}_{{{radix}}}", $"{digits}_{{ {radix} }}", $"({digits})_{{{radix}}}",
                        $"{digits}_{{\\text{{{Words[radix]}}}}}", $"{digits} _{radix}"));
            case 1:
                int a = draws.Between(1, 20), b = a + draws.Between(1, 20), factor = draws.Between(1, 4);
                return new("ratio", "ratio in another form", $"{a}:{b}",
                    draws.Pick($"{a * factor}:{b * factor}", $"{a} : {b}", $"\\frac{{{a}}}{{{b}}}", $"{a}/{b}", $"{a}\\text{{:}}{b}",
                        $"{a} \\text{{ to }} {b}"));
            default:
                int head = draws.Between(1, 99), tail = draws.Between(0, 999);
                return new("number with a separator", "separator in another form", $"{head},{tail:000}",
                    draws.Pick($"{head}{tail:000}", $"{head}{{,}}{tail:000}", $"{head}\\,{tail:000}", $"{head} {tail:000}",
                        $"{head}\\!,{tail:000}"));
        }
    }

    private static string Digits(Draws draws, int radix) =>
        draws.Between(1, radix - 1)
        + string.Concat(Enumerable.Range(0, draws.Between(1, 6))
            .Select(_ => draws.Below(radix).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static BigInteger Value(string digits, int radix) =>
        digits.Aggregate(BigInteger.Zero, (value, digit) => value * radix + (digit - '0'));
}
