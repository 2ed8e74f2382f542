using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Turns a ± b into the two values it stands for; all signs of one expression change together, ∓ against ±.</summary>
internal static class PlusMinusExpansion
{
    /// <summary>The two readings, or null when there is no ± outside of brackets with several items.</summary>
    public static (Node Upper, Node Lower)? TryExpand(Node node, WorkMeter meter)
    {
        if (!Contains(node, meter)) return null;
        return (Choose(node, true, meter), Choose(node, false, meter));
    }

    private static bool Contains(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        if (!node.Traits.HasFlag(NodeTraits.PlusMinus)) return false;
        if (node.Kind == NodeKind.PlusMinus) return true;
        if (node.Kind is NodeKind.List or NodeKind.Set or NodeKind.Union) return false;
        foreach (Node argument in node.Arguments)
        {
            if (Contains(argument, meter)) return true;
        }
        return false;
    }

    private static Node Choose(Node node, bool upper, WorkMeter meter)
    {
        meter.Charge(1);
        if (node.Arguments.Length == 0) return node;
        Node[] arguments = Array.ConvertAll(node.Arguments, argument => Choose(argument, upper, meter));
        if (node.Kind != NodeKind.PlusMinus) return node.With(arguments);
        bool plus = node.Name == "±" == upper;
        Node last = plus ? arguments[^1] : Node.Of(NodeKind.Negate, arguments[^1]);
        return arguments.Length == 1 ? last : Node.Of(NodeKind.Add, arguments[0], last);
    }

    /// <summary>The values of an expression with two or three signs ± that vary on their own; null for others.</summary>
    public static Node[]? Independent(Node node, WorkMeter meter)
    {
        if (!node.Traits.HasFlag(NodeTraits.PlusMinus) || !node.IsScalar || Count(node, meter) is not (2 or 3)) return null;
        var values = new List<Node> { node };
        while (values[0].Traits.HasFlag(NodeTraits.PlusMinus))
            values = [.. values.SelectMany(value => new[] { ChooseFirst(value, true, meter), ChooseFirst(value, false, meter) })];
        return [.. values];
    }

    private static int Count(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        if (node is { Kind: NodeKind.PlusMinus, Name: "∓" }) return 99;
        int count = node.Kind == NodeKind.PlusMinus ? 1 : 0;
        foreach (Node argument in node.Arguments) count += Count(argument, meter);
        return count;
    }

    /// <summary>The expression with a sign in place of its first ±.</summary>
    private static Node ChooseFirst(Node node, bool plus, WorkMeter meter)
    {
        meter.Charge(1);
        int at = Array.FindIndex(node.Arguments, argument => argument.Traits.HasFlag(NodeTraits.PlusMinus));
        if (at >= 0)
        {
            Node[] arguments = [.. node.Arguments];
            arguments[at] = ChooseFirst(arguments[at], plus, meter);
            return node.With(arguments);
        }
        Node last = plus ? node.Arguments[^1] : Node.Of(NodeKind.Negate, node.Arguments[^1]);
        return node.Arguments.Length == 1 ? last : Node.Of(NodeKind.Add, node[0], last);
    }

    /// <summary>The items of a list or set with every ± expanded.</summary>
    public static Node[] Items(Node node, WorkMeter meter)
    {
        Node[] items = node.Arguments;
        List<Node>? expanded = null;
        for (int i = 0; i < items.Length; i++)
        {
            if (TryExpand(items[i], meter) is { } pair)
            {
                expanded ??= [.. items.AsSpan(0, i)];
                expanded.Add(pair.Upper);
                expanded.Add(pair.Lower);
            }
            else expanded?.Add(items[i]);
        }
        return expanded is null ? items : [.. expanded];
    }
}
