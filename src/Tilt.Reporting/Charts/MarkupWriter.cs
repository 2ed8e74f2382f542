using System.Text;

namespace Tilt.Reporting.Charts;

/// <summary>Writes HTML and SVG that is also well-formed XML: every element is closed, all text and every attribute is escaped.</summary>
internal sealed class MarkupWriter
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; attributes with a null value are left out.</summary>
    internal MarkupWriter Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        AppendTag(element, attributes);
        _text.Append('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Closes the innermost open element.</summary>
    internal MarkupWriter Close()
    {
        _text.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    /// <summary>An element with nothing in it: a void element of HTML, or a shape of SVG.</summary>
    internal MarkupWriter Empty(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        AppendTag(element, attributes);
        _text.Append("/>");
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
        _text.Append('\n');
        return this;
    }

    /// <summary>Text of our own (style sheet, script) that must hold no markup characters.</summary>
    internal MarkupWriter Verbatim(string content)
    {
        if (content.AsSpan().ContainsAny('<', '&'))
            throw new ArgumentException("Verbatim content must be free of '<' and '&'.", nameof(content));
        _text.Append(content);
        return this;
    }

    /// <summary>Everything written so far.</summary>
    /// <exception cref="InvalidOperationException">An element is still open.</exception>
    public override string ToString() => _open.Count == 0
        ? _text.ToString()
        : throw new InvalidOperationException($"Element \"{_open.Peek()}\" is still open.");

    private void AppendTag(string element, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(element);
        foreach ((string name, string? value) in attributes)
        {
            if (value is null)
                continue;
            _text.Append(' ').Append(name).Append("=\"");
            AppendEscaped(value);
            _text.Append('"');
        }
    }

    private void AppendEscaped(string content)
    {
        for (int i = 0; i < content.Length; i++)
        {
            char c = content[i];
            if (char.IsHighSurrogate(c) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]))
                _text.Append(c).Append(content[++i]);
            else
                AppendEscaped(c);
        }
    }

    private void AppendEscaped(char c)
    {
        switch (c)
        {
            case '&': _text.Append("&amp;"); break;
            case '<': _text.Append("&lt;"); break;
            case '>': _text.Append("&gt;"); break;
            case '"': _text.Append("&quot;"); break;
            case '\t' or '\n': _text.Append(c); break;
            // A parser would turn a carriage return into a line feed; other control characters are forbidden: show them instead.
            case < ' ': _text.Append((char)(0x2400 + c)); break;
            case '\u007f': _text.Append('\u2421'); break;
            case >= '\u0080' and <= '\u009f' or '\ufffe' or '\uffff': _text.Append('\ufffd'); break;
            default: _text.Append(char.IsSurrogate(c) ? '\ufffd' : c); break;
        }
    }
}
