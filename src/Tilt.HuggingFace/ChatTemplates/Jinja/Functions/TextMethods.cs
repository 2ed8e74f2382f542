using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>The methods of texts that templates call.</summary>
internal static class TextMethods
{
    private delegate object? Body(Bounds bounds, string text, Parameters.Arguments arguments);

    private static readonly Dictionary<string, (Parameters Parameters, Body Body)> All = new(StringComparer.Ordinal);

    // Python has more; calling them says so, where another name would just be undefined.
    private static readonly HashSet<string> Unsupported =
    [
        "casefold", "center", "encode", "expandtabs", "format", "format_map", "isascii", "isdecimal", "isidentifier", "isnumeric",
        "isprintable", "istitle", "maketrans", "swapcase", "translate",
    ];

    static TextMethods()
    {
        foreach ((string name, bool start, bool end) in new[] { ("strip", true, true), ("lstrip", true, false), ("rstrip", false, true) })
            Add(name, ["chars"],
                (bounds, text, arguments) => bounds.Made(TextOperations.Strip(text, arguments.OptionalText(0), start, end)));
        foreach ((string name, bool fromEnd) in new[] { ("split", false), ("rsplit", true) })
            Add(name, ["sep", "maxsplit"],
                (bounds, text, arguments) =>
                    new ListValue(TextOperations.Split(bounds, text, arguments.OptionalText(0), arguments.Integer(1, -1), fromEnd)));
        Add("splitlines", ["keepends"],
            (bounds, text, arguments) => new ListValue(PythonText.Lines(bounds.Made(text), arguments.Truth(0))));
        Add("upper", [], (bounds, text, _) => bounds.Made(text.ToUpperInvariant()));
        Add("lower", [], (bounds, text, _) => bounds.Made(text.ToLowerInvariant()));
        Add("title", [], (bounds, text, _) => bounds.Made(TextOperations.Title(text)));
        Add("capitalize", [], (bounds, text, _) => bounds.Made(TextOperations.Capitalize(text)));
        Add("replace", ["old", "new", "count"],
            (bounds, text, arguments) =>
                TextOperations.Replace(bounds, text, arguments.Text(0), arguments.Text(1), arguments.Integer(2, -1)));
        Add("startswith", ["prefix", "start", "end"],
            (_, text, arguments) =>
                Boxed.Of(AnyOf(arguments, "startswith", part => Cut(text, arguments).StartsWith(part, StringComparison.Ordinal))));
        Add("endswith", ["suffix", "start", "end"],
            (_, text, arguments) =>
                Boxed.Of(AnyOf(arguments, "endswith", part => Cut(text, arguments).EndsWith(part, StringComparison.Ordinal))));
        Add("removeprefix", ["prefix"],
            (bounds, text, arguments) =>
                text.StartsWith(arguments.Text(0), StringComparison.Ordinal) ? bounds.Made(text[arguments.Text(0).Length..]) : text);
        Add("removesuffix", ["suffix"],
            (bounds, text, arguments) =>
                text.EndsWith(arguments.Text(0), StringComparison.Ordinal) ? bounds.Made(text[..^arguments.Text(0).Length]) : text);
        Add("find", ["sub"], (bounds, text, arguments) => Place(bounds, text, text.IndexOf(arguments.Text(0), StringComparison.Ordinal)));
        Add("rfind", ["sub"],
            (bounds, text, arguments) => Place(bounds, text, text.LastIndexOf(arguments.Text(0), StringComparison.Ordinal)));
        Add("index", ["sub"], (bounds, text, arguments) => text.IndexOf(arguments.Text(0), StringComparison.Ordinal) is >= 0 and var at
            ? Place(bounds, text, at)
            : throw new JinjaException($"a text does not hold {Describe.Quoted(arguments.Text(0))}"));
        Add("count", ["sub"], (bounds, text,
            arguments) => Boxed.Of(arguments.Text(0).Length == 0
                ? Characters.Count(text) + 1L
                : TextOperations.Split(bounds, text, arguments.Text(0), -1, false).Count - 1L));
        Add("join", ["iterable"], (bounds, text, arguments) => SequenceFilters.Join(bounds, arguments.Required(0), text, strict: true));
        Add("partition", ["sep"],
            (bounds, text, arguments) =>
                Partition(bounds, text, arguments.Text(0), text.IndexOf(arguments.Text(0), StringComparison.Ordinal), atEnd: false));
        Add("rpartition", ["sep"],
            (bounds, text, arguments) =>
                Partition(bounds, text, arguments.Text(0), text.LastIndexOf(arguments.Text(0), StringComparison.Ordinal), atEnd: true));
        Add("ljust", ["width", "fillchar"], (bounds, text, arguments) => Pad(bounds, text, arguments, before: false));
        Add("rjust", ["width", "fillchar"], (bounds, text, arguments) => Pad(bounds, text, arguments, before: true));
        Add("zfill", ["width"], (bounds, text, arguments) => ZeroFill(bounds, text, arguments.Integer(0, 0)));
        Add("isdigit", [], (_, text, _) => Boxed.Of(text.Length > 0 && text.All(char.IsDigit)));
        Add("isalpha", [], (_, text, _) => Boxed.Of(text.Length > 0 && text.All(char.IsLetter)));
        Add("isalnum", [], (_, text, _) => Boxed.Of(text.Length > 0 && text.All(char.IsLetterOrDigit)));
        Add("isspace", [], (_, text, _) => Boxed.Of(text.Length > 0 && text.All(PythonText.IsSpace)));
        Add("isupper", [], (_, text, _) => Boxed.Of(text.Any(char.IsUpper) && !text.Any(char.IsLower)));
        Add("islower", [], (_, text, _) => Boxed.Of(text.Any(char.IsLower) && !text.Any(char.IsUpper)));
    }

