using System.Text;

namespace Tilt.Reporting.Charts;

/// <summary>Writes HTML and SVG that is also well-formed XML: every element is closed, all text and every attribute is escaped.</summary>
internal sealed class MarkupWriter
{
    private readonly StringBuilder text = new();
    private readonly Stack<string> open = new();

    /// <summary>Opens an element; attributes with a null value are left out.</summary>
    internal MarkupWriter Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        AppendTag(element, attributes);
        text.Append('>');
        open.Push(element);
        return this;
    }

    /// <summary>Closes the innermost open element.</summary>
    internal MarkupWriter Close()
    {
        text.Append("</").Append(open.Pop()).Append('>');
        return this;
    }

    /// <summary>An element with nothing in it: a void element of HTML, or a shape of SVG.</summary>
    internal MarkupWriter Empty(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        AppendTag(element, attributes);
        text.Append("/>");
        return this;
    }

    /// <summary>An element with text.</summary>
    internal MarkupWriter Element(string element, string content, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Open(element, attributes).Text(content).Close();

    /// <summary>Text, escaped.</summary>
    internal MarkupWriter Text(string content)
    {
        AppendEscaped(content);
        return this;
    }

    /// <summary>A line feed between elements.</summary>
    internal MarkupWriter Line()
    {
        text.Append('\n');
        return this;
    }

    /// <summary>Text of our own (style sheet, script) that must hold no markup characters.</summary>
    internal MarkupWriter Verbatim(string content)
    {
        if (content.AsSpan().ContainsAny('<', '&'))
            throw new ArgumentException("Verbatim content must be free of '<' and '&'.", nameof(content));
        text.Append(content);
        return this;
    }

    /// <summary>Everything written so far.</summary>
    /// <exception cref="InvalidOperationException">An element is still open.</exception>
    public override string ToString() => open.Count == 0
        ? text.ToString()
        : throw new InvalidOperationException($"Element \"{open.Peek()}\" is still open.");

    private void AppendTag(string element, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        text.Append('<').Append(element);
        foreach ((string name, string? value) in attributes)
        {
            if (value is null)
                continue;
            text.Append(' ').Append(name).Append("=\"");
            AppendEscaped(value);
            text.Append('"');
        }
    }

    private void AppendEscaped(string content)
    {
        for (int i = 0; i < content.Length; i++)
        {
            char c = content[i];
            if (char.IsHighSurrogate(c) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]))
                text.Append(c).Append(content[++i]);
            else
                AppendEscaped(c);
        }
    }

    private void AppendEscaped(char c)
    {
        switch (c)
        {
            case '&': text.Append("&amp;"); break;
            case '<': text.Append("&lt;"); break;
            case '>': text.Append("&gt;"); break;
            case '"': text.Append("&quot;"); break;
            case '\t' or '\n': text.Append(c); break;
            // A parser would turn a carriage return into a line feed; other control characters are forbidden: show them instead.
            case < ' ': text.Append((char)(0x2400 + c)); break;
            case '\u007f': text.Append('\u2421'); break;
            case >= '\u0080' and <= '\u009f' or '\ufffe' or '\uffff': text.Append('\ufffd'); break;
            default: text.Append(char.IsSurrogate(c) ? '\ufffd' : c); break;
        }
    }
}
