using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Equations, assignments, inequalities and approximations.</summary>
internal sealed partial class AnswerMatcher
{
    // Within an eighth: √2 ≈ 1.4, but not 7 ≈ 8.
    private const int RoughBits = 3;

    private bool RelationsMatch(Node gold, Node prediction)
    {
        if (Residue(gold) is { } wantedResidue && Residue(prediction) is { } givenResidue) return MatchOrdered(wantedResidue, givenResidue);
        if (gold.Kind == NodeKind.Relation && prediction.Kind == NodeKind.Relation)
        {
            if (BothRelations(gold, prediction)) return true;
            Node? wanted = ValueOf(gold, isGold: true);
            Node? given = ValueOf(prediction, isGold: false);
            // "x ∈ S" and "x = 5 ≈ 5.0" still name the same unknown.
            return wanted is not null && given is not null && gold.Name != "=" | prediction.Name != "="
                && Names.AreCompatible(gold[0], prediction[0], _scalars) && Matches(wanted, given);
        }
        if (gold.Kind == NodeKind.Relation)
        {
            if (ValueOf(gold, isGold: true) is { } value && Matches(value, prediction)) return true;
            if (gold.Name == "~" && gold.Arguments.Length == 2) return Matches(gold[0], prediction) || Matches(gold[1], prediction);
            return prediction.Kind is not NodeKind.Relation && !prediction.IsScalar && DescribesSameSet(gold, prediction);
        }
        if (ValueOf(prediction, isGold: false) is { } found) return Matches(gold, found);
        return (!gold.IsScalar || gold.IsSymbol("ℝ")) && DescribesSameSet(gold, prediction);
    }

    private bool BothRelations(Node gold, Node prediction)
    {
        if (gold.Arguments.Length == 2 && prediction.Arguments.Length == 2)
        {
            (string first, string second) = (gold.Name, prediction.Name);
            if (first == "=" && second == "=") return EquationsMatch(gold, prediction);
            if (IsOrder(first) && IsOrder(second) && Inequalities.AreProportional(gold, prediction, meter, out int sign) && sign != 0)
                return sign > 0 ? first == second : Inequalities.Flip(first) == second;
            if (first == second && MatchOrdered(gold.Arguments, prediction.Arguments)) return true;
        }
        else if (gold.Name == prediction.Name && MatchOrdered(gold.Arguments, prediction.Arguments)) return true;
        Node? wanted = Inequalities.ToInterval(gold, meter, out Node? x);
        Node? given = Inequalities.ToInterval(prediction, meter, out Node? y);
        return wanted is not null && given is not null && Names.AreCompatible(x!, y!, _scalars) && Matches(wanted, given);
    }

    /// <summary>Residue and modulus of x ≡ 8 (mod 10) and of 8 (mod 10); null for others.</summary>
    private Node[]? Residue(Node node)
    {
        if (node.Kind != NodeKind.Relation || !node.Name.EndsWith("mod", StringComparison.Ordinal)) return null;
        bool plain = node.Name == "mod" && node.Arguments.Length == 2;
        bool named = node.Name is "== mod" or "= mod" && node.Arguments.Length == 3 && Names.IsName(node[0], meter);
        return plain || named ? node.Arguments[^2..] : null;
    }

    private static bool IsOrder(string sign) => sign is "<" or ">" or "<=" or ">=" or "!=";

    private bool EquationsMatch(Node gold, Node prediction)
    {
        if (Names.IsName(gold[0], meter) && Names.IsName(prediction[0], meter) && Names.AreCompatible(gold[0], prediction[0], _scalars))
        {
            Node given = prediction[1];
            string? wantedVariable = Names.Variable(gold[0]);
            string? givenVariable = Names.Variable(prediction[0]);
            if (wantedVariable is not null && givenVariable is not null && wantedVariable != givenVariable)
                given = Substitution.Replace(given, givenVariable, Node.Symbol(wantedVariable), meter);
            if (Matches(gold[1], given)) return true;
        }
        if (Names.IsName(gold[1], meter) && Names.IsName(prediction[0], meter) && Names.AreCompatible(gold[1], prediction[0], _scalars)
            && Matches(gold[0], prediction[1]))
            return true;
        if (gold[0].IsScalar && gold[1].IsScalar && prediction[0].IsScalar && prediction[1].IsScalar)
        {
            if (Inequalities.AreProportional(gold, prediction, meter, out _)) return true;
            return _scalars.AreEqual(gold[0], prediction[0]) && _scalars.AreEqual(gold[1], prediction[1]);
        }
        return Matches(gold[0], prediction[0]) && Matches(gold[1], prediction[1]);
    }

