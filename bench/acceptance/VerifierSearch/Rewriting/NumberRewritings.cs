using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Rewriting;

/// <summary>Forms of numbers.</summary>
internal static class NumberRewritings
{
    public static IReadOnlyList<RewritingRule> All { get; } =
    [
        new("decimal as a fraction",
            (t, _) => t.Kind == TermKind.Decimal ? Term.Number(t.Value) / Term.Number(BigInteger.Pow(10, t.Scale)) : null),
        new("zeros after a decimal",
            (t, d) => t.Kind == TermKind.Decimal && d.Between(1, 3) is var more
                ? Term.Decimal(t.Value * BigInteger.Pow(10, more), t.Scale + more)
                : null),
        new("whole number with decimal zeros",
            (t, d) => t.Kind == TermKind.Whole && d.Between(1, 3) is var places
                ? Term.Decimal(t.Value * BigInteger.Pow(10, places), places)
                : null),
        new("fraction as a decimal", FractionAsDecimal),
        new("mixed number as a fraction",
            (t, _) => t.Kind == TermKind.Mixed ? Term.Number(t[0].Value * t[2].Value + t[1].Value) / t[2] : null),
        new("mixed number as a sum", (t, _) => t.Kind == TermKind.Mixed ? t[0] + t[1] / t[2] : null),
        new("number as a sum", (t, d) =>
            t.Kind == TermKind.Whole && d.Between(1, 9) is var part && t.Value > part ? Term.Number(t.Value - part) + part : null),
        new("number as a product",
            (t, d) => t.Kind == TermKind.Whole && d.Pick(2, 3, 5, 7) is var factor && t.Value > factor && t.Value % factor == 0
                ? Term.Number(t.Value / factor) * factor
                : null),
        new("number as a quotient",
            (t, d) => t.Kind == TermKind.Whole && d.Between(2, 9) is var factor ? Term.Number(t.Value * factor) / factor : null),
        new("power worked out", (t,
            _) => t.Kind == TermKind.Power && t[0].Kind == TermKind.Whole && t[1].Kind == TermKind.Whole && t[0].Value > 0
                && t[1].Value < 40 ? Term.Number(BigInteger.Pow(t[0].Value, (int)t[1].Value)) : null),
        new("sum of numbers worked out",
            (t, _) => t.Kind == TermKind.Sum && t.Parts.All(IsInteger)
                ? Term.Number(t.Parts.Aggregate(BigInteger.Zero, (sum, part) => sum + Integer(part)))
                : null),
        new("product of numbers worked out",
            (t, _) => t.Kind == TermKind.Product && t.Parts.All(IsInteger)
                ? Term.Number(t.Parts.Aggregate(BigInteger.One, (product, part) => product * Integer(part)))
                : null),
        new("scientific notation",
            (t, _) => t.Kind == TermKind.Whole && t.Value > 99
                && t.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) is var text
                ? Term.Decimal(t.Value, text.Length - 1) * Term.Power(10, text.Length - 1)
                : null),
    ];

    public static bool IsInteger(Term term) => term.Kind == TermKind.Whole || term.Kind == TermKind.Minus && term[0].Kind == TermKind.Whole;

    public static BigInteger Integer(Term term) => term.Kind == TermKind.Whole ? term.Value : -term[0].Value;

    private static Term? FractionAsDecimal(Term term, Draws draws)
    {
        if (term.Kind != TermKind.Quotient || term[0].Kind != TermKind.Whole || term[1].Kind != TermKind.Whole || term[1].Value.IsZero)
            return null;
        for (int places = 1; places <= 6; places++)
        {
            BigInteger digits = BigInteger.DivRem(term[0].Value * BigInteger.Pow(10, places), term[1].Value, out BigInteger rest);
            if (rest.IsZero) return Term.Decimal(digits, places);
        }

        return null;
    }
}
