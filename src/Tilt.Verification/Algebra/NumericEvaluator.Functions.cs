using System.Numerics;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>The named functions.</summary>
internal sealed partial class NumericEvaluator
{
    private ComplexReal? EvaluateFunction(Node node)
    {
        meter.Charge(node.Name is "abs" or "max" or "min" or "floor" or "ceil" or "sgn" ? _cost : _functionCost);
        if (node.Name is "max" or "min" or "gcd" or "lcm") return Select(node);
        if (node.Arguments.Length == 0 || Evaluate(node[0]) is not { } x) return null;
        switch (node.Name)
        {
            case "sqrt":
                TookBranch |= !x.IsReal || x.Re.Sign < 0;
                return x.Sqrt();
            case "root":
                return EvaluateRoot(node, x);
            case "abs":
                return x.IsReal ? x with { Re = x.Re.Abs() } : x.Multiply(x with { Im = -x.Im }).Sqrt() is { } norm
                    ? norm with { Im = Real.Zero } : null;
            case "sgn":
                return !x.IsReal || (x.MayBeZero && !x.IsZero) ? null : Rational(x.Re.Sign);
            case "floor" or "ceil":
                return Floor(x, node.Name == "ceil");
            case "exp":
                return x.Exp();
            case "ln":
                return Logarithm(x);
            case "log" or "lg":
                return LogarithmToBase(node, x);
            case "binom":
                return Evaluate(node[1]) is { } k ? Binomial(x, k) : null;
            case "sin" or "cos" or "tan" or "cot" or "sec" or "csc":
                return Trigonometric(node.Name, x);
            case "sinh" or "cosh" or "tanh" or "coth" or "sech" or "csch":
                return Hyperbolic(node.Name, x);
            case "arctan" or "arcsin" or "arccos" or "arccot":
                return InverseTrigonometric(node.Name, x);
            case "arsinh" or "arcosh" or "artanh":
                return InverseHyperbolic(node.Name, x);
            default:
                return Hashed(node);
        }
    }

    private ComplexReal? EvaluateRoot(Node node, ComplexReal radicand)
    {
        if (Evaluate(node[1]) is not { } index || index.Invert() is not { } exponent) return null;
        if (radicand.IsReal && radicand.Re.Sign < 0 && WholeNumber(index) is { } degree && (degree & 1) != 0)
            return Raise(radicand.Negate(), exponent)?.Negate();
        return Raise(radicand, exponent);
    }

    private ComplexReal? LogarithmToBase(Node node, ComplexReal x)
    {
        if (Logarithm(x) is not { } top) return null;
        ComplexReal? given = node.Arguments.Length > 1 ? Evaluate(node[1]) : node.Name == "lg" || logBase == 10 ? Rational(10) : null;
        if (given is null) return node.Arguments.Length > 1 ? null : top;
        return Logarithm(given.Value) is { } bottom ? top.Divide(bottom) : null;
    }

    /// <summary>Floor or ceiling. A value that cannot be told from a whole number is taken for it when its parts are resolved.</summary>
    private ComplexReal? Floor(ComplexReal x, bool up)
    {
        if (!x.IsReal || x.Error > -40 || x.Re.Magnitude > precision - 56) return null;
        FixedPoint arithmetic = FixedPoint.For(precision);
        BigInteger floor = x.Re.ToFixed(arithmetic) >> arithmetic.Bits;
        foreach (BigInteger whole in (ReadOnlySpan<BigInteger>)[floor, floor + 1])
        {
            Real rest = x.Re - new Real(whole, 0, precision);
            if (rest.IsZero && double.IsNegativeInfinity(x.Error)) return Whole(whole, 0);
            if (rest.Magnitude > x.Error + 1) continue;
            if (x.Error < Math.Min(x.Finest, -60)) return Whole(whole, x.Finest);
            IsUnresolved = true;
            return null;
        }
        return Whole(up ? floor + 1 : floor, 0);

        ComplexReal Whole(BigInteger value, double finest) =>
            ComplexReal.Of(new Real(value, 0, precision), exact: true) with { Finest = Math.Min(finest, 0) };
    }

