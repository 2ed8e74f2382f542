using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>A scalar without its unit.</summary>
/// <param name="Value">The scalar.</param>
/// <param name="Unit">Unit name, "%", "°" or null.</param>
internal readonly record struct Measure(Node Value, string? Unit)
{
    public static Measure Of(Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Percent: return new(node[0], "%");
            case NodeKind.Degree: return new(node[0], "°");
            case NodeKind.Quantity when node[0].Kind is NodeKind.Degree or NodeKind.Percent: return Of(node[0]);
            case NodeKind.Quantity:
                Measure inner = Of(node[0]);
                return new(inner.Value, node.Name);
            case NodeKind.Negate:
                Measure positive = Of(node[0]);
                return positive.Unit is null ? new(node, null) : new(Node.Of(NodeKind.Negate, positive.Value), positive.Unit);
            default: return new(node, null);
        }
    }
}
