using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>Derivatives written as quotients of differentials: dy/dx is no quotient of products with d.</summary>
internal static class Differentials
{
    /// <summary>The derivative that a fraction means, or null for other fractions.</summary>
    public static Node? TryRead(Node top, Node bottom)
    {
        if (Order(bottom, out Node? variable) is not ({ } below and > 0) || variable is null) return null;
        Node? function = null;
        if (!IsDifferential(top, out int above) && (top.Kind != NodeKind.Multiply || !IsDifferential(top[0], out above))) return null;
        if (top.Kind == NodeKind.Multiply) function = top.Arguments.Length == 2 ? top[1] : Node.Of(NodeKind.Multiply, top.Arguments[1..]);
        if (above != below) return null;
        // The name keeps what is derived apart from the variable, which is no value.
        string name = "derivative by " + variable.Name
            + (below > 1 ? "^" + below.ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        return Node.Named(NodeKind.Apply, name, function ?? Node.Number(Rational.One, "operator"));
    }

    /// <summary>Whether a node is d or ∂, perhaps to a whole power.</summary>
    private static bool IsDifferential(Node node, out int order)
    {
        order = 1;
        if (node.Kind == NodeKind.Power && node[1].Kind == NodeKind.Number && node[1].Value.TryGetInt(out order)) node = node[0];
        return node.Kind == NodeKind.Symbol && node.Name is "d" or "partial";
    }

    /// <summary>The n of dxⁿ and its x; null for what is no such product.</summary>
    private static int? Order(Node bottom, out Node? variable)
    {
        variable = null;
        if (bottom.Kind != NodeKind.Multiply || bottom.Arguments.Length != 2 || !IsDifferential(bottom[0], out int first) || first != 1)
            return null;
        int order = 1;
        Node factor = bottom[1];
        if (factor.Kind == NodeKind.Power && factor[1].Kind == NodeKind.Number && factor[1].Value.TryGetInt(out order)) factor = factor[0];
        if (factor.Kind != NodeKind.Symbol) return null;
        variable = factor;
        return order;
    }
}
