using System.Numerics;

namespace Tilt.Verification.Numbers;

/// <summary>
/// A power product of a normal form: at most eight indeterminates (symbols, π, e, opaque calls) with exponents below 128, times √n for
/// a square-free n, times i or 1.
/// </summary>
/// <param name="Exponents">Eight exponents of eight bits each.</param>
/// <param name="Radicand">The square-free n under the root, 1 for none.</param>
/// <param name="Imaginary">Whether i is a factor.</param>
internal readonly record struct Monomial(ulong Exponents, long Radicand, bool Imaginary) : IComparable<Monomial>
{
    public static readonly Monomial One = new(0, 1, false);

    public bool IsConstant => Exponents == 0;

    public int CompareTo(Monomial other)
    {
        int order = other.Exponents.CompareTo(Exponents);
        if (order == 0) order = Radicand.CompareTo(other.Radicand);
        return order == 0 ? Imaginary.CompareTo(other.Imaginary) : order;
    }
}

/// <summary>
/// A polynomial over the rationals in indeterminates, square roots of square-free numbers and i, always in normal form: since those
/// roots are linearly independent over the rationals, two are equal exactly when their terms are.
/// </summary>
internal sealed class Polynomial
{
    private readonly SortedList<Monomial, Rational> _terms;

    private Polynomial(SortedList<Monomial, Rational> terms) => _terms = terms;

    public static Polynomial Zero { get; } = new([]);

    public static Polynomial One { get; } = Constant(Rational.One);

    public IList<Monomial> Monomials => _terms.Keys;

    public IList<Rational> Coefficients => _terms.Values;

    public bool IsZero => _terms.Count == 0;

    /// <summary>Whether there are no indeterminates (roots and i may be there).</summary>
    public bool IsConstant
    {
        get
        {
            foreach (Monomial monomial in _terms.Keys)
            {
                if (!monomial.IsConstant) return false;
            }
            return true;
        }
    }

    public bool TryGetRational(out Rational value)
    {
        value = _terms.Count == 1 ? _terms.Values[0] : Rational.Zero;
        return _terms.Count == 0 || (_terms.Count == 1 && _terms.Keys[0] == Monomial.One);
    }

    public static Polynomial Constant(Rational value) => Term(Monomial.One, value);

    public static Polynomial Term(Monomial monomial, Rational coefficient)
    {
        var terms = new SortedList<Monomial, Rational>(1);
        if (!coefficient.IsZero) terms.Add(monomial, coefficient);
        return new(terms);
    }

    public static Polynomial Indeterminate(int index) => Term(new(1UL << (8 * index), 1, false), Rational.One);

    public Polynomial Negate() => Scale(-Rational.One);

    // The constructor that takes a dictionary sorts once more.
    private SortedList<Monomial, Rational> Copy()
    {
        var copy = new SortedList<Monomial, Rational>(_terms.Count + 1);
        for (int i = 0; i < _terms.Count; i++) copy.Add(_terms.Keys[i], _terms.Values[i]);
        return copy;
    }

    /// <summary>The difference of two polynomials of few terms.</summary>
    public Polynomial Subtract(Polynomial other)
    {
        SortedList<Monomial, Rational> difference = Copy();
        for (int i = 0; i < other._terms.Count; i++)
        {
            difference.TryGetValue(other._terms.Keys[i], out Rational value);
            value -= other._terms.Values[i];
            if (value.IsZero) difference.Remove(other._terms.Keys[i]);
            else difference[other._terms.Keys[i]] = value;
        }
        return new(difference);
    }

    public Polynomial Scale(Rational factor)
    {
        if (factor.IsOne) return this;
        if (factor.IsZero) return Zero;
        var scaled = new SortedList<Monomial, Rational>(_terms.Count);
        for (int i = 0; i < _terms.Count; i++) scaled.Add(_terms.Keys[i], _terms.Values[i] * factor);
        return new(scaled);
    }

    private Polynomial Scale(Rational factor, WorkMeter meter)
    {
        if (ReferenceEquals(this, One)) return Constant(factor);
        if (!factor.IsOne)
        {
            for (int i = 0; i < _terms.Count; i++) ChargeProduct(_terms.Values[i], factor, meter);
        }
        return Scale(factor);
    }

    /// <summary>Whole numbers cost their product, fractions a common divisor as well.</summary>
    private static void ChargeProduct(Rational a, Rational b, WorkMeter meter)
    {
        long bits = a.BitLength;
        long otherBits = b.BitLength;
        meter.ChargeProduct(bits, otherBits);
        if (!a.IsInteger || !b.IsInteger) meter.ChargeProduct(bits + otherBits, bits + otherBits);
    }

    public Polynomial Add(Polynomial other, WorkMeter meter)
    {
        if (IsZero) return other;
        if (other.IsZero) return this;
        SortedList<Monomial, Rational> sum = Copy();
        for (int i = 0; i < other._terms.Count; i++) Accumulate(sum, other._terms.Keys[i], other._terms.Values[i], meter);
        return new(sum);
    }

