using Tilt.Acceptance.VerifierSearch.Edits;
using Tilt.Acceptance.VerifierSearch.Oracle;
using Tilt.Acceptance.VerifierSearch.Rewriting;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Complex numbers.</summary>
internal static class ComplexPairs
{
    public static Pair? Different(Draws draws)
    {
        Term made = Number(draws);
        if (TermEdit.Make(made, draws) is not var (rule, edited) || edited.Letters().Count > 0
            || ComplexEvaluator.AreApart(made, edited) != true)
            return null;
        return new("complex number", rule, TermWriter.Write(made, Spelling.Plain), TermWriter.Write(edited, new(draws)));
    }

    public static Pair? Equal(Draws draws)
    {
        Term made = Number(draws);
        // Rules of real numbers only, where a square is not the negative of a positive number, are those of sums, products and quotients.
        RewritingRule rule = draws.Chance(0.7)
            ? RingRewritings.All[draws.Below(RingRewritings.All.Count)]
            : FractionRewritings.All[draws.Below(FractionRewritings.All.Count)];
        bool plain = draws.Chance(0.3);
        Term? other = plain ? made : rule.Change(made, draws);
        return other is null || ComplexEvaluator.AreApart(made, other) != false
            ? null
            : new("complex number", plain ? "spelling" : rule.Name, TermWriter.Write(made, Spelling.Plain),
                TermWriter.Write(other, new(draws)));
    }

    private static Term Number(Draws draws)
    {
        Term i = Term.I, whole = Cartesian(draws);
        return draws.Below(7) switch
        {
            0 => Term.Power(Cartesian(draws), draws.Between(2, 5)),
            1 => Cartesian(draws) * Cartesian(draws),
            2 => Cartesian(draws) / Cartesian(draws),
            3 => Term.Power(Term.Euler, Term.Product(draws.Between(1, 11), Term.Pi, i) / draws.Pick(3, 4, 6, 5, 12)),
            4 => draws.Between(2, 9) * Term.Root(draws.Pick(2, 3, 5)) + Term.Root(draws.Pick(2, 3, 7)) * i,
            5 => draws.Between(1, 9) / Term.Number(draws.Between(2, 9)) + Term.Quotient(draws.Between(1, 9), draws.Between(2, 9)) * i,
            _ => whole,
        };
    }

    private static Term Cartesian(Draws draws)
    {
        Term imaginary = draws.Between(1, 12) is > 1 and var n ? n * Term.I : Term.I;
        return Term.Number(draws.Between(-12, 12)) + (draws.Chance(0.4) ? Term.Minus(imaginary) : imaginary);
    }
}
