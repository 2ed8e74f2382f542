using Tilt.Acceptance.VerifierSearch.Answers;
using Tilt.Acceptance.VerifierSearch.Generation;
using Tilt.Acceptance.VerifierSearch.Oracle;
using Tilt.Acceptance.VerifierSearch.Rewriting;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch;

/// <summary>Pairs that rewriting made equal; the oracle checks the rules along the way.</summary>
internal static class EqualPairs
{
    private const int LargestTerm = 60;

    /// <summary>The pair of a number in the series of a seed; null where no rule fits or the terms are nowhere defined.</summary>
    public static Pair? Make(ulong seed, long item)
    {
        Draws draws = Draws.Of(~seed, item);
        return draws.Below(20) switch
        {
            < 8 => OfTerm(new NumberTerms(draws).Any(), draws),
            < 15 => OfTerm(new LetterTerms(draws, LetterPool.Draw(draws)).Any(), draws),
            _ => StructuredPairs.Equal(draws),
        };
    }

    /// <summary>A term in another form.</summary>
    public static (string Rule, Term Term)? Rewritten(Term term, Draws draws)
    {
        int steps = draws.Pick(0, 1, 1, 1, 1, 2, 3);
        string rule = steps == 0 ? "spelling" : "";
        for (int i = 0; i < steps; i++)
        {
            if (RewritingRule.Make(term, draws) is not var (name, next) || next.Count() > LargestTerm) return null;
            rule += i == 0 ? name : " + " + name;
            term = next;
        }

        return (rule, term);
    }

    private static Pair? OfTerm((string Kind, Term Term) made, Draws draws)
    {
        if (Rewritten(made.Term, draws) is not var (rule, term)) return null;
        return Comparison.Of(made.Term, term, draws, Effort.Check) switch
        {
            Finding.Together => new(made.Kind, rule, TermWriter.Write(made.Term, Spelling.Plain), TermWriter.Write(term, new(draws))),
            Finding.Nowhere => null,
            _ => throw new InvalidOperationException($"The rule '{rule}' made {TermWriter.Write(term, Spelling.Plain)} "
                + $"of {TermWriter.Write(made.Term, Spelling.Plain)}, which is another value."),
        };
    }
}
