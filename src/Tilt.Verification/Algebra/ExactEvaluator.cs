using System.Numerics;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>
/// Brings scalar expressions to normal form: a quotient of polynomials over the rationals in symbols, π, e, square roots and i. Null
/// for what is none. Calls (sin, e^x, …) become opaque indeterminates; then equal forms prove equality, different ones prove nothing
/// (<see cref="HasOpaque"/>).
/// </summary>
/// <param name="meter">Pays for the work.</param>
/// <param name="split">What may be assumed about the symbols, or null.</param>
internal sealed partial class ExactEvaluator(WorkMeter meter, CaseSplit? split = null)
{
    // Exact powers of constants end where their numbers would have more bits.
    private const int MostPowerBits = 12_000;

    private readonly List<string> _names = new(4);

    /// <summary>Whether some part was taken as an opaque indeterminate.</summary>
    public bool HasOpaque { get; private set; }

    public IReadOnlyList<string> Names => _names;

    public Fraction? Evaluate(Node node)
    {
        meter.Charge(1);
        switch (node.Kind)
        {
            case NodeKind.Number or NodeKind.Based:
                return Fraction.Of(node.Value);
            case NodeKind.Symbol:
                return node.Name == "infinity" ? null : node.Name == "i"
                    ? Fraction.Of(Polynomial.Term(Monomial.One with { Imaginary = true }, Rational.One)) : Indeterminate(node.Name);
            case NodeKind.Negate:
                return Evaluate(node[0])?.Negate();
            case NodeKind.Add:
                return EvaluateSum(node);
            case NodeKind.Multiply:
                return EvaluateProduct(node);
            case NodeKind.Divide:
                return Evaluate(node[0]) is { } top && Evaluate(node[1])?.Invert(meter) is { } bottom ? top.Multiply(bottom, meter) : null;
            case NodeKind.Power:
                return EvaluatePower(node);
            case NodeKind.Percent:
                return Evaluate(node[0])?.Multiply(Fraction.Of(new Rational(1, 100)), meter);
            case NodeKind.Degree:
                return Indeterminate("pi") is { } pi
                    ? Evaluate(node[0])?.Multiply(Fraction.Of(new Rational(1, 180)), meter)?.Multiply(pi, meter)
                    : null;
            case NodeKind.Set:
                return node.Arguments.Length == 1 ? Evaluate(node[0]) : null;
            case NodeKind.Factorial:
                return Evaluate(node[0]) is { } operand && operand.TryGetRational(out Rational n) ? Factorial(n) : Opaque(node);
            case NodeKind.Function:
                return EvaluateFunction(node) ?? Opaque(node);
            case NodeKind.Apply or NodeKind.BigOperator:
                return FiniteSum.TryEvaluate(node, this, meter) ?? Opaque(node);
            default:
                return null;
        }
    }

    public Fraction? Indeterminate(string name)
    {
        int index = _names.IndexOf(name);
        if (index < 0)
        {
            if (_names.Count == 8) return null;
            index = _names.Count;
            _names.Add(name);
        }
        return Fraction.Of(Polynomial.Indeterminate(index));
    }

    private Fraction? Opaque(Node node)
    {
        HasOpaque = true;
        string? key = OpaqueKey(node);
        return key is null ? null : Indeterminate(key);
    }

    /// <summary>A name for a call that is the same whenever its arguments have the same normal form.</summary>
    private string? OpaqueKey(Node node)
    {
        var key = new System.Text.StringBuilder(node.Kind.ToString()).Append(' ').Append(node.Name).Append('(');
        foreach (Node argument in node.Arguments)
        {
            var inner = new ExactEvaluator(meter);
            if (inner.Evaluate(argument) is not { } value) return null;
            key.Append(value.Numerator.ToText(inner.Names)).Append('/').Append(value.Denominator.ToText(inner.Names)).Append(',');
            meter.Charge(4);
        }
        return key.Append(')').ToString();
    }

    private Fraction? EvaluateSum(Node node)
    {
        Fraction? sum = Evaluate(node[0]);
        for (int i = 1; i < node.Arguments.Length && sum is not null; i++)
            sum = Evaluate(node[i]) is { } term ? sum.Value.Add(term, meter) : null;
        return sum;
    }

    private Fraction? EvaluateProduct(Node node)
    {
        Fraction? product = Evaluate(node[0]);
        for (int i = 1; i < node.Arguments.Length && product is not null; i++)
            product = Evaluate(node[i]) is { } factor ? product.Value.Multiply(factor, meter) : null;
        return product;
    }

    private Fraction? EvaluatePower(Node node)
    {
        if (Evaluate(node[1]) is not { } exponent) return Opaque(node);
        if (!exponent.TryGetRational(out Rational power)) return PowerOfMinusOne(node, exponent) ?? Opaque(node);
        if (Evaluate(node[0]) is not { } value) return null;
        if (!power.IsInteger)
        {
            if (!value.TryGetRational(out Rational radicand)) return HalfPower(value, power) ?? Opaque(node);
            return RationalPower(radicand, power) ?? Opaque(node);
        }
        if (value.TryGetRational(out Rational rational)) return IntegerPower(rational, power.Numerator);
        if (!power.TryGetInt(out int n) || (Math.Abs(n) > 100 && !IsSmallConstant(value, n))) return Opaque(node);
        if (n == 0) return Fraction.Of(Rational.One);
        if (n > 0) return value.Power(n, meter);
        return value.Invert(meter)?.Power(-n, meter);
    }

