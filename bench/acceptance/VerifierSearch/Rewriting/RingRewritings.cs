using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Rewriting;

/// <summary>Rules of sums, products and whole powers.</summary>
internal static class RingRewritings
{
    public static IReadOnlyList<RewritingRule> All { get; } =
    [
        new("sum in another order", (t, d) => t.Kind == TermKind.Sum ? t with { Parts = d.Shuffle(t.Parts) } : null),
        new("product in another order", (t, d) => t.Kind == TermKind.Product ? t with { Parts = d.Shuffle(t.Parts) } : null),
        new("sum grouped",
            (t, d) => t.Kind == TermKind.Sum && t.Parts.Length > 2 ? Grouped(t, d.Between(1, t.Parts.Length - 1), Term.Sum) : null),
        new("product grouped",
            (t, d) => t.Kind == TermKind.Product && t.Parts.Length > 2 ? Grouped(t, d.Between(1, t.Parts.Length - 1), Term.Product) : null),
        new("sum ungrouped", (t, _) => Ungrouped(t, TermKind.Sum)),
        new("product ungrouped", (t, _) => Ungrouped(t, TermKind.Product)),
        new("distributed", Distributed),
        new("minus distributed",
            (t, _) => t.Kind == TermKind.Minus && t[0].Kind == TermKind.Sum ? Term.Sum([.. t[0].Parts.Select(Negative)]) : null),
        new("minus taken out", (t, _) => t.Kind == TermKind.Sum ? Term.Minus(Term.Sum([.. t.Parts.Select(Negative)])) : null),
        new("difference turned round",
            (t, _) => t.Kind == TermKind.Sum && t.Parts.Length == 2 && t[1].Kind == TermKind.Minus ? Term.Minus(t[1][0] - t[0]) : null),
        new("minus as a factor", (t, _) => t.Kind == TermKind.Minus ? Term.Product(-1, t[0]) : null),
        new("common factor", CommonFactor),
        new("square written as a product", (t, _) => t.Kind == TermKind.Power && t[1].IsWhole(2) ? t[0] * t[0] : null),
        new("square of a sum written out",
            (t, _) => t is { Kind: TermKind.Power, Parts: [{ Kind: TermKind.Sum, Parts: [var a, var b] }, { Kind: TermKind.Whole } n] }
                && n.IsWhole(2) ? Term.Sum(Term.Power(a, 2), Term.Product(2, a, b), Term.Power(b, 2)) : null),
        new("difference of squares",
            (t, _) => t is { Kind: TermKind.Sum,
                Parts: [{ Kind: TermKind.Power } a, { Kind: TermKind.Minus, Parts: [{ Kind: TermKind.Power } b] }] } && a[1].IsWhole(2)
                && b[1].IsWhole(2) ? (a[0] - b[0]) * (a[0] + b[0]) : null),
        new("power split", (t, d) => t.Kind == TermKind.Power && t[1].Kind == TermKind.Whole && t[1].Value > 2 && t[1].Value < 100
            ? Split(t, d.Between(1, (int)t[1].Value - 1))
            : null),
        new("power of a product",
            (t, _) => t.Kind == TermKind.Power && t[0].Kind == TermKind.Product && t[1].Kind == TermKind.Whole
                ? Term.Product([.. t[0].Parts.Select(part => Term.Power(part, t[1]))])
                : null),
        new("sum of exponents", (t,
            _) => t.Kind == TermKind.Power && t[1].Kind == TermKind.Sum && t[0].Kind is TermKind.Whole or TermKind.Euler
                ? Term.Product([.. t[1].Parts.Select(part => Term.Power(t[0], part))])
                : null),
        new("multiple as a sum", (t, _) => t.Kind == TermKind.Product && t.Parts.Length == 2 && t[0].IsWhole(2) ? t[1] + t[1] : null),
        new("term added and taken away",
            (t, d) => t.Kind == TermKind.Sum && d.Between(1, 20) is var n ? Term.Sum([Term.Number(n), .. t.Parts, Term.Minus(n)]) : null),
    ];

    private static Term Negative(Term term) => term.Kind == TermKind.Minus ? term[0] : Term.Minus(term);

    private static Term Grouped(Term term, int place, Func<Term[], Term> join) => place == 1
        ? join([term[0], join(term.Parts[1..])])
        : join([join(term.Parts[..place]), .. term.Parts[place..]]);

    private static Term? Ungrouped(Term term, TermKind kind) => term.Kind == kind && term.Parts.Any(part => part.Kind == kind)
        ? term with { Parts = [.. term.Parts.SelectMany(part => part.Kind == kind ? part.Parts : [part])] }
        : null;

    private static Term? Distributed(Term term, Draws draws)
    {
        if (term.Kind != TermKind.Product) return null;
        int place = Array.FindIndex(term.Parts, part => part.Kind == TermKind.Sum);
        if (place < 0) return null;
        Term[] others = [.. term.Parts[..place], .. term.Parts[(place + 1)..]];
        return Term.Sum([.. term.Parts[place].Parts.Select(
            part => part.Kind == TermKind.Minus ? Term.Minus(Term.Product([.. others, part[0]])) : Term.Product([.. others, part]))]);
    }

    private static Term? CommonFactor(Term term, Draws draws)
    {
        if (term.Kind != TermKind.Sum) return null;
        int factor = draws.Between(2, 6);
        return Term.Product(factor,
            Term.Sum([.. term.Parts.Select(part => part.Kind == TermKind.Minus ? Term.Minus(part[0] / factor) : part / factor)]));
    }

    private static Term Split(Term power, int first) => Term.Power(power[0], first) * Term.Power(power[0], (int)power[1].Value - first);
}
