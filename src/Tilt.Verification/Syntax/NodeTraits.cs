namespace Tilt.Verification.Syntax;

/// <summary>What an expression contains, as far as its evaluation must know before it starts.</summary>
[Flags]
internal enum NodeTraits
{
    /// <summary>Nothing of the kinds below.</summary>
    None = 0,

    /// <summary>Symbols other than π, e, i and ∞.</summary>
    Symbols = 1,

    /// <summary>Factorials, binomials, sums up to a symbol: what is only counted with whole numbers.</summary>
    Counts = 2,

    /// <summary>A logarithm without base.</summary>
    PlainLog = 4,

    /// <summary>Floors or ceilings.</summary>
    Rounds = 8,

    /// <summary>Symbols that usually stand for real numbers.</summary>
    RealNames = 16,

    /// <summary>∞.</summary>
    Infinity = 32,

    /// <summary>±.</summary>
    PlusMinus = 64,

    /// <summary>Absolute values.</summary>
    AbsoluteValue = 128,

    /// <summary>Functions that are given by cases: absolute values, extrema, signs, floors, roots, inverse functions.</summary>
    Cases = 256,

    /// <summary>A value with a unit.</summary>
    Quantity = 512,

    /// <summary>A negative number to a symbolic power: a sequence where the gold has it.</summary>
    Alternates = 1024,
}

/// <summary>Finds the traits of a node from those of its children.</summary>
internal static class NodeTraitsExtensions
{
    /// <summary>The traits of a node that is about to be made.</summary>
    public static NodeTraits Of(NodeKind kind, string name, Node[] arguments)
    {
        NodeTraits traits = NodeTraits.None;
        foreach (Node argument in arguments) traits |= argument.Traits;
        return traits | kind switch
        {
            NodeKind.Symbol => OfSymbol(name),
            NodeKind.Factorial => NodeTraits.Counts,
            NodeKind.PlusMinus => NodeTraits.PlusMinus,
            NodeKind.Quantity => NodeTraits.Quantity,
            NodeKind.Power when IsNegative(arguments[0]) && (arguments[1].Traits & NodeTraits.Symbols) != 0 => NodeTraits.Alternates,
            NodeKind.BigOperator when name is "sum" or "prod" && (arguments[1].Traits & NodeTraits.Symbols) != 0 => NodeTraits.Counts,
            NodeKind.Function => OfFunction(name, arguments.Length),
            _ => NodeTraits.None,
        };
    }

    /// <summary>Whether symbols are whole numbers: where things are counted, and for floors unless x, y, z or t is a symbol.</summary>
    public static bool CountsThings(this NodeTraits traits) =>
        (traits & (NodeTraits.Counts | NodeTraits.Alternates)) != 0
        || (traits.HasFlag(NodeTraits.Rounds) && !traits.HasFlag(NodeTraits.RealNames));

    private static bool IsNegative(Node node) => node.Kind == NodeKind.Negate && node[0].Kind == NodeKind.Number;

    private static NodeTraits OfSymbol(string name) => name switch
    {
        "pi" or "e" or "i" => NodeTraits.None,
        "infinity" => NodeTraits.Infinity,
        "x" or "y" or "z" or "t" => NodeTraits.Symbols | NodeTraits.RealNames,
        _ => NodeTraits.Symbols,
    };

    private static NodeTraits OfFunction(string name, int arguments) => name switch
    {
        "binom" or "gcd" or "lcm" => NodeTraits.Counts,
        "log" when arguments == 1 => NodeTraits.PlainLog,
        "floor" or "ceil" => NodeTraits.Rounds | NodeTraits.Cases,
        "abs" => NodeTraits.AbsoluteValue | NodeTraits.Cases,
        "sqrt" or "root" or "max" or "min" or "sgn" or "arcsin" or "arccos" or "arctan" or "arccot" => NodeTraits.Cases,
        _ => NodeTraits.None,
    };
}
