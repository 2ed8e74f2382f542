using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>
/// Wrong numbers with any words, units, signs, boxes, commands and ends of turns, and with parts of the statement where it does not hold
/// the answer.
/// </summary>
internal sealed class WordsAttack : Attack
{
    private readonly string[] _values;
    private readonly string[] _words;

    private WordsAttack(Gold gold, string[] values)
        : base(gold)
    {
        _values = values;
        // A word or sign that the gold is spelled with could be half of stating it.
        _words = [.. Vocabulary.Neutral.Concat(Vocabulary.Changing).Where(word => !Spells(gold, word)), .. StatementParts.Of(gold),
            .. StatementParts.Of(gold)];
    }

    /// <inheritdoc/>
    public override string Name => "words";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Words => _words;

    /// <summary>The attack, or null where no wrong value is safe.</summary>
    public static WordsAttack? Fitting(Gold gold)
    {
        IEnumerable<int> near = gold.Number is { } n && Math.Abs(n) < 1e8
            ? new[] { 1, -1, 2, 10, -2, 3, 11, -3, 7 }.Select(by => (int)Math.Abs(n) + by)
            : [];
        int[] far = [47, 59, 83, 107, 131, 173, 211, 1009, 2003, 4021, 9973];
        IEnumerable<int> candidates = near.Concat(far)
            .Where(value =>
                !gold.Answer.Contains(value.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        string[] values = gold.Number is { } number
            ? Closure.WrongValues(number, candidates, 3)
            : [.. far.Take(3).Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        return values.Length == 0 ? null : new(gold, values);
    }

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        string value = draws.Pick<string>(_values), word = _words[draws.Below(_words.Length)];
        string[] texts = draws.Below(7) switch
        {
            0 => ["The answer is ", value, word, "."],
            1 => ["Answer: ", value, word],
            2 => ["#### ", value, word],
            3 => ["$", value, word, "$"],
            4 => [word, value, word],
            _ => ["So it is ", "\\boxed{", value, word, "}", "."],
        };
        return [.. texts.Select(text => new Token(text))];
    }

    /// <inheritdoc/>
    public override Token[] Mutate(Token[] tokens, Draws draws)
    {
        Token[] changed = Mutation.Of(tokens, _words, draws);
        if (draws.Chance(0.1)) changed = [.. changed, new(draws.Pick<string>(_values))];
        if (draws.Chance(0.1) && changed.Length > 1) changed = draws.Shuffle(changed);
        // The closure was taken with every value written once.
        HashSet<string> seen = [];
        return [.. changed.Where(token => !_values.Contains(token.Text) || seen.Add(token.Text))];
    }

    private static bool Spells(Gold gold, string word)
    {
        string bare = word.Trim(' ', '{', '}', '\\');
        return bare.Length > 0 && (bare.Any(char.IsLetter) || bare is "\\$" or "%"
            ? gold.Answer.Contains(bare, StringComparison.OrdinalIgnoreCase)
            : bare is "-" or "/" or "^" or "_" && gold.Number is null && gold.Answer.Contains(bare, StringComparison.Ordinal));
    }
}
