using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Rewriting;

/// <summary>Forms of roots and absolute values.</summary>
internal static class RootRewritings
{
    public static IReadOnlyList<RewritingRule> All { get; } =
    [
        new("square drawn out of a root", DrawnOut),
        new("factor drawn into a root",
            (t, _) => t is { Kind: TermKind.Product, Parts: [{ Kind: TermKind.Whole } n, { Kind: TermKind.Root } root] }
                && root[0].Kind == TermKind.Whole
                ? Term.Root(Term.Number(BigInteger.Pow(n.Value, root.Scale) * root[0].Value), root.Scale)
                : null),
        new("root as a power", (t, _) =>
            t.Kind == TermKind.Root && t[0].Kind is TermKind.Whole or TermKind.Letter ? Term.Power(t[0], Term.Quotient(1, t.Scale)) : null),
        new("power as a root", (t,
            _) => t.Kind == TermKind.Power && t[1].Kind == TermKind.Quotient && t[1][0].Kind == TermKind.Whole
                && t[1][1].Kind == TermKind.Whole && t[0].Kind == TermKind.Whole
                ? Term.Root(Term.Power(t[0], t[1][0]), (int)t[1][1].Value)
                : null),
        new("root as a quotient",
            (t, _) => t.Kind == TermKind.Root && t.Scale == 2 && t[0].Kind == TermKind.Whole && t[0].Value > 0 ? t[0] / t : null),
        new("denominator made rational",
            (t, _) => t is { Kind: TermKind.Quotient, Parts: [var a, { Kind: TermKind.Root, Scale: 2 } root] } ? a * root / root[0] : null),
        new("denominator made rational by its conjugate", Conjugate),
        new("root of a fraction",
            (t, _) => t is { Kind: TermKind.Root, Parts: [{ Kind: TermKind.Quotient } q] } && q[0].Kind == TermKind.Whole
                && q[1].Kind == TermKind.Whole ? Term.Root(q[0], t.Scale) / Term.Root(q[1], t.Scale) : null),
        new("root of a product",
            (t, d) => t.Kind == TermKind.Root && t[0].Kind == TermKind.Whole && d.Pick(2, 3, 5) is var factor && t[0].Value % factor == 0
                && t[0].Value > 0 ? Term.Root(factor, t.Scale) * Term.Root(Term.Number(t[0].Value / factor), t.Scale) : null),
        new("root of a square as bars",
            (t, _) => t.Kind == TermKind.Root && t.Scale == 2 && t[0].Kind == TermKind.Power && t[0][1].IsWhole(2)
                ? Term.Of(TermKind.Absolute, t[0][0])
                : null),
        new("bars as a root of a square", (t, _) => t.Kind == TermKind.Absolute ? Term.Root(Term.Power(t[0], 2)) : null),
        new("bars of a negative", (t, _) => t.Kind == TermKind.Absolute ? Term.Of(TermKind.Absolute, Term.Minus(t[0])) : null),
        new("bars of a difference turned round",
            (t, _) => t is { Kind: TermKind.Absolute, Parts: [{ Kind: TermKind.Sum, Parts: [var a, { Kind: TermKind.Minus } b] }] }
                ? Term.Of(TermKind.Absolute, b[0] - a)
                : null),
        new("bars of a product",
            (t, _) => t is { Kind: TermKind.Absolute, Parts: [{ Kind: TermKind.Product } p] }
                ? Term.Product([.. p.Parts.Select(part => Term.Of(TermKind.Absolute, part))])
                : null),
        new("greatest by bars", (t, _) => t.Kind == TermKind.Call && t.Name == "max" && t.Parts.Length == 2
            ? (t[0] + t[1] + Term.Of(TermKind.Absolute, t[0] - t[1])) / 2
            : null),
        new("greatest in another order",
            (t, _) => t.Kind == TermKind.Call && t.Name is "max" or "min" ? t with { Parts = [.. t.Parts.Reverse()] } : null),
        new("number as a root", (t, _) => t.Kind == TermKind.Whole && t.Value > 1 ? Term.Root(Term.Number(t.Value * t.Value)) : null),
    ];

    private static Term? DrawnOut(Term term, Draws draws)
    {
        if (term.Kind != TermKind.Root || term[0].Kind != TermKind.Whole) return null;
        foreach (int factor in draws.Shuffle([2, 3, 4, 5, 6, 7]))
        {
            BigInteger power = BigInteger.Pow(factor, term.Scale);
            if (term[0].Value % power == 0 && term[0].Value > power)
                return factor * Term.Root(Term.Number(term[0].Value / power), term.Scale);
        }

        return null;
    }

    // 1 / (√a − b) = (√a + b) / (a − b²)
    private static Term? Conjugate(Term term, Draws draws) =>
        term is
        {
            Kind: TermKind.Quotient,
            Parts: [var top, { Kind: TermKind.Sum, Parts: [{ Kind: TermKind.Root, Scale: 2 } root, { Kind: TermKind.Minus } shift] }]
        }
            ? top * (root + shift[0]) / (root[0] - Term.Power(shift[0], 2))
            : null;
}
