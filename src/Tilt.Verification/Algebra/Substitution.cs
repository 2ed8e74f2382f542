using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>Replaces a symbol in a tree.</summary>
internal static class Substitution
{
    public static Node Replace(Node node, string name, Node value, WorkMeter meter)
    {
        if (node.Kind == NodeKind.Symbol) return node.Name == name ? value : node;
        if (node.Arguments.Length == 0) return node;
        meter.Charge(1);
        var arguments = new Node[node.Arguments.Length];
        bool changed = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Replace(node[i], name, value, meter);
            changed |= !ReferenceEquals(arguments[i], node[i]);
        }
        return changed ? node.With(arguments) : node;
    }
}
