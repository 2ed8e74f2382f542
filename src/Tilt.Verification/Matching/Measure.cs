using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>A value and its unit.</summary>
/// <param name="Value">The scalar.</param>
/// <param name="Unit">Unit name, "%", "°" or null.</param>
internal readonly record struct Measure(Node Value, string? Unit)
{
    /// <summary>Takes the unit off a value; null when units stand where no single one can be taken off.</summary>
    public static Measure? Of(Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Percent: return WithoutUnits(node[0], "%");
            case NodeKind.Degree: return WithoutUnits(node[0], "°");
            case NodeKind.Quantity when node[0].Kind is NodeKind.Degree or NodeKind.Percent: return Of(node[0]);
            case NodeKind.Quantity when node[0].Kind == NodeKind.Quantity && IsCurrency(node[0].Name): return OfMoney(node[0], node.Name);
            case NodeKind.Quantity: return WithoutUnits(node[0], node.Name);
            case NodeKind.Negate:
                return Of(node[0]) is { } positive
                    ? positive.Unit is null ? new(node, null) : positive with { Value = Node.Of(NodeKind.Negate, positive.Value) }
                    : null;
        }
        if (!node.Traits.HasFlag(NodeTraits.Quantity)) return new(node, null);
        return node.Kind switch
        {
            NodeKind.Add => Sum(node),
            NodeKind.Multiply => Product(node),
            NodeKind.Divide when !node[1].Traits.HasFlag(NodeTraits.Quantity) && Of(node[0]) is { } top =>
                top with { Value = Node.Of(NodeKind.Divide, top.Value, node[1]) },
            _ => null,
        };
    }

    /// <summary>$5 dollars, $5 per hour, $5 in total; null when the words change the value.</summary>
    private static Measure? OfMoney(Node money, string words)
    {
        if (words.StartsWith("per ", StringComparison.Ordinal)) return WithoutUnits(money[0], money.Name + " " + words);
        return Units.Factor(words, money.Name) is { IsOne: true } || (!Units.IsKnown(words) && Units.MayFollow(words, money[0]))
            ? WithoutUnits(money[0], money.Name)
            : null;
    }

    private static bool IsCurrency(string unit) => unit.Length == 1 && !char.IsLetter(unit[0]);

    private static Measure? WithoutUnits(Node value, string unit) => value.Traits.HasFlag(NodeTraits.Quantity) ? null : new(value, unit);

    /// <summary>Terms of one unit.</summary>
    private static Measure? Sum(Node node)
    {
        string? unit = null;
        var terms = new Node[node.Arguments.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            if (Of(node[i]) is not { Unit: { } own } term || (unit is not null && own != unit)) return null;
            (terms[i], unit) = (term.Value, own);
        }
        return new(Node.Of(NodeKind.Add, terms), unit);
    }

    /// <summary>One factor with a unit among numbers.</summary>
    private static Measure? Product(Node node)
    {
        string? unit = null;
        var factors = new Node[node.Arguments.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = node[i];
            if (!node[i].Traits.HasFlag(NodeTraits.Quantity)) continue;
            if (unit is not null || Of(node[i]) is not { Unit: { } own } factor) return null;
            (factors[i], unit) = (factor.Value, own);
        }
        return new(Node.Of(NodeKind.Multiply, factors), unit);
    }
}
