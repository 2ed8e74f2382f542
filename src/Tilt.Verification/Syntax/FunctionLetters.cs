using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>h(x + h): whether a letter before a bracket is a function or a factor shows in whether it stands alone elsewhere.</summary>
internal static class FunctionLetters
{
    /// <summary>Both trees with the calls that must be products made so.</summary>
    public static (Node Gold, Node Prediction) Settle(Node gold, Node prediction, WorkMeter meter)
    {
        var heads = new HashSet<string>(StringComparer.Ordinal);
        Collect(gold, heads);
        Collect(prediction, heads);
        foreach (string head in heads)
        {
            // f(a + b) in the gold is a function, whatever the answer writes; lengths and heights are not.
            bool factor = HasSymbol(gold, head)
                || ((head[0] is 'h' or 'H' or 'G' || FollowsFactor(gold, head)) && HasSymbol(prediction, head));
            if (factor) (gold, prediction) = (AsProduct(gold, head, meter), AsProduct(prediction, head, meter));
        }
        return (gold, prediction);
    }

    /// <summary>Whether the call stands behind a letter in a product, as in mg(h + R).</summary>
    private static bool FollowsFactor(Node node, string head)
    {
        if (node.Kind == NodeKind.Multiply)
        {
            int at = Array.FindIndex(node.Arguments, factor => factor.Kind == NodeKind.Apply && factor.Name == head);
            if (at > 0 && node[at - 1].Kind == NodeKind.Symbol) return true;
        }
        return Array.Exists(node.Arguments, argument => FollowsFactor(argument, head));
    }

    private static void Collect(Node node, HashSet<string> heads)
    {
        if (node.Kind == NodeKind.Apply && IsSum(node)) heads.Add(node.Name);
        foreach (Node argument in node.Arguments) Collect(argument, heads);
    }

    private static bool IsSum(Node call) => call.Arguments.Length == 1 && call[0].Kind is NodeKind.Add or NodeKind.PlusMinus;

    private static bool HasSymbol(Node node, string name) =>
        node.IsSymbol(name) || Array.Exists(node.Arguments, argument => HasSymbol(argument, name));

    private static Node AsProduct(Node node, string head, WorkMeter meter)
    {
        meter.Charge(1);
        if (node.Arguments.Length == 0) return node;
        Node[] arguments = Array.ConvertAll(node.Arguments, argument => AsProduct(argument, head, meter));
        return node.Kind == NodeKind.Apply && node.Name == head && IsSum(node)
            ? Node.Of(NodeKind.Multiply, [Node.Symbol(head), .. arguments])
            : node.With(arguments);
    }
}
