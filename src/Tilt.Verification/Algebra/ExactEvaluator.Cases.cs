using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>Functions that are given by cases: absolute values, extrema, floors, roots of squares.</summary>
internal sealed partial class ExactEvaluator
{
    private Fraction? AbsoluteValue(Fraction argument)
    {
        if (argument.TryGetRational(out Rational magnitude)) return Fraction.Of(magnitude.Sign < 0 ? -magnitude : magnitude);
        return split?.SignOf(argument, _names, meter) is { } sign ? sign < 0 ? argument.Negate() : argument : null;
    }

    private Fraction? Round(Fraction argument, bool up)
    {
        if (argument.TryGetRational(out Rational real)) return Fraction.Of(up ? -(-real).Floor() : real.Floor());
        if (split is null || !argument.Denominator.TryGetRational(out Rational bottom)) return null;
        return split.Floor(argument.Numerator.Scale(Rational.One / bottom), up, _names, meter) is { } value ? Fraction.Of(value) : null;
    }

    private Fraction? Extremum(Node node)
    {
        Fraction? chosen = null;
        foreach (Node argument in node.Arguments.Length == 1 && node[0].Kind is NodeKind.Set ? node[0].Arguments : node.Arguments)
        {
            if (Evaluate(argument) is not { } value) return null;
            if (chosen is not { } current)
            {
                chosen = value;
                continue;
            }
            if (value.Add(current.Negate(), meter) is not { } difference || split!.SignOf(difference, _names, meter) is not { } sign)
                return null;
            if (sign > 0 == (node.Name == "max")) chosen = value;
        }
        return chosen;
    }

    /// <summary>√(c·q²) = √c·|q| for a polynomial in the symbol whose place is known.</summary>
    private Fraction? RootByCases(Fraction value, int degree)
    {
        if (split?.Symbol is not { } symbol || _names.IndexOf(symbol) is not (>= 0 and var index)) return null;
        if (!value.Denominator.TryGetRational(out Rational bottom)) return null;
        if (Univariate.Coefficients(value.Numerator.Scale(Rational.One / bottom), index) is not { } coefficients) return null;
        if (Univariate.SquareRoot(coefficients, meter) is not { } root || coefficients[^1].Sign < 0) return null;
        if (SquareRoot(coefficients[^1]) is not { } factor
            || AbsoluteValue(Fraction.Of(Univariate.ToPolynomial(root, index, meter))) is not { } size)
            return null;
        if (factor.Multiply(size, meter) is not { } result) return null;
        return degree == 2 ? result : RootByCases(result, degree / 2);
    }

    /// <summary>value^(p/2) where the root can be taken by cases.</summary>
    private Fraction? HalfPower(Fraction value, Rational power)
    {
        if (!(power * 2).TryGetInt(out int twice) || Math.Abs(twice) > 20 || RootByCases(value, 2) is not { } root) return null;
        return twice > 0 ? root.Power(twice, meter) : root.Invert(meter)?.Power(-twice, meter);
    }

    private Fraction? PowerOfMinusOne(Node node, Fraction exponent)
    {
        if (split is not { WholeNumbers: true } || !exponent.HasUnitDenominator) return null;
        if (Evaluate(node[0]) is not { } value || !value.TryGetRational(out Rational minus) || !(-minus).IsOne) return null;
        return split.PowerOfMinusOne(exponent.Numerator, _names) is { } sign ? Fraction.Of((Rational)sign) : null;
    }

    /// <summary>Whether a power of a constant such as 2 + √3 stays within exact arithmetic.</summary>
    private static bool IsSmallConstant(Fraction value, int exponent)
    {
        if (!value.HasUnitDenominator || !value.Numerator.IsConstant || value.Numerator.Monomials.Count > 2) return false;
        long bits = 0;
        for (int i = 0; i < value.Numerator.Monomials.Count; i++)
            bits = Math.Max(bits,
                value.Numerator.Coefficients[i].BitLength + new Rational(value.Numerator.Monomials[i].Radicand).BitLength + 1);
        return bits * Math.Abs((long)exponent) <= MostPowerBits;
    }
}
