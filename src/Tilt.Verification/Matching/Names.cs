using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Left sides that only name what the right side gives: x, f(x), (x, y), ∠ABC, S₁ : S, AB/CD, "Area".</summary>
internal static class Names
{
    public static bool IsName(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        switch (node.Kind)
        {
            case NodeKind.Symbol:
                return node.Name is not ("pi" or "e" or "i" or "infinity" or "∅" or "ℝ");
            case NodeKind.Apply or NodeKind.Text:
                return true;
            case NodeKind.Multiply:
                return Array.TrueForAll(node.Arguments, part => part.Kind == NodeKind.Symbol && IsName(part, meter)) && IsNameLike(node);
            case NodeKind.Divide or NodeKind.Ratio or NodeKind.Tuple:
                return Array.TrueForAll(node.Arguments, part => IsName(part, meter));
            case NodeKind.Function:
                return node.Arguments.Length > 0 && node.Name is not ("sqrt" or "root" or "not")
                    && Array.TrueForAll(node.Arguments, part => IsName(part, meter));
            case NodeKind.Power:
                return node[0].Kind == NodeKind.Function && node[1].Kind == NodeKind.Number && IsName(node[0], meter);
            default:
                return false;
        }
    }

    /// <summary>A product of symbols that reads as a name: points of a figure, a word, or a call like W(n).</summary>
    private static bool IsNameLike(Node product) =>
        product.Arguments.Length == 2 || product[0].Name is "angle" or "triangle"
        || Array.TrueForAll(product.Arguments, part => char.IsUpper(part.Name[0]) || part.Name[0] == '"');

    /// <summary>Whether a sum or a quotient of sums, as in x + y = 5 or (a + b)/c = 2, stands for what was asked.</summary>
    public static bool IsAskedSum(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        return node.Kind switch
        {
            NodeKind.Add => node.HasSymbols && Array.TrueForAll(node.Arguments, part => IsAskedPart(part, meter)),
            NodeKind.Multiply => node.Arguments.Length > 1
                && (Array.TrueForAll(node.Arguments, part => part.Kind == NodeKind.Symbol && IsName(part, meter)) || IsCallAtNumber(node)),
            // A logarithm to a base that is a number.
            NodeKind.Function => node.Name == "log" && node.Arguments.Length == 2
                && Array.Exists(node.Arguments, part => IsName(part, meter))
                && Array.TrueForAll(node.Arguments, part => part.Kind == NodeKind.Number || IsName(part, meter)),
            NodeKind.Divide => node[0].HasSymbols
                && Array.TrueForAll(node.Arguments, part => IsAskedSum(part, meter) || IsAskedPart(part, meter)),
            _ => false,
        };
    }

    /// <summary>σ(4), φ(9): a Greek letter before a number in parentheses.</summary>
    private static bool IsCallAtNumber(Node product) =>
        product.Arguments.Length == 2 && product[0].Kind == NodeKind.Symbol
        && product[0].Name is "sigma" or "σ" or "phi" or "φ" or "ϕ" or "varphi" or "tau" or "τ" or "mu" or "μ" or "psi" or "ψ" or "omega"
            or "ω" or "zeta" or "ζ"
        && product[1].Kind == NodeKind.Number && product[1].Bracketed;

    /// <summary>A name, its multiple or its power, in a sum that was asked for.</summary>
    private static bool IsAskedPart(Node node, WorkMeter meter) => node.Kind switch
    {
        NodeKind.Negate => IsAskedPart(node[0], meter),
        NodeKind.Power => IsName(node[0], meter) && node[1].Kind == NodeKind.Number,
        NodeKind.Multiply =>
            Array.TrueForAll(node.Arguments[(node[0].Kind == NodeKind.Number ? 1 : 0)..], part => IsAskedPart(part, meter)),
        _ => IsName(node, meter),
    };

    /// <summary>Whether two names may mean one thing: the same symbol, or calls of one function, or y and f(x).</summary>
    public static bool AreCompatible(Node a, Node b, ScalarMatcher matcher)
    {
        Node first = Head(a, out bool callA);
        Node second = Head(b, out bool callB);
        if (first.Kind == NodeKind.Symbol && second.Kind == NodeKind.Symbol)
        {
            if (first.Name == second.Name) return !callA || !callB || HaveSameValues(a, b, matcher);
            return (callA && second.Name == "y") || (callB && first.Name == "y");
        }
        return a.Kind == b.Kind && a.IsScalar && matcher.AreEqual(a, b);
    }

    /// <summary>Whether calls at values are at the same ones: f(1) is not f(2), f(x) may be f(t).</summary>
    private static bool HaveSameValues(Node a, Node b, ScalarMatcher matcher)
    {
        if (a.Kind != NodeKind.Apply || b.Kind != NodeKind.Apply || a.Arguments.Length != b.Arguments.Length) return true;
        for (int i = 0; i < a.Arguments.Length; i++)
        {
            if (!a[i].HasSymbols && !b[i].HasSymbols && a[i].IsScalar && b[i].IsScalar && !matcher.AreEqual(a[i], b[i])) return false;
        }
        return true;
    }

    private static Node Head(Node node, out bool call)
    {
        call = node.Kind == NodeKind.Apply
            || (node.Kind == NodeKind.Multiply && node.Arguments.Length == 2 && node[0].Kind == NodeKind.Symbol && node[1].Bracketed);
        return node.Kind == NodeKind.Apply ? Node.Symbol(node.Name) : call ? node[0] : node;
    }

    /// <summary>An antiderivative whose constant is called c, or just "constant", with the gold's C in its place.</summary>
    public static Node WithConstant(Node gold, Node prediction)
    {
        if (gold.Kind != NodeKind.Add || prediction.Kind != NodeKind.Add || !Array.Exists(gold.Arguments, term => term.IsSymbol("C")))
            return prediction;
        int at = Array.FindIndex(prediction.Arguments, term => term.IsSymbol("c") || term.IsSymbol("\"constant"));
        if (at < 0 || Has(gold, "c") || Has(prediction, "C")) return prediction;
        Node[] terms = [.. prediction.Arguments];
        terms[at] = Node.Symbol("C");
        Node replaced = prediction.With(terms);
        return Has(replaced, "c") ? prediction : replaced;

        static bool Has(Node node, string name) => node.IsSymbol(name) || Array.Exists(node.Arguments, part => Has(part, name));
    }

    /// <summary>The variable of f(x), or null.</summary>
    public static string? Variable(Node call)
    {
        if (call.Kind == NodeKind.Apply && call.Arguments.Length == 1 && call[0].Kind == NodeKind.Symbol) return call[0].Name;
        return call.Kind == NodeKind.Multiply && call.Arguments.Length == 2 && call[1].Bracketed ? call[1].Name : null;
    }
}
