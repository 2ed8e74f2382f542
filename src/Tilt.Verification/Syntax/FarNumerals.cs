namespace Tilt.Verification.Syntax;

/// <summary>
/// Numerals of Chinese, Japanese and Korean: those that go on behind a number (multipliers, parts, "more than"), before which a number is
/// not the whole value, and numbers written in them.
/// </summary>
internal static class FarNumerals
{
    private const string Multipliers = "十百千万萬亿億兆半多余餘倍成割几십백천만억조배";

    private const string Digits = "零一二三四五六七八九";

    /// <summary>Whether a word that follows a number begins with one.</summary>
    public static bool Multiplies(ReadOnlySpan<char> word) =>
        word.Length > 0 && Multipliers.Contains(word[0], StringComparison.Ordinal);

    /// <summary>The number that a multiplier stands for; null for other numerals, such as "half" and "more than".</summary>
    public static long? Scale(char c) => c switch
    {
        '十' or '십' => 10,
        '百' or '백' => 100,
        '千' or '천' => 1000,
        '万' or '萬' or '만' => 10_000,
        '亿' or '億' or '억' => 100_000_000,
        '兆' or '조' => 1_000_000_000_000,
        _ => null,
    };

    /// <summary>The number that Chinese numerals alone spell, such as 三百二十; null for other texts.</summary>
    public static long? Spelled(string text)
    {
        if (text.Length is 0 or > 16) return null;
        long total = 0, section = 0, leastSection = long.MaxValue, least = 10_000;
        int digit = -1;
        foreach (char c in text)
        {
            int value = c == '两' ? 2 : c == '〇' ? 0 : Digits.IndexOf(c, StringComparison.Ordinal);
            if (value >= 0)
            {
                // Numbers are not spelled digit by digit, but for a zero that bridges a place.
                if (digit > 0 || (digit == 0 && value == 0)) return null;
                digit = value;
                continue;
            }

            if (Scale(c) is not { } scale || c > '\uabff') return null;
            if (scale < 10_000)
            {
                // 十 alone is ten.
                if (digit < 1 && (scale != 10 || section != 0 || digit == 0) || scale >= least) return null;
                section += (digit < 1 ? 1 : digit) * scale;
                least = scale;
            }
            else
            {
                section += Math.Max(0, digit);
                if (section == 0 || scale >= leastSection) return null;
                total += section * scale;
                (section, least, leastSection) = (0, 10_000, scale);
            }

            digit = -1;
        }

        return total + section + Math.Max(0, digit);
    }
}
