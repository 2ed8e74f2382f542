using Tilt.Acceptance.VerifierSearch.Answers;
using Tilt.Acceptance.VerifierSearch.Edits;
using Tilt.Acceptance.VerifierSearch.Generation;
using Tilt.Acceptance.VerifierSearch.Oracle;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch;

/// <summary>Pairs that differ by a small edit and are proven different by the oracle.</summary>
internal static class DifferentPairs
{
    private const int LargestTerm = 40;

    /// <summary>
    /// The pair of a number in the series of a seed; null where the oracle proves nothing, as when an edit changes no value.
    /// </summary>
    public static Pair? Make(ulong seed, long item)
    {
        Draws draws = Draws.Of(seed, item);
        return draws.Below(20) switch
        {
            0 => Near(draws),
            < 8 => OfTerm(new NumberTerms(draws).Any(), draws),
            < 15 => OfTerm(new LetterTerms(draws, LetterPool.Draw(draws)).Any(), draws),
            _ => StructuredPairs.Different(draws),
        };
    }

    private static Pair? Near(Draws draws)
    {
        (string rule, Term first, Term second) = new NearPairs(draws).Any();
        return Proven("near pair", rule, first, second, draws, Effort.DeepProof);
    }

    private static Pair? OfTerm((string Kind, Term Term) made, Draws draws)
    {
        if (TermEdit.Make(made.Term, draws) is not var (rule, edited) || edited.Count() > LargestTerm) return null;
        return Proven(made.Kind, rule, made.Term, edited, draws, Effort.Proof);
    }

    private static Pair? Proven(string kind, string rule, Term first, Term second, Draws draws, Effort effort)
    {
        if (draws.Chance(0.5)) (first, second) = (second, first);
        return Comparison.Of(first, second, draws, effort) == Finding.Different
            ? new(kind, rule, TermWriter.Write(first, draws.Chance(0.7) ? Spelling.Plain : new(draws)),
                TermWriter.Write(second, draws.Chance(0.4) ? Spelling.Plain : new(draws)))
            : null;
    }
}
