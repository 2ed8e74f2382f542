using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Generation;

/// <summary>Terms that have branches: absolute values, roots of squares, floors, greatest and least, signs.</summary>
/// <param name="draws">Draws.</param>
/// <param name="letters">Parts with letters.</param>
internal sealed class BranchTerms(Draws draws, LetterTerms letters)
{
    public Term Any() => draws.Below(12) switch
    {
        0 => Absolute(letters.Letter()),
        1 => Absolute(Shifted()),
        2 => Term.Root(Term.Power(Shifted(), 2)),
        3 => SquareWrittenOut(),
        4 => Absolute(Shifted()) + letters.Signed(Absolute(Shifted())),
        5 => Term.Of(draws.Chance(0.5) ? TermKind.Floor : TermKind.Ceiling, letters.Letter() / Term.Number(draws.Size(10) + 1)),
        6 => letters.Letter() - Term.Of(TermKind.Floor, letters.Letter() / Term.Number(draws.Size(8) + 1)),
        7 => Term.Call(draws.Chance(0.5) ? "max" : "min", letters.Letter(),
            draws.Chance(0.5) ? letters.Linear() : Term.Number(draws.Size(9))),
        8 => Term.Quotient(Absolute(Shifted()), Shifted()),
        9 => Term.Root(Term.Power(letters.Letter(), 4), 4),
        10 => Term.Root(Term.Product(Term.Power(letters.Letter(), 2), Term.Power(letters.Letter(), 2))),
        _ => Absolute(letters.Polynomial(3)),
    };

    private static Term Absolute(Term term) => Term.Of(TermKind.Absolute, term);

    // The break point may lie far from zero.
    private Term Shifted() => draws.Below(4) switch
    {
        0 => letters.Linear(),
        1 => letters.Letter() - Term.Number(draws.Size(12)),
        2 => letters.Letter() + Term.Number(draws.Size(9)),
        _ => draws.Between(2, 9) * letters.Letter() - Term.Number(draws.Size(8)),
    };

    private Term SquareWrittenOut()
    {
        Term x = letters.Letter();
        int shift = draws.Size(7);
        Term middle = Term.Product(2 * shift, x);
        return Term.Root(Term.Sum(Term.Power(x, 2), draws.Chance(0.5) ? Term.Minus(middle) : middle, shift * shift));
    }
}