    private Fraction? IntegerPower(Rational value, BigInteger exponent)
    {
        if (value.IsZero) return exponent.Sign > 0 ? Fraction.Of(Rational.Zero) : null;
        if (exponent.IsZero || value.IsOne) return Fraction.Of(Rational.One);
        if ((-value).IsOne) return Fraction.Of(exponent.IsEven ? Rational.One : -Rational.One);
        if (BigInteger.Abs(exponent) > meter.Budget.MaxBits) throw new OverBudgetException("exponent");
        int n = (int)BigInteger.Abs(exponent);
        meter.ChargeBits(value.BitLength * n);
        Rational power = new(BigInteger.Pow(value.Numerator, n), BigInteger.Pow(value.Denominator, n));
        return Fraction.Of(exponent.Sign > 0 ? power : Rational.One / power);
    }

    /// <summary>value^(p/q) where it is rational or a rational multiple of a square root.</summary>
    private Fraction? RationalPower(Rational value, Rational power)
    {
        if (!(new Rational(power.Denominator)).TryGetInt(out int root) || root > 64 || value.IsZero) return null;
        if (value.Sign < 0 && root % 2 == 0 && root != 2) return null;
        if (root == 2 && SquareRoot(value) is { } square)
        {
            if (!new Rational(power.Numerator).TryGetInt(out int n) || Math.Abs(n) > 100) return null;
            return n > 0 ? square.Power(n, meter) : square.Invert(meter)?.Power(-n, meter);
        }
        BigInteger? top = Roots.Exact(BigInteger.Abs(value.Numerator), root, meter);
        BigInteger? bottom = Roots.Exact(value.Denominator, root, meter);
        if (top is null || bottom is null) return null;
        return IntegerPower(new Rational(value.Sign < 0 ? -top.Value : top.Value, bottom.Value), power.Numerator);
    }

    /// <summary>√(a/b) as a rational multiple of the root of a square-free number; null when the number is too large to factor.</summary>
    private Fraction? SquareRoot(Rational value)
    {
        BigInteger radicand = BigInteger.Abs(value.Numerator) * value.Denominator;
        if (!Roots.TrySquareFree(radicand, out BigInteger outside, out long inside, meter)) return null;
        return Fraction.Of(Polynomial.Term(new Monomial(0, inside, value.Sign < 0), new Rational(outside, value.Denominator)));
    }

    private Fraction? Factorial(Rational value)
    {
        if (!value.TryGetInt(out int n) || n < 0) return null;
        return Fraction.Of(new Rational(Combinatorics.Factorial(n, meter)));
    }

    private Fraction? EvaluateFunction(Node node)
    {
        switch (node.Name)
        {
            case "sqrt":
                return EvaluateRoot(node[0], 2);
            case "root":
                return Evaluate(node[1]) is { } index && index.TryGetRational(out Rational n) && n.TryGetInt(out int degree)
                    && degree is > 0 and <= 64
                    ? EvaluateRoot(node[0], degree)
                    : null;
            case "binom" when node.Arguments.Length == 2:
                return Evaluate(node[0]) is { } top && Evaluate(node[1]) is { } bottom ? Combinatorics.Binomial(top, bottom, meter) : null;
            case "exp" when node.Arguments.Length == 1:
                return Evaluate(Node.Of(NodeKind.Power, Node.Symbol("e"), node[0]));
        }
        if (node.Arguments.Length == 0) return null;
        if (node.Name is "max" or "min" && split is not null) return Extremum(node);
        if (node.Name is "max" or "min" or "gcd" or "lcm") return Combinatorics.Select(node, this, meter);
        if (Evaluate(node[0]) is not { } argument) return null;
        if (node.Name is "abs") return AbsoluteValue(argument);
        if (node.Name is "floor" or "ceil") return Round(argument, node.Name == "ceil");
        if (node.Name is "ln" or "log" && node.Arguments.Length == 1 && argument.TryGetRational(out Rational one) && one.IsOne)
            return Fraction.Of(Rational.Zero);
        return Trigonometry.Exact(node.Name, argument, _names, this);
    }

    private Fraction? EvaluateRoot(Node radicand, int degree)
    {
        if (Evaluate(radicand) is not { } value) return null;
        if (value.TryGetRational(out Rational rational))
            return rational.IsZero ? Fraction.Of(Rational.Zero) : RationalPower(rational, new Rational(1, degree));
        if (degree == 2 && Roots.Denest(value, SquareRoot, meter) is { } nested) return nested;
        return degree is 2 or 4 or 8 ? RootByCases(value, degree) : null;
    }
}
