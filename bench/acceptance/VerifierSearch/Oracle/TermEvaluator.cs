using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Arithmetic;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Oracle;

/// <summary>Encloses the real value of a term at a point; null where it is undefined, not real, or not certain to be defined.</summary>
/// <param name="point">Values of the letters.</param>
/// <param name="bits">Precision.</param>
internal sealed class TermEvaluator(IReadOnlyDictionary<string, Enclosure> point, int bits)
{
    private const int LongestSeries = 200, LargestExponent = 100_000, LargestFactorial = 2_000;

    // Series within series within series, of factorials at that, would be evaluated for days.
    private int _steps = 20_000;

    private readonly Dictionary<string, Enclosure> _bound = new(StringComparer.Ordinal);

    public Enclosure? Value(Term term)
    {
        if (--_steps < 0) return null;
        switch (term.Kind)
        {
            case TermKind.Whole: return Enclosure.Of(term.Value);
            case TermKind.Decimal: return Enclosure.Of(term.Value).Divide(Enclosure.Of(BigInteger.Pow(10, term.Scale)), bits);
            case TermKind.Letter:
                return _bound.TryGetValue(term.Name, out Enclosure? index) || point.TryGetValue(term.Name, out index) ? index : null;
            case TermKind.Pi: return Elementary.Pi(bits);
            case TermKind.Euler: return Elementary.Exp(Enclosure.One, bits);
            case TermKind.Minus: return Value(term[0])?.Negate();
            case TermKind.Sum: return Fold(term, (a, b) => a.Add(b, bits));
            case TermKind.Product: return Fold(term, (a, b) => a.Multiply(b, bits));
            case TermKind.Quotient: return Both(term, (a, b) => a.Divide(b, bits));
            // An improper fraction after a whole number may as well be a factor.
            case TermKind.Mixed:
                return term[1].Value < term[2].Value && Value(term[0]) is { } whole && Value(Term.Quotient(term[1], term[2])) is { } part
                    ? whole.Add(part, bits)
                    : null;
            case TermKind.Power:
                return term[0].Kind == TermKind.Euler ? Value(term[1]) is { } e ? Elementary.Exp(e, bits) : null : Both(term, Power);
            case TermKind.Root: return Value(term[0]) is { } radicand ? Roots.Of(radicand, term.Scale, bits) : null;
            case TermKind.Logarithm:
                return Both(term,
                    (a, b) => Elementary.Ln(a, bits) is { } top && Elementary.Ln(b, bits) is { } bottom ? top.Divide(bottom, bits) : null);
            case TermKind.Factorial:
                return Value(term[0])?.SmallWhole(LargestFactorial) is { } n and >= 0 ? Enclosure.Of(FallingFactorial(n, n)) : null;
            case TermKind.Binomial: return Both(term, Binomial);
            case TermKind.Floor: return Value(term[0]) is { } number ? Floor(number) : null;
            case TermKind.Ceiling: return Value(term[0]) is { } above ? Floor(above.Negate())?.Negate() : null;
            case TermKind.Absolute: return Value(term[0])?.Absolute();
            case TermKind.Series: return Series(term, Enclosure.Zero, (a, b) => a.Add(b, bits));
            case TermKind.ProductSeries: return Series(term, Enclosure.One, (a, b) => a.Multiply(b, bits));
            case TermKind.Call:
                return term.Parts.Length == 1 ? Value(term[0]) is { } x ? RealFunctions.Of(term.Name, x, bits) : null : Extreme(term);
            default: return null;
        }
    }

    private Enclosure? Fold(Term term, Func<Enclosure, Enclosure, Enclosure> operation)
    {
        Enclosure? result = Value(term[0]);
        for (int i = 1; i < term.Parts.Length && result is not null; i++)
            result = Value(term[i]) is { } next ? operation(result, next) : null;
        return result;
    }

    private Enclosure? Both(Term term, Func<Enclosure, Enclosure, Enclosure?> operation) =>
        Value(term[0]) is { } a && Value(term[1]) is { } b ? operation(a, b) : null;

    private Enclosure? Power(Enclosure value, Enclosure exponent)
    {
        if (exponent.SmallWhole(LargestExponent) is { } whole) return value.Power(whole, bits);
        if (value.IsZero) return exponent.Low.Sign > 0 ? Enclosure.Zero : null;
        return value.Low.Sign > 0 ? Elementary.Power(value, exponent, bits) : null;
    }

    private static Enclosure? Floor(Enclosure value) =>
        value.Low.Top < 4096 && value.High.Top < 4096 && value.Low.Floor() is var floor && value.High.Floor() == floor
            ? Enclosure.Of(floor)
            : null;

    private Enclosure? Binomial(Enclosure n, Enclosure k)
    {
        if (n.SmallWhole(LargestFactorial) is not ({ } top and >= 0) || k.SmallWhole(LargestFactorial) is not ({ } count and >= 0))
            return null;
        return count > top ? Enclosure.Zero : Enclosure.Of(FallingFactorial(top, count) / FallingFactorial(count, count));
    }

    private BigInteger FallingFactorial(int top, int count)
    {
        _steps -= count;
        BigInteger product = 1;
        for (int i = 0; i < count; i++) product *= top - i;
        return product;
    }

    // An empty series is a convention that readers may not share.
    private Enclosure? Series(Term term, Enclosure start, Func<Enclosure, Enclosure, Enclosure> operation)
    {
        if (Value(term[0])?.SmallWhole(1_000_000) is not { } from || Value(term[1])?.SmallWhole(1_000_000) is not { } to || to < from
            || to - from > LongestSeries)
            return null;
        _bound.TryGetValue(term.Name, out Enclosure? outer);
        Enclosure? result = start;
        for (int k = from; k <= to && result is not null; k++)
        {
            _bound[term.Name] = Enclosure.Of(k);
            result = Value(term[2]) is { } next ? operation(result, next) : null;
        }

        if (outer is null) _bound.Remove(term.Name);
        else _bound[term.Name] = outer;
        return result;
    }

    private Enclosure? Extreme(Term term)
    {
        Enclosure? result = Value(term[0]);
        for (int i = 1; i < term.Parts.Length && result is not null; i++)
        {
            if (Value(term[i]) is not { } next) return null;
            bool greater = term.Name == "max";
            result = new(Choose(result.Low, next.Low, greater), Choose(result.High, next.High, greater));
        }

        return result;
    }

    private static Dyadic Choose(Dyadic a, Dyadic b, bool greater) => a > b == greater ? a : b;
}
