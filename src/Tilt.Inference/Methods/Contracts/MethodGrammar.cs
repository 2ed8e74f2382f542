namespace Tilt.Inference.Methods.Contracts;

/// <summary>How the names of a method are written and read.</summary>
public abstract class MethodGrammar
{
    private protected MethodGrammar(IReadOnlyList<string> examples) => Examples = examples;

    /// <summary>What the names look like; what brackets hold may be left out, of what stands in parentheses one is chosen.</summary>
    public abstract string Form { get; }

    /// <summary>Some names, the most usual first.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The options of a name, not yet checked; null when this grammar does not have it.</summary>
    /// <exception cref="ArgumentException">A number is too large to be one.</exception>
    public abstract MethodOptions? Read(string name);
}

/// <summary>
/// The grammar of one method: a head, parts that every name has, and parts that are written only where they differ from the
/// defaults. Reading takes the latter in any order; writing has one. Both come from the same list of parts, so that every name
/// that is written can be read.
/// </summary>
/// <typeparam name="TOptions">The method's options.</typeparam>
public sealed class MethodGrammar<TOptions> : MethodGrammar
    where TOptions : MethodOptions
{
    private readonly string _head;
    private readonly TOptions _defaults;
    private readonly List<Part> _required = [], _optional = [];

    /// <summary>Starts a grammar.</summary>
    /// <param name="head">What the names begin with.</param>
    /// <param name="defaults">The options of a name that leaves out what it may.</param>
    /// <param name="examples">Some names, the most usual first.</param>
    public MethodGrammar(string head, TOptions defaults, params IReadOnlyList<string> examples)
        : base(examples) => (_head, _defaults) = (head, defaults);

    /// <inheritdoc/>
    public override string Form =>
        $"{string.Join('-', [_head, .. _required.Select(part => part.Form)])}{string.Concat(_optional.Select(part => $"[-{part.Form}]"))}";

    /// <summary>Adds a whole number that every name has.</summary>
    public MethodGrammar<TOptions> Whole(string placeholder, Func<TOptions, int> get, Func<TOptions, int, TOptions> set) =>
        Add(_required, placeholder, options => NameNumber.Of(get(options)),
            (name, options) => name.Whole() is { } value ? set(options, value) : null);

    /// <summary>Adds a number that every name has.</summary>
    public MethodGrammar<TOptions> Real(string placeholder, Func<TOptions, double> get, Func<TOptions, double, TOptions> set) =>
        Add(_required, placeholder, options => NameNumber.Of(get(options)),
            (name, options) => name.Real() is { } value ? set(options, value) : null);

    /// <summary>Adds one of several words, one of which every name has.</summary>
    public MethodGrammar<TOptions> Choice<T>(Func<TOptions, T> get, Func<TOptions, T, TOptions> set,
        params (string Word, T Value)[] choices) => Add(
        _required,
        $"({string.Join('|', choices.Select(choice => choice.Word))})",
        options => choices.First(choice => Equals(choice.Value, get(options))).Word,
        (name, options) =>
        {
            foreach ((string word, T value) in choices)
            {
                if (name.Word(word)) return set(options, value);
            }
            return null;
        });

    /// <summary>Adds a whole number with its word, written where it is not the default.</summary>
    public MethodGrammar<TOptions> OptionalWhole(string word, string placeholder, Func<TOptions, int> get,
        Func<TOptions, int, TOptions> set) => Add(
        _optional,
        $"{word}-{placeholder}",
        options => get(options) == get(_defaults) ? null : $"{word}-{NameNumber.Of(get(options))}",
        (name, options) => name.Word(word) && name.Dash() && name.Whole() is { } value ? set(options, value) : null);

    /// <summary>Adds a number with its word, written where it is not the default. Null, which cannot be written, is a default.</summary>
    public MethodGrammar<TOptions> OptionalReal(string word, string placeholder, Func<TOptions, double?> get,
        Func<TOptions, double, TOptions> set) => Add(
        _optional,
        $"{word}-{placeholder}",
        options => get(options) is { } value && value != get(_defaults) ? $"{word}-{NameNumber.Of(value)}" : null,
        (name, options) => name.Word(word) && name.Dash() && name.Real() is { } value ? set(options, value) : null);

    /// <summary>Adds a word that is written where something holds.</summary>
    public MethodGrammar<TOptions> Flag(string word, Func<TOptions, bool> get, Func<TOptions, TOptions> set) =>
        Add(_optional, word, options => get(options) ? word : null, (name, options) => name.Word(word) ? set(options) : null);

    /// <summary>The name of options.</summary>
    public string Write(TOptions options) =>
        string.Join('-', ((IEnumerable<string?>)[_head, .. _required.Concat(_optional).Select(part => part.Write(options))])
            .Where(text => text is not null));

    /// <inheritdoc/>
    public override MethodOptions? Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var reader = new NameReader(name);
        if (!reader.Word(_head)) return null;
        TOptions? options = _defaults;
        foreach (Part part in _required)
        {
            if (!reader.Dash()) return null;
            options = part.Read(reader, options);
            if (options is null) return null;
        }
        var open = new List<Part>(_optional);
        while (!reader.AtEnd)
        {
            if (!reader.Dash() || ReadOne(open, reader, options) is not { } next) return null;
            options = next;
        }
        return options;
    }

    /// <summary>Reads the optional part that stands next and takes it from those that may still come.</summary>
    private static TOptions? ReadOne(List<Part> open, NameReader reader, TOptions options)
    {
        int position = reader.Position;
        foreach (Part part in open)
        {
            if (part.Read(reader, options) is { } next)
            {
                open.Remove(part);
                return next;
            }
            reader.Position = position;
        }
        return null;
    }

    private MethodGrammar<TOptions> Add(List<Part> parts, string form, Func<TOptions, string?> write,
        Func<NameReader, TOptions, TOptions?> read)
    {
        parts.Add(new Part(form, write, read));
        return this;
    }

    private sealed record Part(string Form, Func<TOptions, string?> Write, Func<NameReader, TOptions, TOptions?> Read);
}