    /// <summary>A method of a text, or null.</summary>
    public static Callable? Find(string text, string name)
    {
        if (Unsupported.Contains(name)) throw new JinjaException($"the method '{name}' of texts is not supported");
        return All.TryGetValue(name, out (Parameters Parameters, Body Body) method)
            ? new Function(name, (bounds, call) => method.Body(bounds, text, method.Parameters.Bind(call))) : null;
    }

    private static void Add(string name, string[] parameters, Body body) =>
        All.Add(name, (new Parameters($"the method '{name}'", parameters), body));

    private static bool AnyOf(Parameters.Arguments arguments, string method, Func<string, bool> test) => arguments.Required(0) switch
    {
        ListValue { IsTuple: true } tuple => tuple.Items.Any(item => item is string part && test(part)),
        _ => test(arguments.Text(0)),
    };

    private static string Cut(string text, Parameters.Arguments arguments)
    {
        if (!arguments.Has(1)) return text;
        return arguments.Integer(1, 0) is >= 0 and var start && !arguments.Has(2)
            ? text[Characters.OffsetOf(text, start)..]
            : throw new JinjaException("startswith and endswith are supported with a start from 0 and without an end");
    }

    private static object Place(Bounds bounds, string text, int offset)
    {
        bounds.Charge(text.Length / Bounds.CharactersPerStep);
        return Boxed.Of(offset < 0 ? -1L : Characters.Count(text[..offset]));
    }

    private static ListValue Partition(Bounds bounds, string text, string separator, int at, bool atEnd)
    {
        if (separator.Length == 0) throw new JinjaException("a text is split at an empty text");
        bounds.ChargeText(text.Length);
        return new(at >= 0 ? [text[..at], separator, text[(at + separator.Length)..]] : atEnd ? ["", "", text] : [text, "", ""],
            isTuple: true);
    }

    private static string Pad(Bounds bounds, string text, Parameters.Arguments arguments, bool before)
    {
        string fill = arguments.OptionalText(1) ?? " ";
        long missing = Math.Max(0, arguments.Integer(0, 0) - Characters.Count(text));
        bounds.ChargeText(text.Length + missing);
        if (fill.Length != 1) throw new JinjaException("a text is filled up with one character");
        string padding = new(fill[0], (int)missing);
        return before ? padding + text : text + padding;
    }

    private static string ZeroFill(Bounds bounds, string text, long width)
    {
        bounds.ChargeText(Math.Max(width, text.Length));
        int sign = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        return text[..sign] + text[sign..].PadLeft((int)Math.Max(0, width - sign), '0');
    }
}