    /// <summary>max, min, gcd, lcm of real values.</summary>
    private ComplexReal? Select(Node node)
    {
        ComplexReal? chosen = null;
        foreach (Node argument in node.Arguments.Length == 1 && node[0].Kind is NodeKind.Set ? node[0].Arguments : node.Arguments)
        {
            if (Evaluate(argument) is not { IsReal: true } value) return null;
            if (chosen is not { } current)
            {
                chosen = value;
                continue;
            }
            if (node.Name is "gcd" or "lcm")
            {
                if (WholeNumber(current) is not { } a || WholeNumber(value) is not { } b || a == 0 || b == 0) return null;
                BigInteger divisor = BigInteger.GreatestCommonDivisor(a, b);
                chosen = ComplexReal.Of(new Rational(node.Name == "gcd" ? divisor : BigInteger.Abs((BigInteger)a * b) / divisor),
                    precision);
            }
            else if ((value.Re - current.Re).Sign > 0 == (node.Name == "max")) chosen = value;
        }
        return chosen;
    }

    private ComplexReal? Binomial(ComplexReal n, ComplexReal k)
    {
        if (WholeNumber(n) is not ({ } top and >= 0 and <= 400) || WholeNumber(k) is not { } bottom) return null;
        if (bottom < 0 || bottom > top) return Rational(0);
        Fraction? value = Combinatorics.Binomial(Fraction.Of(top), Fraction.Of(bottom), meter);
        return value is { } found && found.TryGetRational(out Rational number) ? ComplexReal.Of(number, precision) : null;
    }

    private static ComplexReal? Trigonometric(string name, ComplexReal x)
    {
        (ComplexReal sin, ComplexReal cos) = x.SinCos();
        return name switch
        {
            "sin" => sin,
            "cos" => cos,
            "tan" => sin.Divide(cos),
            "cot" => cos.Divide(sin),
            "sec" => cos.Invert(),
            _ => sin.Invert(),
        };
    }

    private ComplexReal? Hyperbolic(string name, ComplexReal x)
    {
        ComplexReal up = x.Exp();
        if (up.Invert() is not { } down) return null;
        ComplexReal half = Rational(1, 2);
        ComplexReal sinh = up.Add(down.Negate()).Multiply(half);
        ComplexReal cosh = up.Add(down).Multiply(half);
        return name switch
        {
            "sinh" => sinh,
            "cosh" => cosh,
            "tanh" => sinh.Divide(cosh),
            "coth" => cosh.Divide(sinh),
            "sech" => cosh.Invert(),
            _ => sinh.Invert(),
        };
    }

    private ComplexReal? InverseTrigonometric(string name, ComplexReal x)
    {
        if (!x.IsReal) return null;
        ComplexReal one = Rational(1);
        if (name is "arcsin" or "arccos")
        {
            // arcsin x = arg(√(1 − x²) + i·x).
            ComplexReal rest = one.Add(x.Multiply(x).Negate());
            if (rest.Re.Sign < 0 || rest.Sqrt() is not { } adjacent) return null;
            ComplexReal angle = new ComplexReal(adjacent.Re, x.Re, adjacent.Error, Math.Min(adjacent.Finest, x.Finest))
                .ArgumentValue(Math.Max(adjacent.Error, x.Error));
            return name == "arcsin" ? angle : HalfPi().Add(angle.Negate());
        }
        ComplexReal arctan = new ComplexReal(one.Re, x.Re, x.Error, Math.Min(0, x.Finest)).ArgumentValue(x.Error);
        return name == "arctan" ? arctan : HalfPi().Add(arctan.Negate());
    }

    private ComplexReal HalfPi() => ComplexReal.Of(Real.Pi(precision).Scale(-1));

    private ComplexReal? InverseHyperbolic(string name, ComplexReal x)
    {
        ComplexReal one = Rational(1);
        if (name == "artanh")
        {
            return one.Add(x).Divide(one.Add(x.Negate())) is { } ratio ? Logarithm(ratio)?.Multiply(Rational(1, 2)) : null;
        }
        ComplexReal square = x.Multiply(x).Add(name == "arsinh" ? one : one.Negate());
        return square.Sqrt() is { } root ? Logarithm(x.Add(root)) : null;
    }
}
