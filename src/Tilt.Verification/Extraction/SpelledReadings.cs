using System.Globalization;
using System.Text.RegularExpressions;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>
/// Readings of answers whose words say a value of their own: numbers in words, quantities set as one text, times of day, bounds in words,
/// currencies by their codes, binomial coefficients as C(n, k), letters of several choices.
/// </summary>
internal static class SpelledReadings
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex Time = new(@"^(?<clock>[0-9]{1,2}:[0-9]{2}) ?(?<half>[apAP])\.? ?[mM]\.?$", Linear);

    private static readonly Regex Ratio = new("^(?<first>[0-9]+) to (?<second>[0-9]+)$", Linear);

    private static readonly Regex Ordinal = new("^(?<number>[0-9]+) ?-?(?<ending>st|nd|rd|th)$", Linear);

    private static readonly Regex Parts = new(@"^(?:[0-9]+(?:\.[0-9]+)? ?[A-Za-z]+(?:, | and |, and | )?)+$", Linear);

    private static readonly Regex Part = new(@"(?<value>[0-9]+(?:\.[0-9]+)?) ?(?<unit>[A-Za-z]+)(?:,? and)?", Linear);

    private static readonly Regex Currency = new(@"^(?<code>USD|US\\\$|US\$|EUR|GBP|INR|Rs\.?) ?(?<value>[0-9][0-9,.]*)$", Linear);

    private static readonly Regex Called = new(@"^C\((?<a>[0-9]{1,4}),(?<b>[0-9]{1,4})\)$", Linear);

    private static readonly Regex Indexed =
        new(@"^(?:\{\})?(?:[_^]\{?(?<a>[0-9]{1,4})\}?C_\{?(?<b>[0-9]{1,4})\}?"
            + @"|C[_^]\{?(?<c>[0-9]{1,4})\}?[_^]\{?(?<d>[0-9]{1,4})\}?)$", Linear);

    private static readonly Regex Choices =
        new(@"^\(?[A-J]\)?(?:(?: ?, ?| and |, and | ?\\?& ?)\(?[A-J]\)?){1,7}$", Linear);

    private static readonly Regex Bound = new(
        "^(?:[Aa]ll (?:real numbers|reals|numbers|real values|values of)? ?(?:(?<letter>[a-z]) )?(?:that are |which are )?"
        + "|(?<name>[a-z]) is )"
        + "(?<sign>less than or equal to|less than|greater than or equal to|greater than|at most|at least) (?<bound>.+)$", Linear);

    private static readonly Regex Scaled = new(
        @"^(?<value>[0-9]+(?:[.,][0-9]+)*) ?(?<word>[\p{IsCyrillic}]+|[^\x00-\x7f])(?<counter> ?[^\x00-\x7f]*)\.?$", Linear);

    private static readonly Regex Portion = new("^(?<value>.*[0-9}]) ?of (?:an?|the) (?<unit>[A-Za-z]+)$", Linear);

    private static readonly string[] Openings =
        ["a total of ", "in total ", "it is ", "it's ", "the answer is ", "answer: ", "we get ", "all "];

    /// <summary>The readings of a text without commands for words and spacing.</summary>
    /// <param name="flat">The text.</param>
    /// <param name="goldIsLetters">Whether the gold is a list of letters.</param>
    public static IEnumerable<string> Of(string flat, bool goldIsLetters)
    {
        bool foreign = flat.AsSpan().ContainsAnyExceptInRange('\0', '\u007f');
        if (foreign && FarNumerals.Spelled(flat) is { } far) yield return far.ToString(CultureInfo.InvariantCulture);
        if (foreign && Scaled.Match(flat) is { Success: true } scaled && Scale(scaled.Groups["word"].Value) is { } scale
            && scaled.Groups["counter"].Value.Trim() is var counter && (counter.Length == 0 || FarCounters.EndsSo(counter)))
            yield return $"{scaled.Groups["value"].Value}\\cdot {scale}";
        if (flat.AsSpan().IndexOfAnyInRange('A', 'z') < 0) yield break;
        string text = string.Join(' ', flat.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (Time.Match(text) is { Success: true } time)
        {
            yield return $"{time.Groups["clock"].Value}\\text{{ {time.Groups["half"].Value}m}}";
            yield break;
        }
        if (text.Length == 2 && text[0] is >= 'A' and <= 'J' && text[1] == ')') yield return text[..1];
        if (Ratio.Match(text) is { Success: true } ratio) yield return $"{ratio.Groups["first"].Value}:{ratio.Groups["second"].Value}";
        if (Ordinal.Match(text) is { Success: true } ordinal
            && WordNumbers.IsOrdinalEnding(ordinal.Groups["number"].Value, ordinal.Groups["ending"].Value))
            yield return ordinal.Groups["number"].Value;
        if (Currency.Match(text) is { Success: true } money) yield return SignOf(money.Groups["code"].Value) + money.Groups["value"].Value;
        if (Binomial(text) is { } binomial) yield return binomial;
        if (Choices.IsMatch(text)) yield return Letters(text);
        if (goldIsLetters && text.Length is > 1 and < 9 && text.All(c => c is >= 'A' and <= 'J')
            && text.Distinct().Count() == text.Length)
            yield return string.Join(", ", text.ToCharArray());
        if (Bound.Match(text) is { Success: true } bound) yield return Inequality(bound);
        if (text.Contains(" of ", StringComparison.Ordinal) && Portion.Match(text) is { Success: true } portion
            && Units.IsKnown(portion.Groups["unit"].Value))
            yield return $"{portion.Groups["value"].Value}\\text{{ {portion.Groups["unit"].Value}}}";
        if (Quantities(text) is { } quantities) yield return quantities;
        if (Number(text) is { } number) yield return number;
        foreach (string opening in Openings)
        {
            if (text.Length > opening.Length && text.StartsWith(opening, StringComparison.OrdinalIgnoreCase)
                && (opening != "all " || text.AsSpan().IndexOfAny("<>") > 0 || text.Contains("\\ge", StringComparison.Ordinal)
                    || text.Contains("\\le", StringComparison.Ordinal)))
            {
                yield return text[opening.Length..];
                if (Number(text[opening.Length..]) is { } opened) yield return opened;
            }
        }
    }

    /// <summary>The number that a word behind a number multiplies it by: 万, тысяч.</summary>
    private static long? Scale(string word)
    {
        if (word.Length == 1) return FarNumerals.Scale(word[0]);
        return word.ToLowerInvariant() switch
        {
            "тысяч" or "тысячи" or "тысяча" or "тыс" => 1000,
            "миллион" or "миллиона" or "миллионов" or "млн" => 1_000_000,
            "миллиард" or "миллиарда" or "миллиардов" or "млрд" => 1_000_000_000,
            _ => null,
        };
    }

    private static string SignOf(string code) => code[0] switch
    {
        'U' => "\\$",
        'E' => "€",
        'G' => "£",
        _ => "₹",
    };

    /// <summary>C(12, 4), ₁₂C₄ and C with both indices; the larger number is above.</summary>
    private static string? Binomial(string text)
    {
        if (!text.Contains('C')) return null;
        string joined = text.Replace(" ", "", StringComparison.Ordinal);
        Match match = Called.Match(joined);
        if (!match.Success) match = Indexed.Match(joined);
        if (!match.Success) return null;
        int[] numbers = [.. match.Groups.Values.Skip(1).Where(group => group.Success)
            .Select(group => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture))];
        if (numbers.Length != 2) return null;
        bool ordered = joined[1] == '(' || joined[0] != 'C';
        if (ordered && numbers[0] < numbers[1]) return null;
        return $"\\binom{{{numbers.Max()}}}{{{numbers.Min()}}}";
    }

    private static string Letters(string text) =>
        string.Join(", ", text.Replace("and", "", StringComparison.Ordinal).Where(c => c is >= 'A' and <= 'J'));

    private static string Inequality(Match bound)
    {
        string name = bound.Groups["letter"].Success ? bound.Groups["letter"].Value
            : bound.Groups["name"].Success ? bound.Groups["name"].Value : "x";
        string sign = bound.Groups["sign"].Value switch
        {
            "less than" => "<",
            "greater than" => ">",
            "less than or equal to" or "at most" => "\\le ",
            _ => "\\ge ",
        };
        return name + sign + bound.Groups["bound"].Value;
    }

    /// <summary>"2 hours 30 minutes", "2h30min": several quantities of known units.</summary>
    private static string? Quantities(string text)
    {
        if (!char.IsAsciiDigit(text[0]) || !Parts.IsMatch(text)) return null;
        MatchCollection parts = Part.Matches(text);
        if (parts.Count < 2) return null;
        var result = new System.Text.StringBuilder();
        foreach (Match part in parts)
        {
            if (!Units.IsKnown(part.Groups["unit"].Value)) return null;
            result.Append(part.Groups["value"].Value).Append("\\text{ ").Append(part.Groups["unit"].Value).Append("} ");
        }
        return result.ToString();
    }

    /// <summary>Whether letters are a word or a unit rather than a product of symbols.</summary>
    private static bool IsWord(string word) =>
        word.All(c => char.IsLetter(c) || c is '-' or '\'' or '.')
        && (word.Length > 3 || (word.Length > 1 && Units.IsUnit(word)) || word is "in" or "of" or "per" or "men" or "all");

    /// <summary>A number in words or digits before a unit, a plain noun, "percent" or "out of" another.</summary>
    private static string? Number(string text)
    {
        string[] words = text.ToLowerInvariant().Split(' ');
        int most = Math.Min(words.Length, 12);
        for (int count = most; count > 0; count--)
        {
            string first = string.Join(' ', words[..count]);
            string? digits = first.All(char.IsAsciiDigit) ? first
                : WordNumbers.Spelled(first)?.ToString(CultureInfo.InvariantCulture);
            if (digits is null) continue;
            string rest = string.Join(' ', words[count..]);
            if (rest.Length == 0) return digits;
            if (rest is "percent" or "per cent" or "%" or "\\%") return digits + "\\%";
            if (rest.StartsWith("out of ", StringComparison.Ordinal) && WordNumbers.Spelled(rest[7..]) is > 0 and var whole)
                return $"\\frac{{{digits}}}{{{whole}}}";
            if (rest.StartsWith("to ", StringComparison.Ordinal) && WordNumbers.Spelled(rest[3..]) is { } other) return $"{digits}:{other}";
            // Letters beside digits may be a product of symbols.
            if (!Array.TrueForAll(words[count..], IsWord)) return null;
            bool one = digits == "1";
            return Units.MayFollow(rest, one ? Node.Number(Numbers.Rational.One) : Node.Of(NodeKind.Empty))
                ? $"{digits}\\text{{ {rest}}}"
                : null;
        }
        return null;
    }
}
