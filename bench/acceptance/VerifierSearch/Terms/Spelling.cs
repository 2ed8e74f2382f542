namespace Tilt.Acceptance.VerifierSearch.Terms;

/// <summary>Which of the ways to write the same LaTeX is taken at each place.</summary>
/// <param name="draws">Draws, or null for the plainest way.</param>
internal sealed class Spelling(Draws? draws = null)
{
    /// <summary>Stands in a text for a space that may be left out.</summary>
    public const char Gap = '\u0001';

    // A writer keeps to most of its habits: what is not in the habits of this text is written plainly.
    private readonly ulong _habits = draws?.Next() ?? 0;

    /// <summary>The plainest way.</summary>
    public static Spelling Plain { get; } = new();

    /// <summary>One of several ways; the first is the plain one.</summary>
    public string Pick(Habit habit, params ReadOnlySpan<string> ways) => Has(habit) ? draws!.Pick(ways) : ways[0];

    /// <summary>Whether a way other than the plain one is taken here.</summary>
    public bool Takes(Habit habit) => Has(habit) && draws!.Chance(0.5);

    /// <summary>The text with its gaps filled or closed.</summary>
    public string Finish(string text)
    {
        if (!text.Contains(Gap, StringComparison.Ordinal)) return text;
        if (!Has(Habit.Spaces)) return text.Replace(Gap.ToString(), "", StringComparison.Ordinal);
        return string.Concat(
            text.Select(c => c != Gap ? c.ToString() : draws!.Pick("", "", " ", "  ", "\\,", "\\ ", "\\;", "~", "\\!", "\\:")));
    }

    /// <summary>A text between brackets.</summary>
    public string Bracket(string open, string inner, string close) =>
        Pick(Habit.Delimiters, "", "\\left", "\\big", "\\Big", "\\bigl") switch
        {
            "" => open + inner + close,
            "\\left" => $"\\left{open}{inner}\\right{close}",
            "\\bigl" => $"\\bigl{open}{inner}\\bigr{close}",
            var size => $"{size}{open}{inner}{size}{close}",
        };

    private bool Has(Habit habit) => (_habits >> (2 * (int)habit) & 3) == 3;
}

/// <summary>Where ways to write differ.</summary>
internal enum Habit
{
    /// <summary>Optional space.</summary>
    Spaces,

    /// <summary>Sizes of brackets.</summary>
    Delimiters,

    /// <summary>Forms of fractions.</summary>
    Fractions,

    /// <summary>Fractions of single digits and letters without braces.</summary>
    ShortArguments,

    /// <summary>Signs of multiplication.</summary>
    Products,

    /// <summary>Braces round exponents.</summary>
    Exponents,

    /// <summary>Bars of absolute values.</summary>
    Bars,

    /// <summary>Separators of thousands.</summary>
    Thousands,

    /// <summary>Unicode signs.</summary>
    Signs,

    /// <summary>Brackets round arguments of functions.</summary>
    Arguments,

    /// <summary>Names of relations and functions.</summary>
    Names,

    /// <summary>Dollar signs and display marks around the whole.</summary>
    Wrapping,

    /// <summary>Forms of binomials.</summary>
    Binomials,
}
