using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>Filters of texts; what is no text is written as one first.</summary>
internal static class TextFilters
{
    public static readonly Filter[] All =
    [
        Of("trim", ["chars"], (text, arguments) => TextOperations.Strip(text, arguments.OptionalText(0))),
        Of("lower", [], (text, _) => text.ToLowerInvariant()),
        Of("upper", [], (text, _) => text.ToUpperInvariant()),
        Of("capitalize", [], (text, _) => TextOperations.Capitalize(text)),
        Of("title", [], (text, _) => Title(text)),
        Marked("escape", Escape),
        Marked("safe", text => text),
        Filter.Of("replace", ["old", "new", "count"], (bounds, value, arguments) =>
            TextOperations.Replace(bounds, Printing.Text(bounds, value), Printing.Text(bounds, arguments.Required(0)),
                Printing.Text(bounds, arguments.Required(1)), arguments.Integer(2, -1))),
        Filter.Of("indent", ["width", "first", "blank"], (bounds, value, arguments) => Indent(bounds, Text(value), arguments)),
        Filter.Of("string", [], (bounds, value, _) => value is SafeText ? value : Printing.Text(bounds, value)),
    ];

    private static Filter Of(string name, string[] parameters, Func<string, Parameters.Arguments, string> body) =>
        Filter.Of(name, parameters, (bounds, value, arguments) => bounds.Made(body(Printing.Text(bounds, value), arguments)));

    private static Filter Marked(string name, Func<string, string> body) =>
        Filter.Of(name, [],
            (bounds, value, _) => value is SafeText ? value : new SafeText(bounds.Made(body(Printing.Text(bounds, value)))));

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);

    private static string Text(object? value) =>
        value as string ?? (value as SafeText)?.Text
        ?? throw (value as Undefined)?.Failure() ?? new JinjaException($"the filter 'indent' needs a text, not {Describe.Of(value)}");

    // Unlike the method of this name, words begin only after spaces, hyphens and opening brackets.
    private static string Title(string text)
    {
        char[] letters = text.ToLowerInvariant().ToCharArray();
        bool begins = true;
        for (int i = 0; i < letters.Length; i++)
        {
            bool between = letters[i] is '-' or '(' or '{' or '[' or '<' || PythonText.IsSpace(letters[i]);
            if (begins && !between) letters[i] = char.ToUpperInvariant(letters[i]);
            begins = between;
        }
        return new(letters);
    }

    private static string Indent(Bounds bounds, string text, Parameters.Arguments arguments)
    {
        string indentation = arguments.Get(0) is string given ? given : new string(' ', (int)Math.Clamp(arguments.Integer(0, 4), 0, 1000));
        bool first = arguments.Truth(1), blank = arguments.Truth(2);
        List<string> lines = PythonText.Lines(text + "\n");
        bounds.ChargeText(text.Length + ((long)lines.Count * indentation.Length));
        return string.Join('\n', lines.Select((line, i) => (i == 0 ? first : blank || line.Length > 0) ? indentation + line : line));
    }
}
