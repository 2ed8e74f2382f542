using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Rewriting;

/// <summary>Forms of quotients.</summary>
internal static class FractionRewritings
{
    public static IReadOnlyList<RewritingRule> All { get; } =
    [
        new("fraction extended by a number",
            (t, d) => t.Kind == TermKind.Quotient && Term.Number(d.Between(2, 9)) is var factor
                ? Times(t[0], factor) / Times(t[1], factor)
                : null),
        new("fraction extended by a term",
            (t, d) => t.Kind == TermKind.Quotient && t.Letters() is { Count: > 0 } letters
                && Term.Letter(letters.ElementAt(d.Below(letters.Count))) + d.Between(1, 5) is var factor
                ? t[0] * factor / (t[1] * factor)
                : null),
        new("fraction extended by minus one", (t, _) => t.Kind == TermKind.Quotient ? Term.Minus(t[0]) / Term.Minus(t[1]) : null),
        new("minus before a fraction",
            (t, _) => t.Kind == TermKind.Quotient && t[0].Kind == TermKind.Minus ? Term.Minus(t[0][0] / t[1]) : null),
        new("minus into the numerator",
            (t, _) => t.Kind == TermKind.Minus && t[0].Kind == TermKind.Quotient ? Term.Minus(t[0][0]) / t[0][1] : null),
        new("minus into the denominator",
            (t, _) => t.Kind == TermKind.Minus && t[0].Kind == TermKind.Quotient ? t[0][0] / Term.Minus(t[0][1]) : null),
        new("fraction split", (t, _) => t.Kind == TermKind.Quotient && t[0].Kind == TermKind.Sum
            ? Term.Sum([.. t[0].Parts.Select(part => part.Kind == TermKind.Minus ? Term.Minus(part[0] / t[1]) : part / t[1])])
            : null),
        new("fractions joined", (t, _) => t is { Kind: TermKind.Sum, Parts: [{ Kind: TermKind.Quotient } a, { Kind: TermKind.Quotient } b] }
            ? (a[0] * b[1] + b[0] * a[1]) / (a[1] * b[1])
            : null),
        new("term joined to a fraction",
            (t, _) => t is { Kind: TermKind.Sum, Parts: [{ Kind: TermKind.Quotient } a, { Kind: not TermKind.Quotient } b] }
                ? (a[0] + b * a[1]) / a[1]
                : null),
        new("fraction as a product", (t, _) => t.Kind == TermKind.Quotient && !t[0].IsWhole(1) ? Term.Quotient(1, t[1]) * t[0] : null),
        new("fraction as a negative power", (t, _) => t.Kind == TermKind.Quotient ? t[0] * Term.Power(t[1], -1) : null),
        new("negative power as a fraction",
            (t, _) => t.Kind == TermKind.Power && t[1].Kind == TermKind.Minus ? Term.Quotient(1, Term.Power(t[0], t[1][0])) : null),
        new("nested fraction", (t, d) => t.Kind == TermKind.Quotient && d.Between(2, 9) is var n ? (t[0] / n) / (t[1] / n) : null),
        new("fraction of products",
            (t, _) => t is { Kind: TermKind.Product, Parts: [{ Kind: TermKind.Quotient } a, var b] } ? a[0] * b / a[1] : null),
        new("quotient of a product",
            (t, _) => t is { Kind: TermKind.Quotient, Parts: [{ Kind: TermKind.Product, Parts: [var a, var b] }, var c] }
                ? a / c * b
                : null),
    ];

    private static Term Times(Term term, Term factor) =>
        term.Kind == TermKind.Whole ? Term.Number(term.Value * factor.Value) : term.Kind == TermKind.Product
            ? Term.Product([factor, .. term.Parts]) : factor * term;
}
