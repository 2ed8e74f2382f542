using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Generation;

/// <summary>Terms without letters, of the kinds that answers take.</summary>
/// <param name="draws">Draws.</param>
internal sealed class NumberTerms(Draws draws)
{
    /// <summary>A small whole number, seldom a large one.</summary>
    public int Small() => draws.Chance(0.8) ? draws.Between(2, 12) : draws.Size(10) + 1;

    /// <summary>A whole number of any size, of either sign.</summary>
    public Term Integer()
    {
        BigInteger value = draws.Chance(0.7)
            ? draws.Size(12)
            : (BigInteger)draws.Next() * (draws.Chance(0.3) ? draws.Next() : 1) >> draws.Below(60);
        return draws.Chance(0.25) ? Term.Number(-value) : Term.Number(value);
    }

    public Term Fraction()
    {
        Term fraction = Term.Quotient(draws.Chance(0.85) ? draws.Size(7) : draws.Size(20), Small());
        return draws.Chance(0.25) ? Term.Minus(fraction) : fraction;
    }

    public Term DecimalNumber()
    {
        int places = draws.Between(1, draws.Chance(0.85) ? 4 : 12);
        BigInteger digits = draws.Chance(0.8) ? draws.Size(14) : draws.Next() >> 10;
        // A last digit of zero is legal but seldom written.
        return Term.Decimal(digits * 10 + draws.Between(1, 9), places);
    }

    public Term Mixed()
    {
        int denominator = draws.Between(2, 12);
        return Term.Of(TermKind.Mixed, draws.Between(1, 30), draws.Between(1, denominator - 1), denominator);
    }

    /// <summary>a + b√c and its like.</summary>
    public Term Surd()
    {
        Term root = draws.Chance(0.8) ? Term.Root(Small()) : Term.Root(Small(), draws.Between(3, 5));
        Term multiple = draws.Chance(0.6) ? draws.Between(2, 9) * root : root;
        return draws.Below(8) switch
        {
            0 => root,
            1 => multiple,
            2 => Rational() + multiple,
            3 => Rational() - multiple,
            4 => (Small() + multiple) / Small(),
            5 => Term.Root(Small() + multiple),
            6 => Small() / (root - Small() / Term.Number(draws.Between(2, 5))),
            _ => multiple - Term.Root(Small()),
        };
    }

    public Term PowerOf() => draws.Below(5) switch
    {
        0 => Term.Power(Small(), draws.Between(2, 60)),
        1 => Term.Power(Small(), Term.Minus(draws.Between(1, 12))),
        2 => Term.Power(Small(), Term.Quotient(draws.Between(1, 5), draws.Between(2, 5))),
        3 => Term.Power(draws.Between(2, 5), draws.Between(2, 12)) - Term.Number(draws.Between(1, 9)),
        _ => draws.Between(2, 9) * Term.Power(10, draws.Chance(0.5) ? Term.Number(draws.Between(2, 20)) : Term.Minus(draws.Between(1, 12))),
    };

    /// <summary>π and e with coefficients.</summary>
    public Term Transcendental() => draws.Below(8) switch
    {
        0 => Small() * Term.Pi,
        1 => Term.Product(Small(), Term.Pi) / Small(),
        2 => Rational() + Small() * Term.Pi,
        3 => Term.Power(Term.Euler, draws.Between(2, 12)),
        4 => Term.Power(Term.Euler, Term.Minus(draws.Between(1, 9))) + Rational(),
        5 => Term.Power(Term.Pi, 2) / Small(),
        6 => Small() * Term.Pi - Surd(),
        _ => (Term.Euler + Small()) / Small(),
    };

