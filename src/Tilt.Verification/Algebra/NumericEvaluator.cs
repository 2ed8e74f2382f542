using System.Numerics;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>
/// Evaluates scalar expressions in high precision at fixed pseudo-random points. Symbols take the same value wherever they appear;
/// where an expression counts things (factorials, binomials, floors) they are small whole numbers.
/// </summary>
/// <param name="point">Which point: 0, 1, …; odd points are negative for about half of the symbols.</param>
/// <param name="integers">Whether symbols are whole numbers.</param>
/// <param name="logBase">Base of a logarithm without one: 10, or 0 for e.</param>
/// <param name="meter">Pays for the work.</param>
internal sealed partial class NumericEvaluator(int point, bool integers, int logBase, WorkMeter meter)
{
    /// <summary>Whether a branch of a many-valued function was taken at an argument that is not a positive real.</summary>
    public bool TookBranch { get; private set; }

    /// <summary>The value, or null where it is undefined.</summary>
    public ComplexReal? Evaluate(Node node)
    {
        meter.Charge(20);
        switch (node.Kind)
        {
            case NodeKind.Number or NodeKind.Based:
                meter.ChargeBits(node.Value.BitLength);
                return ComplexReal.Of(node.Value);
            case NodeKind.Symbol:
                return SymbolValue(node.Name);
            case NodeKind.Negate:
                return Evaluate(node[0])?.Negate();
            case NodeKind.Add:
                return Fold(node, static (a, b) => a.Add(b));
            case NodeKind.Multiply:
                return Fold(node, static (a, b) => a.Multiply(b));
            case NodeKind.Divide:
                return Evaluate(node[0]) is { } top && Evaluate(node[1]) is { } bottom ? top.Divide(bottom) : null;
            case NodeKind.Power:
                return EvaluatePower(node);
            case NodeKind.Percent:
                return Evaluate(node[0])?.Multiply(ComplexReal.Of(new Rational(1, 100)));
            case NodeKind.Degree:
                return Evaluate(node[0])?.Multiply(ComplexReal.Of(Real.Pi)).Multiply(ComplexReal.Of(new Rational(1, 180)));
            case NodeKind.Quantity:
                return Evaluate(node[0]);
            case NodeKind.Set:
                return node.Arguments.Length == 1 ? Evaluate(node[0]) : null;
            case NodeKind.Factorial:
                return Evaluate(node[0]) is { } n && WholeNumber(n) is { } whole and >= 0 and <= 400
                    ? ComplexReal.Of(new Rational(Combinatorics.Factorial(whole, meter)))
                    : null;
            case NodeKind.Function:
                return EvaluateFunction(node);
            case NodeKind.Apply or NodeKind.BigOperator:
                return Hashed(node);
            default:
                return null;
        }
    }

    private ComplexReal? Fold(Node node, Func<ComplexReal, ComplexReal, ComplexReal> combine)
    {
        ComplexReal? total = Evaluate(node[0]);
        for (int i = 1; i < node.Arguments.Length && total is not null; i++)
            total = Evaluate(node[i]) is { } next ? combine(total.Value, next) : null;
        return total;
    }

    private ComplexReal? SymbolValue(string name)
    {
        switch (name)
        {
            case "pi": return ComplexReal.Of(Real.Pi);
            case "e":
                meter.Charge(120);
                return ComplexReal.Of(Rational.One).Exp();
            case "i": return new ComplexReal(Real.Zero, Real.One, double.NegativeInfinity);
            case "infinity": return ComplexReal.Of(new Real(BigInteger.One, 40_000), exact: true);
        }
        ulong bits = Hash(name, (ulong)point);
        if (integers) return ComplexReal.Of(new Real(2 + (int)(bits % 9), 0), exact: true);
        int thousandths = 600 + (int)(bits % 1511);
        bool negative = (point & 1) != 0 && ((bits >> 40) & 1) != 0;
        return ComplexReal.Of(new Real((negative ? -thousandths : thousandths) * 2 + 1, -11), exact: true);
    }

