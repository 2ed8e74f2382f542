namespace Tilt.Configuration;

/// <summary>A place in the user's input.</summary>
/// <param name="Line">Line of the file, from 1; 0 on the command line.</param>
internal readonly record struct SourceLocation(long Line)
{
    /// <summary>The command line.</summary>
    public static SourceLocation CommandLine => new(0);

    /// <summary>Whether the value was given by an override.</summary>
    public bool IsCommandLine => Line == 0;

    /// <inheritdoc/>
    public override string ToString() => IsCommandLine ? "on the command line" : $"line {Line}";
}

/// <summary>A value as the user wrote it, with where.</summary>
/// <param name="Location">Where it begins.</param>
internal abstract record SourceNode(SourceLocation Location)
{
    /// <summary>What kind of value it is, for messages.</summary>
    public abstract string Description { get; }
}

/// <summary>A single value.</summary>
/// <param name="Text">The text, without quotes.</param>
/// <param name="IsQuoted">Whether it was quoted, and so is text whatever it looks like.</param>
/// <param name="Location">Where it begins.</param>
internal sealed record SourceScalar(string Text, bool IsQuoted, SourceLocation Location) : SourceNode(Location)
{
    /// <summary>Whether it is the null of YAML's core schema: <c>null</c>, <c>~</c> or nothing.</summary>
    public bool IsNull => !IsQuoted && (Text is "" or "~" or "null" or "Null" or "NULL");

    /// <inheritdoc/>
    public override string Description => IsNull ? "empty" : IsQuoted ? $"the text \"{Text}\"" : $"'{Text}'";
}

/// <summary>A list.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Location">Where it begins.</param>
internal sealed record SourceList(IReadOnlyList<SourceNode> Items, SourceLocation Location) : SourceNode(Location)
{
    /// <inheritdoc/>
    public override string Description => "a list";
}

/// <summary>Keys with values, in the order written.</summary>
/// <param name="Location">Where it begins.</param>
internal sealed record SourceMapping(SourceLocation Location) : SourceNode(Location)
{
    /// <summary>The entries; keys are unique.</summary>
    public OrderedDictionary<string, SourceEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Description => "a group of keys";
}

/// <summary>The value of a key.</summary>
/// <param name="KeyLocation">Where the key stands.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct SourceEntry(SourceLocation KeyLocation, SourceNode Value);
