using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Generation;

/// <summary>Terms with letters, of the kinds that answers take.</summary>
/// <param name="draws">Draws.</param>
/// <param name="letters">The letters.</param>
internal sealed class LetterTerms(Draws draws, string[] letters)
{
    private readonly NumberTerms _numbers = new(draws);

    /// <summary>One of the letters.</summary>
    public Term Letter() => Term.Letter(draws.Pick<string>(letters));

    public Term Coefficient() =>
        draws.Below(8) switch
        {
            0 => Term.Quotient(draws.Between(1, 9), draws.Between(2, 9)),
            1 => draws.Size(8),
            2 => Term.Root(draws.Pick(2, 3, 5, 6, 7)),
            3 => Term.Pi,
            _ => draws.Between(2, 12)
        };

    public Term Monomial()
    {
        Term power = Term.Power(Letter(), draws.Pick(1, 1, 1, 2, 2, 3, 4));
        if (draws.Chance(0.25)) power = Term.Product(power, Letter());
        return draws.Chance(0.6) ? Term.Product([Coefficient(), .. power.Kind == TermKind.Product ? power.Parts : [power]]) : power;
    }

    public Term Polynomial(int most = 4)
    {
        int count = draws.Between(2, most);
        return Term.Sum(
            [.. Enumerable.Range(0, count).Select(i => Signed(i == count - 1 && draws.Chance(0.7) ? _numbers.Small() : Monomial()))]);
    }

    /// <summary>x + a, 2x − 3, x + y …</summary>
    public Term Linear()
    {
        Term letter = draws.Chance(0.3) ? draws.Between(2, 9) * Letter() : Letter();
        return letter + Signed(letters.Length > 1 && draws.Chance(0.4) ? Letter() : draws.Chance(0.9) ? draws.Size(5) : draws.Size(12));
    }

    public Term Factored()
    {
        Term[] factors = [.. Enumerable.Range(0, draws.Between(2, 3)).Select(_ => draws.Chance(0.25) ? Term.Power(Linear(), 2) : Linear())];
        return Term.Product(draws.Chance(0.4) ? [draws.Between(2, 9), .. factors] : factors);
    }

    public Term RationalFunction() => draws.Below(5) switch
    {
        0 => Polynomial() / Linear(),
        1 => Monomial() / Polynomial(3),
        2 => Term.Quotient(_numbers.Small(), Linear()) + Signed(Term.Quotient(_numbers.Small(), Linear())),
        3 => Linear() / Factored(),
        _ => Signed(Linear()) / Monomial(),
    };

    public Term Radical() => draws.Below(6) switch
    {
        0 => Term.Root(Polynomial(3)),
        1 => Term.Root(Linear()) + Signed(Monomial()),
        2 => Term.Root(Term.Power(Letter(), 2) + Term.Number(draws.Size(6))),
        3 => Term.Power(Letter(), Term.Quotient(draws.Between(1, 5), draws.Between(2, 4))),
        4 => (Signed(Letter()) + Term.Root(Polynomial(3))) / Term.Number(draws.Between(2, 6)),
        _ => Monomial() * Term.Root(Linear()),
    };

    public Term Exponential() => draws.Below(6) switch
    {
        0 => Term.Power(draws.Between(2, 5), Letter()) + Signed(_numbers.Small()),
        1 => Term.Power(Term.Euler, Signed(Monomial())),
        2 => Monomial() * Term.Power(Term.Euler, Signed(Letter())),
        3 => Term.Power(draws.Between(2, 3), Linear()),
        4 => Term.Power(-1, Letter()) * Monomial(),
        _ => (Term.Power(draws.Between(2, 5), Letter()) - Term.Power(draws.Between(2, 5), Letter())) / Term.Number(_numbers.Small()),
    };

    public Term Function() => draws.Below(6) switch
    {
        0 => Term.Call(draws.Pick("sin", "cos", "tan"), Letter())
            + Signed(Term.Call(draws.Pick("sin", "cos"), draws.Between(2, 4) * Letter())),
        1 => Coefficient() * Term.Call(draws.Pick("sin", "cos"), Linear()),
        2 => Term.Call("ln", Polynomial(2)),
        3 => Monomial() * Term.Call("ln", Letter()),
        4 => Term.Power(Term.Call(draws.Pick("sin", "cos", "tan"), Letter()), 2) + Signed(Monomial()),
        _ => Term.Call(draws.Pick("arctan", "sinh", "cosh", "tanh"), Monomial()),
    };

    public Term CountingOf()
    {
        Term n = Letter();
        return draws.Below(7) switch
        {
            0 => Term.Of(TermKind.Binomial, n, draws.Between(1, 5)),
            1 => Term.Of(TermKind.Binomial, 2 * n, n),
            2 => Term.Of(TermKind.Factorial, n) / Term.Of(TermKind.Factorial, n + draws.Between(1, 3)),
            3 => n * (n + 1) / 2 + Signed(_numbers.Small()),
            4 => new Term(TermKind.Series,
                [1, n, draws.Pick(Term.Letter("j"), Term.Power(Term.Letter("j"), 2), Term.Quotient(1, Term.Letter("j")))], "j"),
            5 => Term.Of(TermKind.Factorial, n + 1) - Term.Of(TermKind.Factorial, n),
            _ => Term.Of(TermKind.Binomial, n + draws.Between(1, 4), draws.Between(2, 40)),
        };
    }

    /// <summary>A term of one of the kinds above, and the name of the kind.</summary>
    public (string Kind, Term Term) Any() => draws.Below(20) switch
    {
        0 or 1 => ("monomial", Monomial()),
        2 or 3 or 4 => ("polynomial", Polynomial()),
        5 or 6 => ("factored polynomial", Factored()),
        7 or 8 or 9 => ("rational function", RationalFunction()),
        10 or 11 => ("radical of letters", Radical()),
        12 or 13 => ("exponential", Exponential()),
        14 or 15 => ("function of letters", Function()),
        16 => ("counting of letters", CountingOf()),
        _ => ("branches", new BranchTerms(draws, this).Any()),
    };

    public Term Signed(Term term) => draws.Chance(0.4) ? Term.Minus(term) : term;
}
