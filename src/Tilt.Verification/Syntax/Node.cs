using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>What a node of an answer's expression tree is.</summary>
internal enum NodeKind : byte
{
    // scalars
    Number, Symbol, Add, Multiply, Divide, Power, Negate, PlusMinus, Factorial, Function, Apply, BigOperator,
    Percent, Degree, Based, Quantity, Currency,
    // structures
    Text, List, Tuple, Set, Union, Intersection, Difference, Matrix, Relation, Ratio, Empty,
}

/// <summary>An immutable node of an answer's expression tree.</summary>
/// <param name="kind">What it is.</param>
/// <param name="name">Name of a symbol, function or unit, or the variant: brackets of a tuple, relation signs, "rows×columns".</param>
/// <param name="arguments">Children.</param>
internal sealed class Node(NodeKind kind, string name, Node[] arguments)
{
    public static readonly Node[] None = [];

    public NodeKind Kind { get; } = kind;

    public string Name { get; } = name;

    public Node[] Arguments { get; } = arguments;

    /// <summary>Levels of the tree below and including this node.</summary>
    public int Height { get; } = HeightOf(arguments);

    /// <summary>What the tree contains.</summary>
    public NodeTraits Traits { get; } = NodeTraitsExtensions.Of(kind, name, arguments);

    /// <summary>Whether the tree has free symbols.</summary>
    public bool HasSymbols => (Traits & NodeTraits.Symbols) != 0;

    /// <summary>Value of a Number or a Based node.</summary>
    public Rational Value { get; private init; }

    /// <summary>Whether a bare comma list came with "or": alternatives, never one answer.</summary>
    public bool Alternatives { get; init; }

    /// <summary>Whether a bare list came with "and" and without "or".</summary>
    public bool Conjunction { get; init; }

    /// <summary>Whether a symbol stood in brackets of its own: W(n) rather than Wn.</summary>
    public bool Bracketed { get; private init; }

    /// <summary>The same symbol in brackets.</summary>
    public Node InBrackets() => new(Kind, Name, Arguments) { Value = Value, Bracketed = true };

    public Node this[int index] => Arguments[index];

    public static Node Number(Rational value, string text = "") => new(NodeKind.Number, text, None) { Value = value };

    public static Node Based(Rational value, string digits) => new(NodeKind.Based, digits, None) { Value = value };

    public static Node Symbol(string name) => new(NodeKind.Symbol, name, None);

    public static Node Of(NodeKind kind, params Node[] arguments) => new(kind, "", arguments);

    public static Node Named(NodeKind kind, string name, params Node[] arguments) => new(kind, name, arguments);

    /// <summary>The same node with other children.</summary>
    public Node With(Node[] arguments) =>
        new(Kind, Name, arguments) { Value = Value, Alternatives = Alternatives, Conjunction = Conjunction };

    public bool IsSymbol(string name) => Kind == NodeKind.Symbol && Name == name;

    private static int HeightOf(Node[] arguments)
    {
        int height = 0;
        foreach (Node argument in arguments) height = Math.Max(height, argument.Height);
        return height + 1;
    }

    public bool IsScalar => Kind <= NodeKind.Currency;
}
