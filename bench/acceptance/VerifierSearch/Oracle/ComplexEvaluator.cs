using Tilt.Acceptance.VerifierSearch.Arithmetic;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Oracle;

/// <summary>A complex number's enclosure.</summary>
/// <param name="Real">Real part.</param>
/// <param name="Imaginary">Imaginary part.</param>
internal sealed record ComplexEnclosure(Enclosure Real, Enclosure Imaginary)
{
    public bool IsApartFrom(ComplexEnclosure other) => Real.IsApartFrom(other.Real) || Imaginary.IsApartFrom(other.Imaginary);
}

/// <summary>Encloses complex terms without letters: sums, products, quotients, whole powers and powers of e.</summary>
/// <param name="bits">Precision.</param>
internal sealed class ComplexEvaluator(int bits)
{
    private readonly TermEvaluator _real = new(new Dictionary<string, Enclosure>(), bits);

    /// <summary>Whether two terms are proven different; null where one is undefined.</summary>
    public static bool? AreApart(Term first, Term second)
    {
        ComplexEvaluator evaluator = new(192);
        return evaluator.Value(first) is { } a && evaluator.Value(second) is { } b ? a.IsApartFrom(b) : null;
    }

    public ComplexEnclosure? Value(Term term)
    {
        if (!term.All().Any(part => part.Kind == TermKind.Imaginary))
            return _real.Value(term) is { } real ? new(real, Enclosure.Zero) : null;
        switch (term.Kind)
        {
            case TermKind.Imaginary: return new(Enclosure.Zero, Enclosure.One);
            case TermKind.Minus: return Value(term[0]) is { } x ? new(x.Real.Negate(), x.Imaginary.Negate()) : null;
            case TermKind.Sum: return Fold(term, (a, b) => new(a.Real.Add(b.Real, bits), a.Imaginary.Add(b.Imaginary, bits)));
            case TermKind.Product: return Fold(term, Multiply);
            case TermKind.Quotient: return Value(term[0]) is { } top && Value(term[1]) is { } bottom ? Divide(top, bottom) : null;
            case TermKind.Power when term[0].Kind == TermKind.Euler: return Value(term[1]) is { } exponent ? Exponential(exponent) : null;
            case TermKind.Power when term[1].Kind == TermKind.Whole && term[1].Value > 0 && term[1].Value < 200:
                return Value(term[0]) is { } value ? Enumerable.Repeat(value, (int)term[1].Value).Aggregate(Multiply) : null;
            default: return null;
        }
    }

    private ComplexEnclosure? Fold(Term term, Func<ComplexEnclosure, ComplexEnclosure, ComplexEnclosure> operation)
    {
        ComplexEnclosure? result = Value(term[0]);
        for (int i = 1; i < term.Parts.Length && result is not null; i++)
            result = Value(term[i]) is { } next ? operation(result, next) : null;
        return result;
    }

    private ComplexEnclosure Multiply(ComplexEnclosure a, ComplexEnclosure b) => new(
        a.Real.Multiply(b.Real, bits).Subtract(a.Imaginary.Multiply(b.Imaginary, bits), bits),
        a.Real.Multiply(b.Imaginary, bits).Add(a.Imaginary.Multiply(b.Real, bits), bits));

    private ComplexEnclosure? Divide(ComplexEnclosure a, ComplexEnclosure b)
    {
        ComplexEnclosure top = Multiply(a, b with { Imaginary = b.Imaginary.Negate() });
        Enclosure size = b.Real.Multiply(b.Real, bits).Add(b.Imaginary.Multiply(b.Imaginary, bits), bits);
        return top.Real.Divide(size, bits) is { } real && top.Imaginary.Divide(size, bits) is { } imaginary ? new(real, imaginary) : null;
    }

    private ComplexEnclosure? Exponential(ComplexEnclosure x) =>
        Elementary.Exp(x.Real, bits) is { } size && Elementary.Cos(x.Imaginary, bits) is { } cos
            && Elementary.Sin(x.Imaginary, bits) is { } sin
            ? new(size.Multiply(cos, bits), size.Multiply(sin, bits))
            : null;
}
