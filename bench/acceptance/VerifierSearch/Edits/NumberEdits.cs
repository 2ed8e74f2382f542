using System.Globalization;
using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Edits;

/// <summary>Edits of numbers and letters.</summary>
internal static class NumberEdits
{
    public static IReadOnlyList<TermEdit> All { get; } =
    [
        new("number by one", (t, d) => t.Kind == TermKind.Whole ? Term.Number(t.Value + (d.Chance(0.5) || t.Value.IsZero ? 1 : -1)) : null),
        new("digit", (t, d) => Digits(t, d,
            text => text[..d.Below(text.Length)] is var head ? head + d.Below(10) + text[(head.Length + 1)..] : text)),
        new("digit dropped", (t, d) => Digits(t, d, text => text.Length > 1 ? text.Remove(d.Below(text.Length), 1) : null)),
        new("digits swapped", (t, d) => Digits(t, d, text => text.Length > 1 ? Swapped(text, d.Below(text.Length - 1)) : null)),
        new("digit added",
            (t, d) => Digits(t, d, text => text.Insert(d.Below(text.Length + 1), d.Below(10).ToString(CultureInfo.InvariantCulture)))),
        new("decimal point",
            (t, d) => t.Kind == TermKind.Decimal ? t with { Scale = Math.Max(1, t.Scale + (d.Chance(0.5) ? 1 : -1)) } : null),
        new("decimal rounded",
            (t, _) => t.Kind == TermKind.Decimal && t.Scale > 1 ? t with { Scale = t.Scale - 1, Value = (t.Value + 5) / 10 } : null),
        new("rounded to a decimal", (t, d) => Rounded(t, d.Between(2, 12))),
        new("letter", (t, d) => t.Kind == TermKind.Letter ? Term.Letter(d.Pick("x", "y", "n", "a", "b", "t")) : null),
        new("constant", (t, d) =>
            t.Kind is TermKind.Pi or TermKind.Euler ? d.Pick(Term.Pi, Term.Euler, 3, Term.Decimal(314, 2), Term.Quotient(22, 7)) : null),
    ];

    private static Term? Digits(Term term, Draws draws, Func<string, string?> change)
    {
        if (term.Kind is not (TermKind.Whole or TermKind.Decimal)) return null;
        string? changed = change(term.Value.ToString(CultureInfo.InvariantCulture));
        return changed is null ? null : term with { Value = BigInteger.Parse(changed, CultureInfo.InvariantCulture) };
    }

    private static string Swapped(string text, int place) => text[..place] + text[place + 1] + text[place] + text[(place + 2)..];

    // A fraction or root cut to a decimal is another number.
    private static Term? Rounded(Term term, int places)
    {
        BigInteger power = BigInteger.Pow(10, places);
        if (term.Kind == TermKind.Quotient && term[0].Kind == TermKind.Whole && term[1].Kind == TermKind.Whole && !term[1].Value.IsZero)
            return Term.Decimal(term[0].Value * power / term[1].Value, places);
        return term.Kind == TermKind.Root && term[0].Kind == TermKind.Whole
            ? Term.Decimal(Arithmetic.Roots.Floor(term[0].Value * BigInteger.Pow(power, term.Scale), term.Scale), places)
            : null;
    }
}
