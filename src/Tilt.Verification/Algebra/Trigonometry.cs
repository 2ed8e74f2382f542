using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>Sine, cosine and tangent of multiples of 15° and the inverse functions of simple values, exactly.</summary>
internal static class Trigonometry
{
    /// <summary>The exact value, or null.</summary>
    public static Fraction? Exact(string name, Fraction argument, List<string> names, ExactEvaluator evaluator)
    {
        if (argument.TryGetRational(out Rational rational))
        {
            if (rational.IsZero && name is "sin" or "tan" or "arcsin" or "arctan" or "sinh" or "tanh" or "arsinh" or "artanh")
                return Fraction.Of(Rational.Zero);
            if (rational.IsZero && name is "cos" or "sec" or "cosh") return Fraction.Of(Rational.One);
            return Inverse(name, rational, evaluator);
        }
        if (name is not ("sin" or "cos" or "tan") || !TwelfthsOfPi(argument, names, out int twelfths)) return null;
        return name switch
        {
            "sin" => Sine(twelfths),
            "cos" => Sine(twelfths + 6),
            _ => null,
        };
    }

    /// <summary>arcsin, arccos and arctan of 0, ±1/2 and ±1.</summary>
    private static Fraction? Inverse(string name, Rational value, ExactEvaluator evaluator)
    {
        int? doubled = value.Equals(1) ? 2 : value.Equals(-1) ? -2 : value.Equals(new Rational(1, 2)) ? 1
            : value.Equals(new Rational(-1, 2)) ? -1 : value.IsZero ? 0 : null;
        if (doubled is not { } twice) return null;
        int? sixths = name switch
        {
            "arcsin" => twice switch { 2 => 3, -2 => -3, 0 => 0, _ => twice },
            "arccos" => twice switch { 2 => 0, -2 => 6, 0 => 3, 1 => 2, _ => 4 },
            _ => null,
        };
        Rational? part = sixths is { } s ? new Rational(s, 6) : name == "arctan" && twice is 2 or -2 ? new Rational(twice, 8) : null;
        if (part is not { } fraction || evaluator.Indeterminate("pi") is not { } pi) return null;
        return new Fraction(pi.Numerator.Scale(fraction), Polynomial.One);
    }

    private static bool TwelfthsOfPi(Fraction argument, List<string> names, out int twelfths)
    {
        twelfths = 0;
        int pi = names.IndexOf("pi");
        if (pi < 0 || !argument.Denominator.TryGetRational(out Rational bottom) || argument.Numerator.Monomials.Count != 1) return false;
        if (argument.Numerator.Monomials[0] != new Monomial(1UL << (8 * pi), 1, false)) return false;
        Rational multiple = argument.Numerator.Coefficients[0] / bottom * 12;
        if (!multiple.IsInteger) return false;
        twelfths = (int)(((multiple.Numerator % 24) + 24) % 24);
        return true;
    }

    /// <summary>sin(kπ/12).</summary>
    private static Fraction Sine(int twelfths)
    {
        int k = twelfths % 24;
        bool negative = k >= 12;
        k %= 12;
        if (k > 6) k = 12 - k;
        Polynomial value = k switch
        {
            0 => Polynomial.Zero,
            1 => Root(6, 4).Subtract(Root(2, 4)),
            2 => Polynomial.Constant(new Rational(1, 2)),
            3 => Root(2, 2),
            4 => Root(3, 2),
            5 => Root(6, 4).Subtract(Root(2, 4).Negate()),
            _ => Polynomial.One,
        };
        return Fraction.Of(negative ? value.Negate() : value);
    }

    private static Polynomial Root(long radicand, int divisor) =>
        Polynomial.Term(new Monomial(0, radicand, false), new Rational(1, divisor));
}
