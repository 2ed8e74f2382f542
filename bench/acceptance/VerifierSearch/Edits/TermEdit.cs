using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Edits;

/// <summary>A small change that mostly changes the value.</summary>
/// <param name="Name">What is changed.</param>
/// <param name="Change">The changed term, or null where the edit does not fit.</param>
internal sealed record TermEdit(string Name, Func<Term, Draws, Term?> Change)
{
    /// <summary>Every edit.</summary>
    public static IReadOnlyList<TermEdit> All { get; } = [.. NumberEdits.All, .. ShapeEdits.All, .. BranchEdits.All];

    /// <summary>Makes one edit somewhere in a term; null when none of several tries fits.</summary>
    public static (string Name, Term Term)? Make(Term term, Draws draws)
    {
        for (int tries = 0; tries < 40; tries++)
        {
            TermEdit edit = All[draws.Below(All.Count)];
            int place = draws.Below(term.Count());
            bool fits = true;
            Term changed = term.Replace(place, part =>
            {
                Term? result = edit.Change(part, draws);
                fits = result is not null;
                return result ?? part;
            });
            if (fits) return (edit.Name, changed);
        }

        return null;
    }
}