    /// <summary>The product, or null where an exponent or radicand leaves its range.</summary>
    public Polynomial? Multiply(Polynomial other, WorkMeter meter)
    {
        if (_terms.Count == 1 && _terms.Keys[0] == Monomial.One) return other.Scale(_terms.Values[0], meter);
        if (other._terms.Count == 1 && other._terms.Keys[0] == Monomial.One) return Scale(other._terms.Values[0], meter);
        var product = new SortedList<Monomial, Rational>();
        for (int i = 0; i < _terms.Count; i++)
        {
            for (int j = 0; j < other._terms.Count; j++)
            {
                if (!TryMultiply(_terms.Keys[i], other._terms.Keys[j], out Monomial monomial, out Rational factor)) return null;
                ChargeProduct(_terms.Values[i], other._terms.Values[j], meter);
                Accumulate(product, monomial, _terms.Values[i] * other._terms.Values[j] * factor, meter);
            }
        }
        return new(product);
    }

    private static void Accumulate(SortedList<Monomial, Rational> sum, Monomial monomial, Rational value, WorkMeter meter)
    {
        meter.Charge(1);
        int index = sum.IndexOfKey(monomial);
        if (index < 0)
        {
            if (sum.Count >= meter.Budget.MaxTerms) throw new OverBudgetException("terms of a polynomial");
            if (!value.IsZero) sum.Add(monomial, value);
            return;
        }
        ChargeProduct(sum.Values[index], value, meter);
        Rational total = sum.Values[index] + value;
        if (total.IsZero) sum.RemoveAt(index);
        else sum.SetValueAtIndex(index, total);
    }

    private static bool TryMultiply(Monomial a, Monomial b, out Monomial product, out Rational factor)
    {
        const ulong HighBits = 0x8080808080808080UL;
        ulong exponents = a.Exponents + b.Exponents;
        factor = Rational.One;
        product = default;
        if (((a.Exponents | b.Exponents | exponents) & HighBits) != 0) return false;
        long radicand = 1;
        if (a.Radicand != 1 || b.Radicand != 1)
        {
            long common = (long)BigInteger.GreatestCommonDivisor(a.Radicand, b.Radicand);
            Int128 rest = (Int128)(a.Radicand / common) * (b.Radicand / common);
            if (rest > int.MaxValue) return false;
            radicand = (long)rest;
            factor = new Rational(common);
        }
        if (a.Imaginary && b.Imaginary) factor = -factor;
        product = new(exponents, radicand, a.Imaginary ^ b.Imaginary);
        return true;
    }

    public bool SameAs(Polynomial other)
    {
        if (_terms.Count != other._terms.Count) return false;
        for (int i = 0; i < _terms.Count; i++)
        {
            if (_terms.Keys[i] != other._terms.Keys[i] || !_terms.Values[i].Equals(other._terms.Values[i])) return false;
        }
        return true;
    }

    /// <summary>The constant factor (with roots and i) of the first power product of indeterminates.</summary>
    public Polynomial LeadingCoefficient()
    {
        var leading = new SortedList<Monomial, Rational>();
        for (int i = 0; i < _terms.Count && _terms.Keys[i].Exponents == _terms.Keys[0].Exponents; i++)
            leading.Add(_terms.Keys[i] with { Exponents = 0 }, _terms.Values[i]);
        return new(leading);
    }

    /// <summary>The inverse of a constant with one or two terms, by conjugation; null for others.</summary>
    public Polynomial? TryInvertConstant(WorkMeter meter)
    {
        if (_terms.Count is 0 or > 2 || !IsConstant) return null;
        Monomial last = _terms.Keys[^1];
        if (_terms.Count == 1)
        {
            Rational square = _terms.Values[0] * _terms.Values[0] * new Rational(last.Radicand);
            Polynomial self = Term(last, _terms.Values[0]);
            return self.Scale((last.Imaginary ? -Rational.One : Rational.One) / square);
        }
        Polynomial first = Term(_terms.Keys[0], _terms.Values[0]);
        Polynomial conjugate = first.Add(Term(last, -_terms.Values[1]), meter);
        Polynomial? norm = Multiply(conjugate, meter);
        if (norm is null || norm._terms.Count != 1) return null;
        return norm.TryInvertConstant(meter)?.Multiply(conjugate, meter);
    }

    public string ToText(IReadOnlyList<string> names)
    {
        if (IsZero) return "0";
        var parts = new List<(string Key, string Text)>();
        for (int i = 0; i < _terms.Count; i++) parts.Add(TermText(_terms.Keys[i], _terms.Values[i], names));
        parts.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new System.Text.StringBuilder();
        foreach ((_, string part) in parts)
        {
            if (text.Length > 0 && part[0] != '-') text.Append('+');
            text.Append(part);
        }
        return text.ToString();
    }

    private static (string Key, string Text) TermText(Monomial monomial, Rational coefficient, IReadOnlyList<string> names)
    {
        var factors = new List<string>();
        for (int i = 0; i < names.Count; i++)
        {
            int exponent = (int)(monomial.Exponents >> (8 * i)) & 0xff;
            if (exponent > 0) factors.Add(exponent == 1 ? names[i] : $"{names[i]}^{exponent}");
        }
        factors.Sort(string.CompareOrdinal);
        if (monomial.Radicand != 1) factors.Add($"√{monomial.Radicand}");
        if (monomial.Imaginary) factors.Add("i");
        string key = string.Join('*', factors);
        if (key.Length == 0) return (key, coefficient.ToString());
        if (coefficient.IsOne) return (key, key);
        return (key, (-coefficient).IsOne ? "-" + key : coefficient + "*" + key);
    }
}
