using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Families over the whole numbers, as in π/6 + 2πk with k ∈ ℤ: the name of the parameter is free, its domain is not.</summary>
internal static class Families
{
    private const string Kind = "family ";

    // The letters that stand for a whole number in a family whose domain is not stated.
    private static readonly string[] Parameters = ["k", "n", "m", "l", "j"];

    /// <summary>The family that "3k, k ∈ ℤ" or {3k : k ∈ ℤ} describes; null for other nodes.</summary>
    public static Node? Of(Node node, WorkMeter meter)
    {
        if (node.Kind == NodeKind.List && node.Arguments.Length == 2 && !node.Alternatives
            && node[1] is { Kind: NodeKind.Relation, Name: "in" } membership)
            return Family(node[0], membership[0], membership[1], meter);
        return node is { Kind: NodeKind.Set, Arguments.Length: 1 } ? Of(node[0], meter) is null ? Described(node[0], meter) : null : null;
    }

    /// <summary>Whether a node is a family.</summary>
    public static bool IsFamily(Node node) => node.Kind == NodeKind.Apply && node.Name.StartsWith(Kind, StringComparison.Ordinal);

    /// <summary>An expression with its only letter for a whole number made the parameter of families; null where there is none.</summary>
    public static Node? WithParameter(Node other, WorkMeter meter)
    {
        string? found = null;
        foreach (string letter in Parameters)
        {
            if (!Has(other, letter)) continue;
            if (found is not null) return null;
            found = letter;
        }
        return found is null ? null : Substitution(other, found, meter);
    }

    /// <summary>{3k | k ∈ ℤ}, whose colon binds before the membership.</summary>
    private static Node? Described(Node inner, WorkMeter meter)
    {
        if (inner is { Kind: NodeKind.Relation, Name: "| in", Arguments.Length: 3 }) return Family(inner[0], inner[1], inner[2], meter);
        return inner is { Kind: NodeKind.Relation, Name: "in", Arguments.Length: 2 }
            && inner[0] is { Kind: NodeKind.Ratio, Arguments.Length: 2 } parts
            ? Family(parts[0], parts[1], inner[1], meter)
            : null;
    }

    private static Node? Family(Node member, Node parameter, Node domain, WorkMeter meter)
    {
        if (parameter.Kind != NodeKind.Symbol || domain.Kind != NodeKind.Symbol || domain.Name is not ("ℤ" or "ℕ")) return null;
        if (member is { Kind: NodeKind.Relation, Name: "=", Arguments.Length: 2 } && Names.IsName(member[0], meter)) member = member[1];
        if (!member.IsScalar || !Has(member, parameter.Name)) return null;
        return Node.Named(NodeKind.Apply, Kind + domain.Name, Substitution(member, parameter.Name, meter));
    }

    private static Node Substitution(Node node, string name, WorkMeter meter) =>
        Algebra.Substitution.Replace(node, name, Node.Symbol("whole"), meter);

    private static bool Has(Node node, string name) => node.IsSymbol(name) || Array.Exists(node.Arguments, part => Has(part, name));
}
