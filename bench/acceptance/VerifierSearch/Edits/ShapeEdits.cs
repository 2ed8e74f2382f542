using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Edits;

/// <summary>Edits of signs, operators, exponents and the order of things.</summary>
internal static class ShapeEdits
{
    public static IReadOnlyList<TermEdit> All { get; } =
    [
        new("sign", (t, _) => t.Kind == TermKind.Minus ? t[0] : Term.Minus(t)),
        new("sign of an addend",
            (t, d) => t.Kind == TermKind.Sum ? Part(t, d, part => part.Kind == TermKind.Minus ? part[0] : Term.Minus(part)) : null),
        new("sum for product", (t, _) => t.Kind == TermKind.Product && t.Parts.Length < 4 ? Term.Sum(t.Parts) : null),
        new("product for sum", (t, _) => t.Kind == TermKind.Sum && t.Parts.Length < 4 ? Term.Product(t.Parts) : null),
        new("quotient for product", (t, _) => t.Kind == TermKind.Product && t.Parts.Length == 2 ? t[0] / t[1] : null),
        new("product for quotient", (t, _) => t.Kind == TermKind.Quotient ? t[0] * t[1] : null),
        new("quotient turned over", (t, _) => t.Kind == TermKind.Quotient ? t[1] / t[0] : null),
        new("numerator alone", (t, _) => t.Kind == TermKind.Quotient ? t[0] : null),
        new("denominator alone", (t, _) => t.Kind == TermKind.Quotient ? t[1] : null),
        new("addend dropped", (t, d) => t.Kind is TermKind.Sum or TermKind.Product ? Without(t, d.Below(t.Parts.Length)) : null),
        new("addend added", (t, d) => t.Kind is TermKind.Sum or TermKind.Product ? t with { Parts = [.. t.Parts, d.Between(1, 3)] } : null),
        new("parts swapped",
            (t, _) => t.Kind is TermKind.Power or TermKind.Logarithm or TermKind.Binomial ? t with { Parts = [t[1], t[0]] } : null),
        new("exponent by one", (t, d) => t.Kind == TermKind.Power ? Term.Power(t[0], t[1] + Term.Number(d.Chance(0.5) ? 1 : -1)) : null),
        new("exponent dropped", (t, _) => t.Kind == TermKind.Power ? t[0] : null),
        new("exponent taken in", (t, _) => t.Kind == TermKind.Power ? t[0] * t[1] : null),
        new("exponent negated", (t, _) => t.Kind == TermKind.Power ? Term.Power(t[0], Term.Minus(t[1])) : null),
        new("squared", (t, _) => t.Kind is TermKind.Letter or TermKind.Call or TermKind.Root ? Term.Power(t, 2) : null),
        new("root dropped", (t, _) => t.Kind == TermKind.Root ? t[0] : null),
        new("root's index",
            (t, d) => t.Kind == TermKind.Root ? t with { Scale = t.Scale == 2 ? 3 : d.Chance(0.5) ? 2 : t.Scale + 1 } : null),
        new("root over a sum", (t, _) => t.Kind == TermKind.Root && t[0].Kind == TermKind.Sum
            ? Term.Sum([.. t[0].Parts.Select(part => Term.Root(part, t.Scale))])
            : null),
        new("power over a sum", (t, _) => t.Kind == TermKind.Power && t[0].Kind == TermKind.Sum
            ? Term.Sum([.. t[0].Parts.Select(part => Term.Power(part, t[1]))])
            : null),
        new("function over a sum",
            (t, _) => t.Kind == TermKind.Call && t.Parts.Length == 1 && t[0].Kind == TermKind.Sum
                ? Term.Sum([.. t[0].Parts.Select(part => Term.Call(t.Name, part))])
                : null),
        new("brackets lost after a factor",
            (t, _) => t.Kind == TermKind.Product && t.Parts.Length == 2 && t[1].Kind == TermKind.Sum
                ? Term.Sum([t[0] * t[1][0], .. t[1].Parts[1..]])
                : null),
        new("brackets lost after a minus",
            (t, _) => t.Kind == TermKind.Minus && t[0].Kind == TermKind.Sum ? Term.Sum([Term.Minus(t[0][0]), .. t[0].Parts[1..]]) : null),
        new("sign of a square",
            (t, _) => t.Kind == TermKind.Power && t[0].Kind == TermKind.Minus ? Term.Minus(Term.Power(t[0][0], t[1])) : null),
        new("tiny addend", (t, d) => t.Kind != TermKind.Letter ? t + Term.Power(10, Term.Minus(d.Between(3, 100))) : null),
        new("doubled", (t, _) => t.Kind is TermKind.Call or TermKind.Root or TermKind.Factorial or TermKind.Letter ? 2 * t : null),
        new("two places exchanged",
            (t, d) => t.Parts.Length >= 2 && t.Kind is not (TermKind.Series or TermKind.ProductSeries or TermKind.Mixed)
                ? Exchanged(t, d)
                : null),
    ];

    private static Term Part(Term term, Draws draws, Func<Term, Term> change)
    {
        int place = draws.Below(term.Parts.Length);
        return term with { Parts = [.. term.Parts.Select((part, i) => i == place ? change(part) : part)] };
    }

    private static Term Without(Term term, int place)
    {
        Term[] rest = [.. term.Parts[..place], .. term.Parts[(place + 1)..]];
        return rest.Length == 1 ? rest[0] : term with { Parts = rest };
    }

    // A part of the first operand changes places with a part of the second.
    private static Term Exchanged(Term term, Draws draws)
    {
        int first = draws.Below(term[0].Count()), second = draws.Below(term[1].Count());
        Term one = term[0].All().ElementAt(first), other = term[1].All().ElementAt(second);
        return term with { Parts = [term[0].Replace(first, _ => other), term[1].Replace(second, _ => one), .. term.Parts[2..]] };
    }
}
