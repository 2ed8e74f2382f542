using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Rewriting;

/// <summary>Identities of functions, factorials, binomials, roundings and series.</summary>
internal static class FunctionRewritings
{
    private static readonly string[] Indices = ["j", "k", "m", "r"];

    public static IReadOnlyList<RewritingRule> All { get; } =
    [
        new("sine of a negative", (t, _) => Is(t, "sin", "tan") ? Term.Minus(t with { Parts = [Term.Minus(t[0])] }) : null),
        new("cosine of a negative", (t, _) => Is(t, "cos") ? t with { Parts = [Term.Minus(t[0])] } : null),
        new("cofunction", (t, _) => Is(t, "sin", "cos") ? Term.Call(t.Name == "sin" ? "cos" : "sin", Term.Pi / 2 - t[0]) : null),
        new("full turn", (t, _) => Is(t, "sin", "cos") ? Term.Call(t.Name, t[0] + 2 * Term.Pi) : null),
        new("tangent as a quotient", (t, _) => Is(t, "tan") ? Term.Call("sin", t[0]) / Term.Call("cos", t[0]) : null),
        new("double angle", (t, _) => t is { Kind: TermKind.Call, Parts: [{ Kind: TermKind.Product, Parts: [var two, var x] }] }
            && Is(t, "sin") && two.IsWhole(2) ? Term.Product(2, Term.Call("sin", x), Term.Call("cos", x)) : null),
        new("square of a sine", (t,
            _) => t is { Kind: TermKind.Power, Parts: [{ Kind: TermKind.Call } f, var two] } && two.IsWhole(2) && Is(f, "sin", "cos")
                ? 1 - Term.Power(Term.Call(f.Name == "sin" ? "cos" : "sin", f[0]), 2)
                : null),
        new("secant as a quotient", (t, _) => Is(t, "sec") ? Term.Quotient(1, Term.Call("cos", t[0])) : null),
        new("logarithm of a power",
            (t, d) => Is(t, "ln") && t[0].Kind == TermKind.Whole && d.Between(2, 3) is var n
                ? Term.Call("ln", Term.Number(BigInteger.Pow(t[0].Value, n))) / n
                : null),
        new("logarithm of a product",
            (t, d) => Is(t, "ln") && t[0].Kind == TermKind.Whole && d.Pick(2, 3, 5) is var n && t[0].Value > n && t[0].Value % n == 0
                ? Term.Call("ln", n) + Term.Call("ln", Term.Number(t[0].Value / n))
                : null),
        new("logarithm of a reciprocal",
            (t, _) => Is(t, "ln") && t[0].Kind == TermKind.Whole ? Term.Minus(Term.Call("ln", Term.Quotient(1, t[0]))) : null),
        new("multiple of a logarithm",
            (t, _) => t is { Kind: TermKind.Product, Parts: [{ Kind: TermKind.Whole } n, { Kind: TermKind.Call } f] } && Is(f, "ln")
                && f[0].Kind == TermKind.Whole && n.Value < 8 ? Term.Call("ln", Term.Power(f[0], n)) : null),
        new("base of a logarithm", (t, _) => t.Kind == TermKind.Logarithm ? Term.Call("ln", t[0]) / Term.Call("ln", t[1]) : null),
        new("binomial worked out",
            (t, _) => t.Kind == TermKind.Binomial && t[0].Kind == TermKind.Whole && t[1].Kind == TermKind.Whole && t[0].Value < 100
                ? Term.Number(Binomial((int)t[0].Value, (int)t[1].Value))
                : null),
        new("binomial turned over",
            (t, _) => t.Kind == TermKind.Binomial && t[0].Kind == TermKind.Whole && t[1].Kind == TermKind.Whole && t[0].Value >= t[1].Value
                ? Term.Of(TermKind.Binomial, t[0], Term.Number(t[0].Value - t[1].Value))
                : null),
        new("binomial by factorials",
            (t, _) => t.Kind == TermKind.Binomial && t[0].Kind == TermKind.Whole && t[1].Kind == TermKind.Whole && t[0].Value > t[1].Value
                && t[0].Value < 40 ? Term.Of(TermKind.Factorial, t[0])
                    / (Term.Of(TermKind.Factorial, t[1]) * Term.Of(TermKind.Factorial, Term.Number(t[0].Value - t[1].Value))) : null),
        new("factorial worked out",
            (t, _) => t.Kind == TermKind.Factorial && t[0].Kind == TermKind.Whole && t[0].Value < 30
                ? Term.Number(Factorial((int)t[0].Value))
                : null),
        new("factor taken out of a factorial",
            (t, _) => t.Kind == TermKind.Factorial && t[0].Kind == TermKind.Whole && t[0].Value > 1
                ? t[0] * Term.Of(TermKind.Factorial, Term.Number(t[0].Value - 1))
                : null),
        new("whole number into a rounding",
            (t, d) => t.Kind is TermKind.Floor or TermKind.Ceiling && d.Between(1, 9) is var n
                ? Term.Of(t.Kind, t[0] + n) - Term.Number(n)
                : null),
        new("floor as a ceiling",
            (t, _) => t.Kind is TermKind.Floor or TermKind.Ceiling
                ? Term.Minus(Term.Of(t.Kind == TermKind.Floor ? TermKind.Ceiling : TermKind.Floor, Term.Minus(t[0])))
                : null),
        new("series with another index",
            (t, _) => t.Kind is TermKind.Series or TermKind.ProductSeries && Other(t) is var name
                ? t with { Name = name, Parts = [t[0], t[1], t[2].Substitute(t.Name, Term.Letter(name))] }
                : null),
        new("series shifted", (t, d) => t.Kind == TermKind.Series && t[0].Kind == TermKind.Whole && d.Between(1, 3) is var by
            ? t with
            {
                Parts = [Term.Number(t[0].Value + by), t[1].Kind == TermKind.Whole ? Term.Number(t[1].Value + by) : t[1] + by,
                    t[2].Substitute(t.Name, Term.Letter(t.Name) - Term.Number(by))]
            }
            : null),
        new("series split", (t, _) => t.Kind == TermKind.Series && t[0].Kind == TermKind.Whole && t[1].Kind == TermKind.Whole
            && t[1].Value > t[0].Value
            ? t with { Parts = [t[0], Term.Number(t[1].Value - 1), t[2]] } is var rest ? rest + t[2].Substitute(t.Name, t[1]) : null
            : null),
        new("exponential of a logarithm",
            (t, _) => t.Kind == TermKind.Power && t[0].Kind == TermKind.Whole && t[0].Value > 1 && t[1].Kind == TermKind.Letter
                ? Term.Power(Term.Euler, t[1] * Term.Call("ln", t[0]))
                : null),
    ];

    private static bool Is(Term term, params ReadOnlySpan<string> names) => term.Kind == TermKind.Call && names.Contains(term.Name);

    private static string Other(Term series) =>
        Indices.First(name => name != series.Name && !series.Parts.Any(part => part.Letters().Contains(name)));

    private static BigInteger Factorial(int n) => n < 2 ? BigInteger.One : n * Factorial(n - 1);

    private static BigInteger Binomial(int n, int k)
    {
        BigInteger result = BigInteger.One;
        for (int i = 0; i < k; i++) result = result * (n - i) / (i + 1);
        return k > n ? BigInteger.Zero : result;
    }
}
