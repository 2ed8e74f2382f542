using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>Polynomials in one symbol as lists of rational coefficients, lowest first: signs, real roots, square roots.</summary>
internal static class Univariate
{
    private const int MostDegree = 24;

    // Roots that are not rational are stated to this many bits.
    private const int RootBits = 96;

    /// <summary>The coefficients of a polynomial in one indeterminate; null when it holds another, a root or i.</summary>
    public static Rational[]? Coefficients(Polynomial polynomial, int indeterminate)
    {
        int degree = 0;
        foreach (Monomial monomial in polynomial.Monomials)
        {
            if (monomial.Radicand != 1 || monomial.Imaginary || (monomial.Exponents & ~(0xffUL << (8 * indeterminate))) != 0) return null;
            degree = Math.Max(degree, (int)(monomial.Exponents >> (8 * indeterminate)));
        }
        if (degree > MostDegree) return null;
        var coefficients = new Rational[degree + 1];
        for (int i = 0; i < polynomial.Monomials.Count; i++)
            coefficients[(int)(polynomial.Monomials[i].Exponents >> (8 * indeterminate))] = polynomial.Coefficients[i];
        return coefficients;
    }

    /// <summary>The polynomial of these coefficients.</summary>
    public static Polynomial ToPolynomial(Rational[] coefficients, int indeterminate, WorkMeter meter)
    {
        Polynomial sum = Polynomial.Zero;
        for (int power = 0; power < coefficients.Length; power++)
            sum = sum.Add(Polynomial.Term(new Monomial((ulong)power << (8 * indeterminate), 1, false), coefficients[power]), meter);
        return sum;
    }

    /// <summary>The value at a point.</summary>
    public static Rational ValueAt(Rational[] coefficients, Rational point, WorkMeter meter)
    {
        Rational value = Rational.Zero;
        for (int power = coefficients.Length - 1; power >= 0; power--)
        {
            meter.ChargeBits(value.BitLength + point.BitLength);
            value = (value * point) + coefficients[power];
        }
        return value;
    }

    /// <summary>Adds the real roots; false when their number and place are not settled by square roots.</summary>
    public static bool TryAddRoots(Rational[] coefficients, SortedSet<Rational> roots)
    {
        int low = Array.FindIndex(coefficients, value => !value.IsZero);
        if (low < 0) return true;
        if (low > 0) roots.Add(Rational.Zero);
        ReadOnlySpan<Rational> rest = coefficients.AsSpan(low);
        switch (rest.Length)
        {
            case 1:
                return true;
            case 2:
                roots.Add(-rest[0] / rest[1]);
                return true;
            case 3:
                Rational discriminant = (rest[1] * rest[1]) - (4 * rest[0] * rest[2]);
                if (discriminant.Sign < 0) return true;
                Rational root = SquareRoot(discriminant);
                roots.Add((-rest[1] - root) / (2 * rest[2]));
                roots.Add((root - rest[1]) / (2 * rest[2]));
                return true;
            default:
                // Approximate roots cut the line for samples; they prove nothing.
                foreach (Rational place in RealRoots.Of(rest)) roots.Add(place);
                return false;
        }
    }

    private static Rational SquareRoot(Rational value)
    {
        BigInteger radicand = value.Numerator * value.Denominator;
        BigInteger whole = FixedPoint.IntegerSquareRoot(radicand);
        if (whole * whole == radicand) return new(whole, value.Denominator);
        return new(FixedPoint.IntegerSquareRoot(radicand << (2 * RootBits)), value.Denominator << RootBits);
    }

    /// <summary>A monic q with p = c·q² for the leading coefficient c; null when p is no such square.</summary>
    public static Rational[]? SquareRoot(Rational[] coefficients, WorkMeter meter)
    {
        int degree = coefficients.Length - 1;
        if (degree % 2 != 0 || degree == 0) return null;
        int half = degree / 2;
        var root = new Rational[half + 1];
        root[half] = Rational.One;
        for (int i = 1; i <= half; i++)
        {
            Rational known = Rational.Zero;
            for (int j = 1; j < i; j++) known += root[half - j] * root[half - i + j];
            root[half - i] = ((coefficients[degree - i] / coefficients[degree]) - known) / 2;
            meter.ChargeBits(root[half - i].BitLength);
        }
        for (int power = 0; power < half; power++)
        {
            Rational product = Rational.Zero;
            for (int j = 0; j <= power; j++) product += root[j] * root[power - j];
            meter.ChargeBits(product.BitLength);
            if (!(product * coefficients[degree]).Equals(coefficients[power])) return null;
        }
        return root;
    }
}