    private static ulong Hash(string text, ulong seed)
    {
        ulong hash = 14695981039346656037UL ^ (seed * 0x9E3779B97F4A7C15UL);
        foreach (char c in text) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 29);
    }

    private ComplexReal? EvaluatePower(Node node)
    {
        meter.Charge(120);
        if (node[0].IsSymbol("e")) return Evaluate(node[1])?.Exp();
        if (Evaluate(node[0]) is not { } value || Evaluate(node[1]) is not { } exponent) return null;
        return RationalRoot(node[1]) is { } odd && value.IsReal && value.Re.Sign < 0
            ? Raise(value.Negate(), exponent) is { } root ? odd ? root.Negate() : root : null
            : Raise(value, exponent);
    }

    /// <summary>For an exponent p/q in lowest terms with odd q &gt; 1: whether p is odd. Real roots of negative numbers are real.</summary>
    private bool? RationalRoot(Node exponent)
    {
        var exact = new ExactEvaluator(meter);
        if (exact.Evaluate(exponent) is not { } value || !value.TryGetRational(out Rational rational)) return null;
        return rational.IsInteger || rational.Denominator.IsEven ? null : !rational.Numerator.IsEven;
    }

    private ComplexReal? Raise(ComplexReal value, ComplexReal exponent)
    {
        if (value.Re.IsZero && value.Im.IsZero) return exponent.IsReal && exponent.Re.Sign > 0 ? value : null;
        if (WholeNumber(exponent) is { } n and > -5000 and < 5000)
        {
            ComplexReal result = ComplexReal.Of(Real.One, exact: true);
            ComplexReal square = value;
            for (int left = Math.Abs(n); left > 0; left >>= 1)
            {
                meter.Charge(10);
                if ((left & 1) != 0) result = result.Multiply(square);
                if (left > 1) square = square.Multiply(square);
            }
            return n < 0 ? result.Invert() : result;
        }
        return Logarithm(value)?.Multiply(exponent).Exp();
    }

    private ComplexReal? Logarithm(ComplexReal value)
    {
        meter.Charge(150);
        TookBranch |= !value.IsReal || value.Re.Sign < 0;
        return value.Ln();
    }

    private static int? WholeNumber(ComplexReal value)
    {
        if (!value.IsReal || value.Re.Magnitude > 30) return null;
        double approximate = value.Re.ToDouble();
        int nearest = (int)Math.Round(approximate);
        Real rest = value.Re - nearest;
        return rest.IsZero || (value.Error < -60 && rest.Magnitude <= value.Error + 1) ? nearest : null;
    }

    /// <summary>The value of an unknown function or a sum with symbolic limits: a pseudo-random number that depends on the arguments' values.</summary>
    private ComplexReal? Hashed(Node node)
    {
        ulong hash = Hash(node.Name, (ulong)node.Arguments.Length + 77);
        foreach (Node argument in node.Arguments)
        {
            foreach (Node part in argument.Kind == NodeKind.Relation ? argument.Arguments : [argument])
            {
                if (part.Kind == NodeKind.Empty)
                {
                    hash = (hash * 31) + 7;
                    continue;
                }
                if (Evaluate(part) is not { } value || value.Error > value.Magnitude - 80) return null;
                hash = (hash ^ Digest(value.Re)) * 1099511628211UL;
                hash = (hash ^ Digest(value.Im)) * 1099511628211UL;
            }
        }
        hash ^= hash >> 31;
        return ComplexReal.Of(new Real(((hash * 0x9E3779B97F4A7C15UL) >> 43) + 1_000_001, -20), exact: true);
    }

    /// <summary>The leading 48 bits, rounded, so that equal values computed differently hash alike.</summary>
    private static ulong Digest(Real value)
    {
        if (value.IsZero) return 0;
        int shift = (int)BigInteger.Abs(value.Mantissa).GetBitLength() - 48;
        BigInteger rounded = shift > 0 ? ((value.Mantissa >> (shift - 1)) + 1) >> 1 : value.Mantissa << -shift;
        return (ulong)(long)rounded ^ ((ulong)value.Magnitude << 50);
    }
}
