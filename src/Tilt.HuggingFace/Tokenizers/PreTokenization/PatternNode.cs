namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>A regular expression as a tree.</summary>
internal abstract record PatternNode
{
    private PatternNode()
    {
    }

    /// <summary>There are texts of no character that it matches.</summary>
    public abstract bool CanBeEmpty { get; }

    public sealed record One(CodePointSet Set) : PatternNode
    {
        public override bool CanBeEmpty => false;
    }

    public sealed record Sequence(IReadOnlyList<PatternNode> Nodes) : PatternNode
    {
        public override bool CanBeEmpty => Nodes.All(node => node.CanBeEmpty);
    }

    public sealed record Choice(IReadOnlyList<PatternNode> Nodes) : PatternNode
    {
        public override bool CanBeEmpty => Nodes.Any(node => node.CanBeEmpty);
    }

    public sealed record Repeat(PatternNode Node, int Least, int Most, RepeatKind Kind) : PatternNode
    {
        public override bool CanBeEmpty => Least == 0 || Node.CanBeEmpty;
    }

    public sealed record Look(PatternNode Node, bool Negative) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }

    public sealed record Atomic(PatternNode Node) : PatternNode
    {
        public override bool CanBeEmpty => Node.CanBeEmpty;
    }

    public sealed record Assertion(PatternOperation Operation) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }
}

/// <summary>How many a repetition takes at first and whether it takes another number later.</summary>
internal enum RepeatKind
{
    /// <summary>As many as possible first.</summary>
    Greedy,

    /// <summary>As few as possible first.</summary>
    Lazy,

    /// <summary>As many as possible and never fewer.</summary>
    Possessive,
}
