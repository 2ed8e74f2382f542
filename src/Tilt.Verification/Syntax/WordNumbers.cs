using System.Collections.Frozen;
using System.Globalization;

namespace Tilt.Verification.Syntax;

/// <summary>Numbers in words: cardinals up to a hundred, multipliers from "dozen" up, parts such as "halves", ordinal endings.</summary>
internal static class WordNumbers
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly FrozenDictionary<string, string> Multipliers = new Dictionary<string, string>
    {
        ["dozen"] = "12",
        ["hundred"] = "100",
        ["thousand"] = "1000",
        ["lakh"] = "100000",
        ["million"] = "1000000",
        ["billion"] = "1000000000",
        ["trillion"] = "1000000000000",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Parts = BuildParts();

    private static readonly FrozenDictionary<string, int> Cardinals = BuildCardinals();

    private static FrozenDictionary<string, string> BuildParts()
    {
        var parts = new Dictionary<string, string> { ["half"] = "2", ["halves"] = "2", ["quarters"] = "4", ["thirds"] = "3" };
        string[] names = ["fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];
        for (int i = 0; i < names.Length; i++) parts[names[i] + "s"] = (i + 4).ToString(CultureInfo.InvariantCulture);
        parts["hundredths"] = "100";
        parts["thousandths"] = "1000";
        parts["millionths"] = "1000000";
        parts["billionths"] = "1000000000";
        parts["trillionths"] = "1000000000000";
        string[] more = ["thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"];
        for (int i = 0; i < more.Length; i++) parts[more[i] + "s"] = (i + 13).ToString(CultureInfo.InvariantCulture);
        string[] tens = ["thirtieths", "fortieths", "fiftieths", "sixtieths", "seventieths", "eightieths", "ninetieths"];
        for (int i = 0; i < tens.Length; i++) parts[tens[i]] = (10 * (i + 3)).ToString(CultureInfo.InvariantCulture);
        return parts.ToFrozenDictionary();
    }

    private static FrozenDictionary<string, int> BuildCardinals()
    {
        var cardinals = new Dictionary<string, int>();
        for (int i = 0; i < Small.Length; i++) cardinals[Small[i]] = i;
        for (int ten = 0; ten < Tens.Length; ten++)
        {
            cardinals[Tens[ten]] = 10 * (ten + 2);
            for (int one = 1; one < 10; one++)
            {
                cardinals[$"{Tens[ten]}-{Small[one]}"] = (10 * (ten + 2)) + one;
                cardinals[$"{Tens[ten]} {Small[one]}"] = (10 * (ten + 2)) + one;
            }
        }
        cardinals["one hundred"] = cardinals["a hundred"] = 100;
        return cardinals.ToFrozenDictionary();
    }

    /// <summary>The number that lower-case words spell, or null.</summary>
    public static int? Cardinal(string words) => Cardinals.TryGetValue(words, out int value) ? value : null;

    /// <summary>The number that words spell in full, such as "one hundred and twenty-one" and "three million"; null for others.</summary>
    public static long? Spelled(string words)
    {
        if (words.Length > 120) return null;
        long total = 0, current = 0, least = long.MaxValue;
        bool any = false, joins = false;
        foreach (string word in words.Split([' ', '-']))
        {
            if (joins && word == "and") return null;
            if (word == "and")
            {
                if (!any || (current > 0 && current % 100 != 0)) return null;
                joins = true;
                continue;
            }
            joins = false;
            if (word == "hundred")
            {
                if (current is < 1 or > 99) return null;
                current *= 100;
            }
            else if (word is "thousand" or "million" or "billion" or "trillion")
            {
                long scale = long.Parse(Multipliers[word], CultureInfo.InvariantCulture);
                if (current == 0 || scale >= least) return null;
                total += current * scale;
                (current, least) = (0, scale);
            }
            else if (Cardinals.TryGetValue(word, out int value) && value < 100 && (!any || value > 0))
            {
                long below = current % 100;
                bool fits = below == 0 || (below >= 20 && below % 10 == 0 && value is > 0 and < 10);
                if (!fits || (any && total == 0 && current == 0)) return null;
                current += value;
            }
            else return null;
            any = true;
        }
        return any && !joins ? total + current : null;
    }

    /// <summary>The number that words spell, perhaps with a sign; null for others.</summary>
    public static long? Signed(string words)
    {
        foreach (string sign in (ReadOnlySpan<string>)["negative ", "minus "])
        {
            if (words.StartsWith(sign, StringComparison.Ordinal)) return -(Cardinal(words[sign.Length..]) ?? Spelled(words[sign.Length..]));
        }
        return Cardinal(words) ?? Spelled(words);
    }

    /// <summary>The digits of "million" or "millions", or null.</summary>
    public static string? Multiplier(string word)
    {
        if (Multipliers.TryGetValue(word, out string? digits)) return digits;
        return word.EndsWith('s') && Multipliers.TryGetValue(word[..^1], out digits) ? digits : null;
    }

    /// <summary>The base that "binary" and its like name, or null.</summary>
    public static string? Base(string word) => word switch
    {
        "binary" => "2",
        "ternary" => "3",
        "octal" => "8",
        "decimal" => "10",
        "hexadecimal" or "hex" => "16",
        _ => null,
    };

    /// <summary>The denominator of "halves", "thirds", "tenths", or null.</summary>
    public static string? Part(string word) => Parts.GetValueOrDefault(word);

    /// <summary>The fraction that words spell, as in "two thirds" and "one-half", or null.</summary>
    public static (int Numerator, string Denominator)? SpelledFraction(string words)
    {
        int split = words.LastIndexOfAny([' ', '-']);
        if (split <= 0) return null;
        string part = words[(split + 1)..];
        int? count = words[..split] is "a" ? 1 : Cardinal(words[..split]);
        string? denominator = Part(part) ?? (count == 1 ? part == "quarter" ? "4" : Part(part + "s") : null);
        return count is { } numerator && denominator is not null ? (numerator, denominator) : null;
    }

    /// <summary>Whether a word belongs to a number: it never says what is counted.</summary>
    public static bool IsNumberWord(string word) =>
        Cardinals.ContainsKey(word) || Multiplier(word) is not null || Parts.ContainsKey(word)
        || (word.EndsWith('s') && Cardinals.ContainsKey(word[..^1]));

    /// <summary>Whether an ending makes a number an ordinal: 1st, 2nd, 3rd, 11th.</summary>
    public static bool IsOrdinalEnding(string number, ReadOnlySpan<char> ending)
    {
        if (number.Length == 0 || !number.All(char.IsAsciiDigit)) return false;
        bool teen = number.Length > 1 && number[^2] == '1';
        return ending switch
        {
            "st" => number[^1] == '1' && !teen,
            "nd" => number[^1] == '2' && !teen,
            "rd" => number[^1] == '3' && !teen,
            "th" => teen || number[^1] is '0' or (>= '4' and <= '9'),
            _ => false,
        };
    }
}
