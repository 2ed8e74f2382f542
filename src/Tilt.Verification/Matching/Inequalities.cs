using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Inequalities in one unknown as intervals, and comparison of inequalities and equations up to a factor.</summary>
internal static class Inequalities
{
    private static readonly Node Infinity = Node.Symbol("infinity");

    private static readonly Node MinusInfinity = Node.Of(NodeKind.Negate, Infinity);

    /// <summary>The set of x that a relation like x &lt; 8, 8 &gt; x, −1 ≤ x &lt; 3 or x ≠ 3 describes; null for others.</summary>
    public static Node? ToInterval(Node relation, WorkMeter meter, out Node? unknown)
    {
        unknown = null;
        Node[] sides = relation.Arguments;
        string[] signs = relation.Name.Split(' ');
        if (sides.Length == 2)
        {
            bool flipped = !Names.IsName(sides[0], meter) && Names.IsName(sides[1], meter);
            unknown = flipped ? sides[1] : sides[0];
            if (!Names.IsName(unknown, meter)) return null;
            if (unknown.Kind == NodeKind.Function)
                return AbsoluteValue(ref unknown, flipped ? Flip(signs[0]) : signs[0], flipped ? sides[0] : sides[1]);
            return HalfLine(flipped ? Flip(signs[0]) : signs[0], flipped ? sides[0] : sides[1]);
        }
        if (sides.Length != 3 || !Names.IsName(sides[1], meter) || sides[1].Kind == NodeKind.Function) return null;
        unknown = sides[1];
        bool ascending = signs[0] is "<" or "<=" && signs[1] is "<" or "<=";
        bool descending = signs[0] is ">" or ">=" && signs[1] is ">" or ">=";
        if (!ascending && !descending) return null;
        (Node low, Node high) = ascending ? (sides[0], sides[2]) : (sides[2], sides[0]);
        (string lowSign, string highSign) = ascending ? (signs[0], signs[1]) : (signs[1], signs[0]);
        return Node.Named(NodeKind.Tuple, (lowSign.Length == 1 ? "(" : "[") + (highSign.Length == 1 ? ")" : "]"), low, high);
    }

    /// <summary>|x| &lt; a and |x| ≤ a as intervals around 0; null for other functions.</summary>
    private static Node? AbsoluteValue(ref Node unknown, string sign, Node end)
    {
        if (unknown.Name != "abs" || sign is not ("<" or "<=")) return null;
        unknown = unknown[0];
        return Node.Named(NodeKind.Tuple, sign == "<" ? "()" : "[]", Node.Of(NodeKind.Negate, end), end);
    }

    private static Node? HalfLine(string sign, Node end) => sign switch
    {
        "<" => Node.Named(NodeKind.Tuple, "()", MinusInfinity, end),
        "<=" => Node.Named(NodeKind.Tuple, "(]", MinusInfinity, end),
        ">" => Node.Named(NodeKind.Tuple, "()", end, Infinity),
        ">=" => Node.Named(NodeKind.Tuple, "[)", end, Infinity),
        "!=" => Node.Of(NodeKind.Union, Node.Named(NodeKind.Tuple, "()", MinusInfinity, end),
            Node.Named(NodeKind.Tuple, "()", end, Infinity)),
        "in" => end,
        _ => null,
    };

    public static string Flip(string sign) => sign switch { "<" => ">", ">" => "<", "<=" => ">=", ">=" => "<=", _ => sign };

    /// <summary>
    /// Whether l₁ − r₁ is a constant multiple of l₂ − r₂; <paramref name="sign"/> is that constant's sign where it is a real number, else
    /// 0.
    /// </summary>
    public static bool AreProportional(Node a, Node b, WorkMeter meter, out int sign)
    {
        sign = 0;
        var exact = new ExactEvaluator(meter);
        if (exact.Evaluate(Difference(a)) is not { } first || exact.Evaluate(Difference(b)) is not { } second) return false;
        Polynomial left = first.Numerator;
        Polynomial right = second.Numerator;
        // A denominator with unknowns takes part in the sign, and its zeros do not belong to the solutions.
        if (IsOrder(a) && !HaveSameDenominator(first, second, meter)) return false;
        if (left.IsZero || right.IsZero) return left.IsZero && right.IsZero;
        // A constant equation says nothing about the unknowns and equals only itself.
        if (left.IsConstant || right.IsConstant) return left.SameAs(right);
        if (left.Multiply(right.LeadingCoefficient(), meter) is not { } x || right.Multiply(left.LeadingCoefficient(), meter) is not { } y
            || !x.SameAs(y))
            return false;
        if (left.LeadingCoefficient().TryGetRational(out Rational c) && right.LeadingCoefficient().TryGetRational(out Rational d))
            sign = c.Sign * d.Sign;
        return true;
    }

    private static bool IsOrder(Node relation) => relation.Name is "<" or ">" or "<=" or ">=" or "!=";

    private static bool HaveSameDenominator(Fraction first, Fraction second, WorkMeter meter)
    {
        if (first.Denominator.TryGetRational(out Rational a) && second.Denominator.TryGetRational(out Rational b))
            return a.Sign > 0 && b.Sign > 0;
        if (!first.Denominator.LeadingCoefficient().TryGetRational(out Rational c)
            || !second.Denominator.LeadingCoefficient().TryGetRational(out Rational d))
            return false;
        meter.Charge(4);
        return c.Sign == d.Sign && first.Denominator.Scale(Rational.One / c).SameAs(second.Denominator.Scale(Rational.One / d));
    }

    public static Node Difference(Node relation) => Node.Of(NodeKind.Add, relation[0], Node.Of(NodeKind.Negate, relation[1]));
}
