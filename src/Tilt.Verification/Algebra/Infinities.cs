using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>
/// Arithmetic with ∞: what it gives is ∞, −∞, a finite expression, or nothing. ∞ − ∞, ∞/∞, 0·∞, ∞⁰ and 1^∞ are undefined and equal
/// nothing.
/// </summary>
/// <param name="meter">Pays for the work.</param>
internal sealed class Infinities(WorkMeter meter)
{
    /// <summary>An extended value: a sign of infinity, or a finite expression.</summary>
    /// <param name="Sign">1 for ∞, −1 for −∞, 0 for a finite value.</param>
    /// <param name="Finite">The finite expression.</param>
    public readonly record struct Extended(int Sign, Node? Finite);

    /// <summary>The value of an expression with ∞ in it; null where it has none.</summary>
    public Extended? Resolve(Node node)
    {
        meter.Charge(1);
        if (!node.Traits.HasFlag(NodeTraits.Infinity)) return new(0, node);
        return node.Kind switch
        {
            NodeKind.Symbol => new(1, null),
            NodeKind.Negate => Resolve(node[0]) is { } value ? Negate(value) : null,
            NodeKind.Percent or NodeKind.Quantity or NodeKind.Degree => Resolve(node[0]) is { Sign: not 0 } value ? value : null,
            NodeKind.Add => Sum(node.Arguments),
            NodeKind.Multiply => Product(node.Arguments),
            NodeKind.Divide => Quotient(node),
            NodeKind.Power => Power(node),
            NodeKind.Function => Function(node),
            NodeKind.BigOperator or NodeKind.Apply => new(0, node),
            _ => null,
        };
    }

    private static Extended Negate(Extended value) =>
        value.Sign != 0 ? new(-value.Sign, null) : new(0, Node.Of(NodeKind.Negate, value.Finite!));

    private Extended? Sum(Node[] terms)
    {
        int sign = 0;
        var finite = new List<Node>();
        foreach (Node term in terms)
        {
            if (Resolve(term) is not { } value) return null;
            if (value.Sign == 0) finite.Add(value.Finite!);
            else if (sign == -value.Sign) return null;
            else sign = value.Sign;
        }
        if (sign != 0) return new(sign, null);
        return new(0, finite.Count == 1 ? finite[0] : Node.Of(NodeKind.Add, [.. finite]));
    }

    private Extended? Product(Node[] factors)
    {
        int sign = 1;
        bool infinite = false;
        var finite = new List<Node>();
        foreach (Node factor in factors)
        {
            if (Resolve(factor) is not { } value) return null;
            infinite |= value.Sign != 0;
            if (value.Sign != 0) sign *= value.Sign;
            else finite.Add(value.Finite!);
        }
        if (!infinite) return new(0, Node.Of(NodeKind.Multiply, [.. finite]));
        foreach (Node factor in finite)
        {
            if (SignOf(factor) is not { } own || own == 0) return null;
            sign *= own;
        }
        return new(sign, null);
    }

    private Extended? Quotient(Node node)
    {
        if (Resolve(node[0]) is not { } top || Resolve(node[1]) is not { } bottom) return null;
        if (top.Sign == 0 && bottom.Sign == 0) return new(0, Node.Of(NodeKind.Divide, top.Finite!, bottom.Finite!));
        if (top.Sign == 0) return new(0, Node.Number(Rational.Zero));
        return bottom.Sign == 0 && SignOf(bottom.Finite!) is { } sign and not 0 ? new(top.Sign * sign, null) : null;
    }

    private Extended? Power(Node node)
    {
        if (Resolve(node[0]) is not { } value || Resolve(node[1]) is not { } exponent) return null;
        if (exponent.Sign != 0)
        {
            // b^∞ for a constant b above 1, or between 0 and 1.
            if (value.Sign != 0 || SignOf(value.Finite!) != 1
                || SignOf(Node.Of(NodeKind.Add, value.Finite!, Node.Number(-1))) is not { } above || above == 0)
                return null;
            return above == exponent.Sign ? new(1, null) : new(0, Node.Number(Rational.Zero));
        }
        if (value.Sign == 0) return new(0, Node.Of(NodeKind.Power, value.Finite!, exponent.Finite!));
        if (exponent.Finite!.Kind != NodeKind.Number && SignOf(exponent.Finite) == 1 && value.Sign > 0) return new(1, null);
        if (exponent.Finite.Kind != NodeKind.Number || !exponent.Finite.Value.TryGetInt(out int power) || power <= 0) return null;
        return new(value.Sign > 0 || power % 2 == 0 ? 1 : -1, null);
    }

    private Extended? Function(Node node)
    {
        if (node.Arguments.Length != 1 || Resolve(node[0]) is not { Sign: not 0 } value) return null;
        return (node.Name, value.Sign) switch
        {
            ("sqrt" or "ln" or "log" or "lg" or "exp" or "floor" or "ceil" or "sinh" or "cosh", 1) => new(1, null),
            ("abs", _) => new(1, null),
            ("exp", -1) => new(0, Node.Number(Rational.Zero)),
            ("arctan", _) => new(0, Node.Of(NodeKind.Multiply, Node.Number(new Rational(value.Sign, 2)), Node.Symbol("pi"))),
            ("tanh", _) => new(0, Node.Number(value.Sign)),
            _ => null,
        };
    }

    /// <summary>The sign of a constant; null where it is not known or zero cannot be excluded.</summary>
    private int? SignOf(Node node)
    {
        if (node.Kind == NodeKind.Number) return node.Value.Sign;
        if (node.HasSymbols) return null;
        var evaluator = new NumericEvaluator(SamplePoint.Constant, Real.StandardPrecision, 0, meter);
        return evaluator.Evaluate(node) is { IsReal: true, MayBeZero: false } value ? value.Re.Sign : null;
    }
}
