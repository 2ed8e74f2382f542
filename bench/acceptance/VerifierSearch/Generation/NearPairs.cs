using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Generation;

/// <summary>Pairs of different numbers that agree in very many digits, or functions that agree on very wide ranges.</summary>
/// <param name="draws">Draws.</param>
internal sealed class NearPairs(Draws draws)
{
    private readonly NumberTerms _numbers = new(draws);

    public (string Rule, Term First, Term Second) Any()
    {
        int far = draws.Between(20, 400), digits = draws.Between(15, 110);
        Term large = Term.Power(Term.Euler, far), tiny = Term.Power(10, Term.Minus(digits));
        (Term base1, int square) = draws.Pick<(Term, int)>((2, 3), (1, 2), (3, 8), (2, 5), (5, 24));
        Term surd = draws.Chance(0.5) ? base1 + Term.Root(square) : Term.Root(square) + base1, conjugate = base1 - Term.Root(square);
        int power = draws.Chance(0.9) ? draws.Between(20, 150) : draws.Between(150, 600);
        Term some = _numbers.Any().Term;
        return draws.Below(14) switch
        {
            0 => ("hyperbolic", Term.Call("cosh", far), large / 2),
            1 => ("hyperbolic", Term.Call("tanh", far), 1),
            2 => ("conjugate powers", Term.Power(surd, power) + Term.Power(conjugate, power), Term.Power(surd, power)),
            3 => ("root beside a square", Term.Root(Term.Power(10, 2 * digits) + 1), Term.Power(10, digits)),
            4 => ("logarithm of a sum", Term.Call("ln", large + 1), far),
            5 => ("logistic", Term.Quotient(1, 1 + Term.Power(Term.Euler, Term.Minus(far))), 1),
            6 => ("tiny addend", some, some + tiny),
            7 => ("tiny addend below a root", Term.Root(_numbers.Small() * 4 + 2), Term.Root(_numbers.Small() * 4 + 2 + tiny)),
            8 => ("tiny factor", some, Term.Product(1 + tiny, some)),
            9 => ("convergent", Term.Root(2), Convergent(digits)),
            10 => ("far powers", Term.Power(2, far) + Term.Power(3, Term.Minus(far)), Term.Power(2, far)),
            11 => ("large integers", Term.Number(BigInteger.Pow(7, far)), Term.Number(BigInteger.Pow(7, far) + draws.Between(1, 9))),
            12 => ("difference of roots", Term.Root(Term.Power(10, digits) + 1) - Term.Root(Term.Power(10, digits)), 0),
            _ => ("exponential in a sum", Term.Power(Term.Euler, Term.Product(Term.Minus(far), Term.Letter("y"))) + Term.Letter("C"),
                Term.Letter("C")),
        };
    }

    // A fraction that agrees with √2 in the given number of digits.
    private static Term Convergent(int digits)
    {
        BigInteger p = 1, q = 1, limit = BigInteger.Pow(10, digits / 2 + 1);
        while (q < limit) (p, q) = (p + 2 * q, p + q);
        return Term.Quotient(Term.Number(p), Term.Number(q));
    }
}