    /// <summary>
    /// What an assignment-like relation gives: the right side of x = 5, of x ∈ S, of a chain x = 2 + 3 = 5 whose constant sides agree, the
    /// exact side of x = √2 ≈ 1.41. Null when the relation is a statement of its own.
    /// </summary>
    private Node? ValueOf(Node relation, bool isGold)
    {
        Node[] sides = relation.Arguments;
        if (relation.Name == "in") return Names.IsName(sides[0], meter) ? sides[1] : null;
        string[] signs = relation.Name.Split(' ');
        int equal = Array.FindIndex(signs, sign => sign is not ("=" or "=="));
        if (equal >= 0 && (signs[equal] != "~" || !Array.TrueForAll(signs[equal..], sign => sign is "~"))) return null;
        int count = equal < 0 ? sides.Length : equal + 1;
        // An approximation that is far off contradicts the value before it.
        for (int i = equal + 1; equal >= 0 && i < sides.Length; i++)
        {
            if (IsConstant(sides[equal]) && sides[i].Kind == NodeKind.Number && !AreNear(sides[equal], sides[i], meter, RoughBits))
                return null;
        }
        if (count == 1)
        {
            if (Names.IsName(sides[0], meter)) return sides.Length == 2 ? sides[1] : null;
            return sides[0];
        }
        int start = Names.IsName(sides[0], meter) || (!isGold && Names.IsAskedSum(sides[0], meter)) ? 1 : 0;
        if (start == 0 && count == 2 && Names.IsName(sides[1], meter)) return sides[0];
        while (start > 0 && start < count - 1 && Names.IsName(sides[start], meter)) start++;
        // A chain of expressions that are all equal is an identity, and names its last side.
        if (start == 0 && !IsConstant(sides[0]) && (isGold || count < 2)) return null;
        if (start == 0 && !IsConstant(sides[0]) && !IsConstant(sides[1]) && count == 2 && !Matches(sides[0], sides[1])) return null;
        // A chain that contradicts itself offers several values and gives none.
        for (int i = start; i + 1 < count; i++)
        {
            if (!sides[i].IsScalar || !sides[i + 1].IsScalar || !_scalars.Matches(sides[i], sides[i + 1])) return null;
        }
        return sides[count - 1];
    }

    private static bool IsConstant(Node node) => node.IsScalar && !node.HasSymbols;

    /// <summary>Whether two descriptions give the same set of numbers: intervals, unions, inequalities joined by "or".</summary>
    private bool DescribesSameSet(Node gold, Node prediction)
    {
        if (AsSet(gold) is not { } wanted || AsSet(prediction) is not { } given) return false;
        if (ReferenceEquals(wanted, gold) && ReferenceEquals(given, prediction)) return false;
        if (wanted.Kind == NodeKind.Union && given.Kind == NodeKind.Union) return MatchUnordered(wanted.Arguments, given.Arguments);
        return wanted.Kind == given.Kind && Matches(wanted, given);
    }

    /// <summary>Intervals of a relation or of several joined by "or" or "and"; sets and intervals as they are; null for others.</summary>
    private Node? AsSet(Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Tuple or NodeKind.Union or NodeKind.Set:
                return node;
            case NodeKind.Symbol when node.Name == "ℝ":
                return Node.Named(NodeKind.Tuple, "()", Node.Of(NodeKind.Negate, Node.Symbol("infinity")), Node.Symbol("infinity"));
            case NodeKind.Relation:
                return Inequalities.ToInterval(node, meter, out _);
            case NodeKind.Difference when node[0].IsSymbol("ℝ") && node[1].Kind == NodeKind.Set:
                return Complement(node[1].Arguments);
            case NodeKind.Difference when node[0].IsSymbol("ℝ") && node[1] is { Kind: NodeKind.Tuple, Arguments.Length: 2 } interval
                && ((interval[0].Traits | interval[1].Traits) & NodeTraits.Infinity) == 0:
                Node end = Node.Symbol("infinity");
                return Node.Of(NodeKind.Union,
                    Node.Named(NodeKind.Tuple, interval.Name[0] == '(' ? "(]" : "()", Node.Of(NodeKind.Negate, end), interval[0]),
                    Node.Named(NodeKind.Tuple, interval.Name[1] == ')' ? "[)" : "()", interval[1], end));
            case NodeKind.Add when RealSets.RemovedPoints(node) is { } points:
                return Complement(points);
            case NodeKind.List:
                var parts = new List<Node>();
                foreach (Node item in node.Arguments)
                {
                    Node? part = item.Kind == NodeKind.Tuple && node.Alternatives && RealSets.IsInterval(item) ? item
                        : item.Kind == NodeKind.Relation ? Inequalities.ToInterval(item, meter, out _) : null;
                    if (part is null) return null;
                    if (part.Kind == NodeKind.Union && node.Alternatives) parts.AddRange(part.Arguments);
                    else parts.Add(part);
                }
                if (node.Alternatives) return Node.Of(NodeKind.Union, [.. parts]);
                return RealSets.HaveOneUnknown(node) && parts.Count == 2 ? RealSets.Intersection(parts[0], parts[1], meter) : null;
            default:
                return null;
        }
    }

    /// <summary>The real line without some rational points, as a union of open intervals.</summary>
    private Node? Complement(Node[] points)
    {
        var values = new List<(Rational Value, Node Node)>();
        foreach (Node point in points)
        {
            if (new ExactEvaluator(meter).Evaluate(point) is not { } value || !value.TryGetRational(out Rational rational)) return null;
            values.Add((rational, point));
        }
        values.Sort((a, b) => a.Value.CompareTo(b.Value));
        Node infinity = Node.Symbol("infinity");
        Node low = Node.Of(NodeKind.Negate, infinity);
        var parts = new List<Node>();
        foreach ((_, Node point) in values)
        {
            parts.Add(Node.Named(NodeKind.Tuple, "()", low, point));
            low = point;
        }
        parts.Add(Node.Named(NodeKind.Tuple, "()", low, infinity));
        return Node.Of(NodeKind.Union, [.. parts]);
    }
}
