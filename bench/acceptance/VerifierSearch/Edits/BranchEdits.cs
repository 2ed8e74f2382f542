using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Edits;

/// <summary>Edits of branches, functions and bounds.</summary>
internal static class BranchEdits
{
    public static IReadOnlyList<TermEdit> All { get; } =
    [
        new("bars dropped", (t, d) => t.Kind == TermKind.Absolute ? d.Chance(0.5) ? t[0] : Term.Minus(t[0]) : null),
        new("root of a square taken",
            (t, d) => t.Kind == TermKind.Root && t[0].Kind == TermKind.Power && t[0][1].IsWhole(t.Scale)
                ? d.Chance(0.5) ? t[0][0] : Term.Minus(t[0][0])
                : null),
        new("root of a written-out square taken", RootOfSquare),
        new("root of a product of squares taken",
            (t, _) => t.Kind == TermKind.Root && t[0].Kind == TermKind.Product
                && t[0].Parts.All(p => p.Kind == TermKind.Power && p[1].IsWhole(t.Scale))
                ? Term.Product([.. t[0].Parts.Select(p => p[0])])
                : null),
        new("floor for ceiling",
            (t, _) => t.Kind is TermKind.Floor or TermKind.Ceiling
                ? Term.Of(t.Kind == TermKind.Floor ? TermKind.Ceiling : TermKind.Floor, t.Parts)
                : null),
        new("rounding dropped", (t, d) => t.Kind is TermKind.Floor or TermKind.Ceiling ? d.Pick(t[0], 0, 1) : null),
        new("one side of the break", (t, d) => t.Kind == TermKind.Call && t.Name is "max" or "min" ? t[d.Below(2)] : null),
        new("greatest for least",
            (t, _) => t.Kind == TermKind.Call && t.Name is "max" or "min" ? t with { Name = t.Name == "max" ? "min" : "max" } : null),
        new("quotient of bars taken",
            (t, d) => t.Kind == TermKind.Quotient && t[0].Kind == TermKind.Absolute ? d.Pick(Term.Number(1), Term.Number(-1)) : null),
        new("sum of bars taken",
            (t, _) => t.Kind == TermKind.Sum && t.Parts.All(p => p.Kind == TermKind.Absolute) ? t[0][0] - t[1][0] : null),
        new("function", (t, d) => t.Kind == TermKind.Call && t.Parts.Length == 1 ? t with { Name = Other(t.Name, d) } : null),
        new("function's argument",
            (t, d) => t.Kind == TermKind.Call && t.Parts.Length == 1
                ? t with { Parts = [d.Pick(t[0] + Term.Pi / 2, t[0] + Term.Pi, Term.Pi - t[0], Term.Minus(t[0]), 2 * t[0])] }
                : null),
        new("lower bound", (t, d) => t.Kind is TermKind.Series or TermKind.ProductSeries
            ? t with { Parts = [t[0].Kind == TermKind.Whole ? Term.Number(t[0].Value + (d.Chance(0.5) ? 1 : -1)) : t[0] + 1, t[1], t[2]] }
            : null),
        new("upper bound", (t, d) => t.Kind is TermKind.Series or TermKind.ProductSeries
            ? t with
            {
                Parts = [t[0], t[1].Kind == TermKind.Whole ? Term.Number(t[1].Value + (d.Chance(0.5) ? 1 : -1)) : t[1] - Term.Number(1),
                    t[2]]
            }
            : null),
        new("sum for product over an index",
            (t, _) => t.Kind is TermKind.Series or TermKind.ProductSeries
                ? t with { Kind = t.Kind == TermKind.Series ? TermKind.ProductSeries : TermKind.Series }
                : null),
        new("factorial dropped", (t, _) => t.Kind == TermKind.Factorial ? t[0] : null),
        new("binomial for quotient", (t, _) => t.Kind == TermKind.Binomial ? t[0] / t[1] : null),
        new("bars added", (t, _) => t.Kind is TermKind.Sum or TermKind.Letter or TermKind.Product ? Term.Of(TermKind.Absolute, t) : null),
        new("rounding added", (t, _) => t.Kind is TermKind.Quotient or TermKind.Root ? Term.Of(TermKind.Floor, t) : null),
    ];

    private static Term? RootOfSquare(Term term, Draws draws)
    {
        if (term.Kind != TermKind.Root || term.Scale != 2
            || term[0] is not { Kind: TermKind.Sum, Parts: [{ Kind: TermKind.Power } first, var middle, { Kind: TermKind.Whole } last] })
            return null;
        Term shift = Term.Number(Arithmetic.Roots.Floor(last.Value, 2));
        Term root = middle.Kind == TermKind.Minus ? first[0] - shift : first[0] + shift;
        return draws.Chance(0.5) ? root : Term.Minus(root);
    }

    private static string Other(string name, Draws draws) => name switch
    {
        "sin" or "cos" or "tan" or "cot" or "sec" or "csc" => draws.Pick("sin", "cos", "tan", "cot"),
        "arcsin" or "arccos" or "arctan" => draws.Pick("arcsin", "arccos", "arctan"),
        "sinh" or "cosh" or "tanh" => draws.Pick("sinh", "cosh", "tanh", "sin"),
        _ => draws.Pick("sin", "exp", "arctan"),
    };
}
