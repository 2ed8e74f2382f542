using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Rewriting;

/// <summary>A change of form that never changes the value where both forms are defined.</summary>
/// <param name="Name">What is rewritten.</param>
/// <param name="Change">The new form, or null where the rule does not fit.</param>
internal sealed record RewritingRule(string Name, Func<Term, Draws, Term?> Change)
{
    /// <summary>Every rule.</summary>
    public static IReadOnlyList<RewritingRule> All { get; } =
        [.. RingRewritings.All, .. NumberRewritings.All, .. FractionRewritings.All, .. RootRewritings.All, .. FunctionRewritings.All];

    /// <summary>Applies one rule somewhere in a term; null when none of several tries fits.</summary>
    public static (string Name, Term Term)? Make(Term term, Draws draws)
    {
        for (int tries = 0; tries < 60; tries++)
        {
            RewritingRule rule = All[draws.Below(All.Count)];
            int place = draws.Below(term.Count());
            bool fits = true;
            Term changed = term.Replace(place, part =>
            {
                Term? result = rule.Change(part, draws);
                fits = result is not null;
                return result ?? part;
            });
            if (fits && changed.Kind != TermKind.Mixed && !HasNestedMixed(changed)) return (rule.Name, changed);
        }

        return null;
    }

    // A mixed number has one reading only where it stands alone.
    private static bool HasNestedMixed(Term term) => term.Parts.Any(part => part.All().Any(inner => inner.Kind == TermKind.Mixed));
}
