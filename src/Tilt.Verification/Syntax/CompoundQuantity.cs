using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>Quantities that are given in several units of one dimension: 5 hours 30 minutes, 6 feet 2 inches.</summary>
internal static class CompoundQuantity
{
    /// <summary>The sum in the first unit, or null when these are no parts of one quantity in falling units.</summary>
    public static Node? TryJoin(Node[] parts)
    {
        Rational previous = Rational.Zero;
        UnitDimension? dimension = null;
        var terms = new List<Node>();
        Rational first = Rational.One;
        foreach (Node part in parts)
        {
            if (part.Kind != NodeKind.Quantity || !Units.TryResolve(part.Name, out UnitTable.Unit unit)) return null;
            if (dimension is null) (dimension, first) = (unit.Dimension, unit.Size);
            else if (!dimension.Equals(unit.Dimension) || unit.Size.CompareTo(previous) >= 0) return null;
            previous = unit.Size;
            terms.Add(terms.Count == 0 ? part[0] : Node.Of(NodeKind.Multiply, part[0], Node.Number(unit.Size / first)));
        }
        if (terms.Count < 2) return null;
        if (Array.TrueForAll(parts, part => part[0].Kind == NodeKind.Number))
        {
            Rational sum = Rational.Zero;
            foreach (Node part in parts)
            {
                Units.TryResolve(part.Name, out UnitTable.Unit unit);
                sum += part[0].Value * unit.Size / first;
            }
            return Node.Named(NodeKind.Quantity, parts[0].Name, Node.Number(sum));
        }
        return Node.Named(NodeKind.Quantity, parts[0].Name, Node.Of(NodeKind.Add, [.. terms]));
    }
}
