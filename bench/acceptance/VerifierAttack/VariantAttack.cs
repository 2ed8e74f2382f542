using System.Globalization;
using System.Text.RegularExpressions;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>The gold with one number, sign of an end, order or word changed, among words and marks that change no value.</summary>
internal sealed partial class VariantAttack : Attack
{
    private static readonly string[] Others = ["odd", "even", "Tuesday", "Sunday", "circle", "parabola", "both", "neither", "\\text{(A)}",
        "\\text{(B)}", "\\text{(D)}", "B", "D"];

    private readonly string[] _words;

    private VariantAttack(Gold gold)
        : base(gold)
    {
        string letters = Command().Replace(gold.Answer, " ");
        string[] own = [.. Word().Matches(letters).Select(match => match.Value)];
        // Neither the gold's words nor single letters of it may come in as prose.
        _words = [.. Vocabulary.Neutral.Where(
            word => !Word().Matches(word).Any(match => own.Contains(match.Value, StringComparer.OrdinalIgnoreCase)))];
    }

    /// <inheritdoc/>
    public override string Name => "variant";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Words => _words;

    /// <summary>The attack, or null where the gold has nothing to change.</summary>
    public static VariantAttack? Fitting(Gold gold) =>
        gold.Kind is "text" or "choice" or "other" || Number().IsMatch(gold.Answer) ? new(gold) : null;

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        string value = Changed(draws);
        string[] texts = draws.Below(6) switch
        {
            0 => ["The answer is $", "$."],
            1 => ["Answer: ", ""],
            2 => ["#### ", ""],
            3 => ["Thus $", "$"],
            _ => ["So it is \\boxed{", "}."],
        };
        return [new(texts[0]), new(value, true), new(texts[1])];
    }

    private string Changed(Draws draws)
    {
        string answer = Gold.Answer;
        Match[] numbers = [.. Number().Matches(answer).Cast<Match>()];
        if (numbers.Length == 0 || Gold.Kind is "text" or "choice")
            return draws.Pick<string>([.. Others.Where(other => Letters(other) != Letters(answer))]);
        if (Gold.Kind is "interval" && draws.Chance(0.4) && answer[0] is '(' or '[') return Closed(answer, draws);
        Match number = numbers[draws.Below(numbers.Length)];
        int value = int.Parse(number.Value, CultureInfo.InvariantCulture), changed = value + draws.Pick(1, 1, 2, 10);
        // A digit of a base, and a base, stay what they are.
        if (Gold.Kind == "base") changed = value >= 100 ? value + 1000 : value + 20;
        return answer[..number.Index] + changed.ToString(CultureInfo.InvariantCulture) + answer[(number.Index + number.Length)..];
    }

    // The bracket at an end that is a number is turned into the other kind.
    private static string Closed(string answer, Draws draws)
    {
        Match[] ends = [.. FiniteEnd().Matches(answer).Cast<Match>()];
        if (ends.Length == 0) return answer + "\\cup\\{1000\\}";
        Match end = ends[draws.Below(ends.Length)];
        char turned = end.Value[0] switch { '(' => '[', '[' => '(', ')' => ']', _ => ')' };
        return answer[..end.Index] + turned + answer[(end.Index + 1)..];
    }

    private static string Letters(string text) => string.Concat(Command().Replace(text, "").Where(char.IsLetter)).ToUpperInvariant();

    [GeneratedRegex(@"\\[a-zA-Z]+")]
    private static partial Regex Command();

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![\d.,!\\])\d{1,8}(?![\d.,])")]
    private static partial Regex Number();

    [GeneratedRegex(@"[\(\[](?=\s*-?\d)|(?<=\d\s*)[\)\]]")]
    private static partial Regex FiniteEnd();
}
