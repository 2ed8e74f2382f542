using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Sets of real numbers: all of them in words or signs, the line without points, intersections of half-lines.</summary>
internal static class RealSets
{
    /// <summary>Whether a node says "all real numbers".</summary>
    public static bool IsAllReals(Node node)
    {
        if (node.Kind == NodeKind.Text)
        {
            return node.Name is "all real numbers" or "all reals" or "real numbers" or "the real numbers" or "reals"
                or "the set of all real numbers" or "the set of real numbers"
                or "all real values" or "any real number" or "every real number" or "all real" or "all real x" or "x is any real number"
                or "set of all real numbers";
        }
        return node is { Kind: NodeKind.Tuple, Name: "()", Arguments.Length: 2 } && IsInfinity(node[1]) && node[0].Kind == NodeKind.Negate
            && IsInfinity(node[0][0]);
    }

    /// <summary>Whether a node says in words that there is no solution.</summary>
    public static bool IsNothing(Node node) => node.Kind == NodeKind.Text
        && node.Name is "no solution" or "no solutions" or "there is no solution" or "there are no solutions" or "empty set"
            or "the empty set" or "empty" or "no such values" or "none" or "no real solution" or "no real solutions";

    /// <summary>The one item of a list whose others only say which symbols are real numbers; null for other lists.</summary>
    public static Node? WithoutMemberships(Node list)
    {
        if (list.Arguments.Length < 2 || list.Alternatives) return null;
        Node[] others = Array.FindAll(list.Arguments, item => item is not { Kind: NodeKind.Relation, Name: "in" } membership
            || membership[0].Kind != NodeKind.Symbol || !membership[1].IsSymbol("ℝ"));
        return others.Length == 1 ? others[0] : null;
    }

    private static bool IsInfinity(Node node) => node.IsSymbol("infinity");

    /// <summary>Whether a pair in brackets reads as an interval: it has an infinite end or a square bracket.</summary>
    public static bool IsInterval(Node node) =>
        node is { Kind: NodeKind.Tuple, Arguments.Length: 2 }
        && (node.Name != "()" || ((node[0].Traits | node[1].Traits) & NodeTraits.Infinity) != 0);

    /// <summary>Whether a list consists of inequalities.</summary>
    public static bool AreConditions(Node list) =>
        Array.TrueForAll(list.Arguments,
            item => item.Kind == NodeKind.Relation && item.Name.Split(' ')[0] is "<" or ">" or "<=" or ">=" or "!=");

    /// <summary>Whether all conditions of a list are on one symbol.</summary>
    public static bool HaveOneUnknown(Node list)
    {
        string? name = null;
        foreach (Node item in list.Arguments)
        {
            Node? symbol = Array.Find(item.Arguments, side => side.Kind == NodeKind.Symbol && !IsInfinity(side));
            if (symbol is null || (name is not null && symbol.Name != name)) return false;
            name = symbol.Name;
        }
        return AreConditions(list);
    }

    /// <summary>The points that are taken away in ℝ − {2}; null for other sums.</summary>
    public static Node[]? RemovedPoints(Node sum) =>
        sum.Arguments.Length == 2 && sum[0].IsSymbol("ℝ") && sum[1].Kind == NodeKind.Negate && sum[1][0].Kind == NodeKind.Set
            ? sum[1][0].Arguments
            : null;

    /// <summary>The interval between a lower and an upper bound; null when the intervals are no such pair.</summary>
    public static Node? Intersection(Node first, Node second, WorkMeter meter)
    {
        if (first.Kind != NodeKind.Tuple || second.Kind != NodeKind.Tuple) return null;
        (Node lower, Node upper) = IsInfinity(first[1]) ? (first, second) : (second, first);
        if (!IsInfinity(lower[1]) || IsInfinity(upper[1]) || upper[0].Kind != NodeKind.Negate || !IsInfinity(upper[0][0])) return null;
        var gap = new NumericEvaluator(SamplePoint.Constant, Real.StandardPrecision, 0, meter);
        Node width = Node.Of(NodeKind.Add, upper[1], Node.Of(NodeKind.Negate, lower[0]));
        if (width.HasSymbols || gap.Evaluate(width) is not { IsReal: true, MayBeZero: false, Re.Sign: > 0 }) return null;
        return Node.Named(NodeKind.Tuple, $"{lower.Name[0]}{upper.Name[1]}", lower[0], upper[1]);
    }
}
