using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>
/// What may stand after a value: a product of known units, or a plain noun for what is counted. The grammar is closed: digits, signs,
/// number words, operations, hedges and negations make no unit, and an unknown unit equals no known one.
/// </summary>
internal static class Units
{
    private const int LongestName = 60;

    private static readonly char[] Separators = [' ', '·', '*'];

    /// <summary>Whether a run of letters is one known unit.</summary>
    public static bool IsUnit(ReadOnlySpan<char> word)
    {
        if (word.Length > 24) return false;
        Span<char> lower = stackalloc char[24];
        int length = word.ToLowerInvariant(lower);
        return UnitTable.Find(word) is not null || (word.Length > 1 && UnitTable.Find(lower[..length]) is not null);
    }

    /// <summary>Whether words are a product of known units.</summary>
    public static bool IsKnown(string words) => TryResolve(words, out _);

    /// <summary>Whether words can stand after a value without changing it; K may stand for a thousand and does not.</summary>
    /// <param name="words">The words in lower case.</param>
    /// <param name="value">The value, for one of which a noun is singular.</param>
    public static bool MayFollow(string words, Node value) =>
        IsGeneric(words) || IsRate(words, value) || (words != "K" && TryResolve(words, out _))
        || UnitNouns.IsPlainNoun(words.ToLowerInvariant(), value is { Kind: NodeKind.Number } && value.Value.IsOne);

    /// <summary>"cookies per person": a plain noun or unit for one of another.</summary>
    private static bool IsRate(string words, Node value)
    {
        if (words.StartsWith("per ", StringComparison.Ordinal)) return IsRate(" " + words, value);
        int at = words.IndexOf(" per ", StringComparison.Ordinal);
        if (at < 0) return false;
        string other = words[(at + 5)..];
        return !other.Contains(' ') && other is not ("cent" or "mille" or "mil" or "hundred")
            && UnitNouns.IsPlainNoun(other.ToLowerInvariant(), true) && (at == 0 || MayFollow(words[..at], value));
    }

    /// <summary>"units", "square units": they say no more than that there is a unit.</summary>
    private static bool IsGeneric(string words) =>
        words is "unit" or "units" or "square unit" or "square units" or "sq unit" or "sq units" or "sq. units"
            or "sq.units" or "cubic units" or "cubic unit" or "cu. units" or "units^2" or "units^3" or "unit^2" or "unit^3"
            or "units squared"
        or "units cubed";

    /// <summary>
    /// The factor from the first unit to the second: of known ones of one dimension their ratio, 1 for the same things counted, null
    /// for different things.
    /// </summary>
    public static Rational? Factor(string from, string to)
    {
        if (from == to) return Rational.One;
        if (IsGeneric(from) && IsGeneric(to)) return Rational.One;
        bool fromKnown = TryResolve(from, out UnitTable.Unit first);
        bool toKnown = TryResolve(to, out UnitTable.Unit second);
        if (fromKnown && toKnown) return first.Dimension.Equals(second.Dimension) ? first.Size / second.Size : null;
        return !fromKnown && !toKnown && UnitNouns.AreTheSame(from.ToLowerInvariant(), to.ToLowerInvariant()) ? Rational.One : null;
    }

    /// <summary>Reads a product of units: "km/h", "square feet", "meters per second squared", "kg·m/s^2".</summary>
    public static bool TryResolve(string words, out UnitTable.Unit unit)
    {
        unit = new(UnitDimension.None, Rational.One);
        if (words.Length is 0 or > LongestName) return false;
        string text = words.Replace(" per ", "/", StringComparison.Ordinal).Replace(" an hour", "/hour", StringComparison.Ordinal)
            .Replace(" a day", "/day", StringComparison.Ordinal).Replace(" a second", "/second", StringComparison.Ordinal)
            .Replace("sq.", "square ", StringComparison.Ordinal)
            .Replace("cu.", "cubic ", StringComparison.Ordinal)
            .Replace("²", "^2", StringComparison.Ordinal).Replace("³", "^3", StringComparison.Ordinal);
        bool inverse = false;
        foreach (string side in text.Split('/'))
        {
            string[] factors = side.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
            if (factors.Length == 0 || !TryMultiply(factors, inverse ? -1 : 1, ref unit)) return false;
            inverse = true;
        }
        return true;
    }

    private static bool TryMultiply(string[] factors, int sign, ref UnitTable.Unit product)
    {
        int before = 1;
        for (int i = 0; i < factors.Length; i++)
        {
            string name = factors[i];
            if (i + 1 < factors.Length && name is "square" or "sq" or "cubic" or "cu")
            {
                before = name[0] == 's' ? 2 : 3;
                continue;
            }
            int power = before;
            before = 1;
            if (i + 1 < factors.Length && factors[i + 1] is "squared" or "cubed") power = factors[++i] == "squared" ? 2 : 3;
            int caret = name.IndexOf('^');
            if (caret > 0)
            {
                if (!int.TryParse(name.AsSpan(caret + 1).Trim("{}"), out int exponent) || Math.Abs(exponent) is < 1 or > 4) return false;
                power *= exponent;
                name = name[..caret];
            }
            // Names of two words: light years, nautical miles.
            if (i + 1 < factors.Length && UnitTable.Find($"{name} {factors[i + 1]}") is { } pair)
            {
                i++;
                product = Multiply(product, pair, power * sign);
            }
            else if (Find(name) is { } unit) product = Multiply(product, unit, power * sign);
            else return false;
        }
        return before == 1;
    }

    // Letters alone are symbols of units in one case only: m is a meter, M none.
    private static UnitTable.Unit? Find(string name) =>
        UnitTable.Find(name) ?? (name.Length > 1 ? UnitTable.Find(name.ToLowerInvariant()) : null);

    private static UnitTable.Unit Multiply(UnitTable.Unit product, UnitTable.Unit factor, int power)
    {
        Rational size = product.Size;
        for (int i = 0; i < Math.Abs(power); i++) size = power > 0 ? size * factor.Size : size / factor.Size;
        return new(product.Dimension.Times(factor.Dimension, power), size);
    }
}
