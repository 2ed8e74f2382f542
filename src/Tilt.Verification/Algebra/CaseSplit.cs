using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>
/// What an exact evaluation may assume about the one symbol of an expression: that it lies near a point between two break points, so that
/// signs are known, or that symbols are whole numbers, so that floors are. It also collects what the assumption must be refined by.
/// </summary>
internal sealed class CaseSplit
{
    private readonly IReadOnlyList<string> _wholeNumbers;

    private CaseSplit(string? symbol, Rational at, IReadOnlyList<string> wholeNumbers) =>
        (Symbol, At, _wholeNumbers) = (symbol, at, wholeNumbers);

    /// <summary>The symbol whose place is known, or null.</summary>
    public string? Symbol { get; }

    /// <summary>A point of the interval in which the symbol lies.</summary>
    public Rational At { get; }

    /// <summary>Whether all symbols are whole numbers.</summary>
    public bool WholeNumbers => _wholeNumbers.Count > 0;

    /// <summary>Polynomials whose sign was used: their roots are break points.</summary>
    public List<Rational[]> Decided { get; } = [];

    /// <summary>The least common denominator that floors were met with.</summary>
    public BigInteger Denominator { get; private set; } = BigInteger.One;

    /// <summary>An interval around a point.</summary>
    public static CaseSplit Near(string symbol, Rational at) => new(symbol, at, []);

    /// <summary>Whole numbers.</summary>
    public static CaseSplit OfWholeNumbers(IReadOnlyList<string> symbols) => new(null, default, symbols);

    /// <summary>The sign of a value in this case; null when it depends on more than the symbol.</summary>
    public int? SignOf(Fraction value, List<string> names, WorkMeter meter) =>
        SignOf(value.Numerator, names, meter) is { } top && SignOf(value.Denominator, names, meter) is { } bottom ? top * bottom : null;

    private int? SignOf(Polynomial polynomial, List<string> names, WorkMeter meter)
    {
        if (polynomial.TryGetRational(out Rational constant)) return constant.Sign;
        int index = Symbol is null ? -1 : names.IndexOf(Symbol);
        if (index < 0 || Univariate.Coefficients(polynomial, index) is not { } coefficients) return null;
        Decided.Add(coefficients);
        return Univariate.ValueAt(coefficients, At, meter).Sign;
    }

    /// <summary>
    /// The floor of a polynomial with whole coefficients beside its constant; null, with the denominator noted, for others.
    /// </summary>
    public Polynomial? Floor(Polynomial value, bool up, List<string> names, WorkMeter meter)
    {
        if (!IsOfWholeNumbers(value, names)) return null;
        Rational constant = Rational.Zero;
        bool whole = true;
        for (int i = 0; i < value.Monomials.Count; i++)
        {
            Monomial monomial = value.Monomials[i];
            if (monomial.Radicand != 1 || monomial.Imaginary) return null;
            if (monomial.IsConstant) constant = value.Coefficients[i];
            else if (!value.Coefficients[i].IsInteger)
            {
                NoteDenominator(value.Coefficients[i].Denominator);
                whole = false;
            }
        }
        if (!whole) return null;
        Rational rounded = up ? -(-constant).Floor() : constant.Floor();
        return value.Add(Polynomial.Constant(rounded - constant), meter);
    }

    /// <summary>The parity of an exponent: whether (−1)^value is 1 or −1; null, with the denominator noted, when it varies.</summary>
    public int? PowerOfMinusOne(Polynomial exponent, List<string> names)
    {
        if (!IsOfWholeNumbers(exponent, names)) return null;
        Rational constant = Rational.Zero;
        bool even = true;
        for (int i = 0; i < exponent.Monomials.Count; i++)
        {
            if (exponent.Monomials[i].Radicand != 1 || exponent.Monomials[i].Imaginary || !exponent.Coefficients[i].IsInteger) return null;
            if (exponent.Monomials[i].IsConstant) constant = exponent.Coefficients[i];
            else even &= exponent.Coefficients[i].Numerator.IsEven;
        }
        if (!even) NoteDenominator(2);
        return even ? constant.Numerator.IsEven ? 1 : -1 : null;
    }

    /// <summary>Whether every indeterminate is one of the symbols: not π, not e, no root or other call.</summary>
    private bool IsOfWholeNumbers(Polynomial polynomial, List<string> names)
    {
        if (!WholeNumbers) return false;
        foreach (Monomial monomial in polynomial.Monomials)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (((monomial.Exponents >> (8 * i)) & 0xff) != 0 && !_wholeNumbers.Contains(names[i])) return false;
            }
        }
        return true;
    }

    private void NoteDenominator(BigInteger denominator) =>
        Denominator = Denominator / BigInteger.GreatestCommonDivisor(Denominator, denominator) * denominator;
}