    /// <summary>Trigonometric functions, mostly at special angles.</summary>
    public Term Trigonometric()
    {
        Term angle = draws.Below(5) switch
        {
            0 => Term.Pi / draws.Pick(3, 4, 5, 6, 8, 10, 12),
            1 => Term.Product(draws.Between(2, 11), Term.Pi) / draws.Pick(3, 4, 5, 6, 7, 12),
            2 => Small(),
            3 => Rational(),
            _ => Term.Pi / Small(),
        };
        Term call = Term.Call(draws.Pick("sin", "cos", "tan", "sin", "cos", "cot", "sec"), angle);
        return draws.Below(6) switch
        {
            0 => Small() * call,
            1 => Rational() + call,
            2 => Term.Power(call, 2),
            3 => Term.Call(draws.Pick("arctan", "arcsin", "arccos"), Term.Quotient(1, Small())),
            4 => call - Term.Call("cos", Term.Pi / Small()),
            _ => call,
        };
    }

    public Term Logarithmic()
    {
        Term log = draws.Chance(0.6) ? Term.Call("ln", Small()) : Term.Of(TermKind.Logarithm, Small(), draws.Between(2, 10));
        return draws.Below(5) switch
        {
            0 => Small() * log,
            1 => log + Rational(),
            2 => log / Term.Call("ln", Small()),
            3 => log - Term.Call("ln", Rational().Kind == TermKind.Minus ? 3 : Small()),
            _ => log,
        };
    }

    public Term Counting() => draws.Below(6) switch
    {
        0 => Term.Of(TermKind.Binomial, draws.Between(5, 60), draws.Between(1, 9)),
        1 => Term.Of(TermKind.Factorial, draws.Between(3, 25)),
        2 => Term.Of(TermKind.Factorial, draws.Between(5, 15))
            / Term.Product(Term.Of(TermKind.Factorial, draws.Between(2, 5)), Term.Of(TermKind.Factorial, draws.Between(2, 5))),
        3 => Term.Of(TermKind.Binomial, draws.Between(5, 30), draws.Between(1, 5))
            / Term.Of(TermKind.Binomial, draws.Between(5, 30), draws.Between(1, 5)),
        4 => Term.Of(TermKind.Binomial, draws.Between(5, 20), 2) - Small(),
        _ => Term.Power(2, draws.Between(4, 40)) - Term.Of(TermKind.Binomial, draws.Between(5, 30), draws.Between(1, 5)),
    };

    /// <summary>A sum or product with bounds that are numbers.</summary>
    public Term Series()
    {
        Term k = Term.Letter(draws.Pick("k", "j", "n", "m"));
        Term body = draws.Below(6) switch
        {
            0 => k,
            1 => Term.Power(k, draws.Between(2, 4)),
            2 => Term.Quotient(1, k),
            3 => Term.Quotient(1, k * (k + 1)),
            4 => Small() * k + draws.Between(1, 5),
            _ => Term.Power(draws.Between(2, 3), k),
        };
        int from = draws.Between(1, 4);
        return new Term(draws.Chance(0.85) ? TermKind.Series : TermKind.ProductSeries, [from, from + draws.Between(1, 12), body], k.Name);
    }

    public Term Rounded() => Term.Of(draws.Chance(0.5) ? TermKind.Floor : TermKind.Ceiling, draws.Below(4) switch
    {
        0 => Term.Quotient(draws.Size(10), Small()),
        1 => Small() * Term.Root(Small()),
        2 => Term.Minus(Term.Root(draws.Size(12) + 1)),
        _ => Small() * Term.Pi,
    });

    public Term Rational() => draws.Below(4) switch { 0 => Fraction(), 1 => DecimalNumber(), _ => Integer() };

    /// <summary>A term of one of the kinds above, and the name of the kind.</summary>
    public (string Kind, Term Term) Any() => draws.Below(20) switch
    {
        0 or 1 => ("integer", Integer()),
        2 or 3 => ("fraction", Fraction()),
        4 => ("decimal", DecimalNumber()),
        5 => ("mixed number", Mixed()),
        6 or 7 or 8 => ("radical", Surd()),
        9 => ("power", PowerOf()),
        10 or 11 => ("π and e", Transcendental()),
        12 or 13 => ("trigonometric", Trigonometric()),
        14 or 15 => ("logarithm", Logarithmic()),
        16 or 17 => ("counting", Counting()),
        18 => ("series", Series()),
        _ => ("rounded", Rounded()),
    };
}
