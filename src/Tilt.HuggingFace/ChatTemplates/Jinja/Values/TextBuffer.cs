using System.Text;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Collects text within the bounds of a bounds.</summary>
/// <param name="bounds">The bounds.</param>
internal sealed class TextBuffer(Bounds bounds)
{
    private readonly StringBuilder _text = new(1024);

    public int Length => _text.Length;

    public TextBuffer Append(string text) => Append(text.AsSpan());

    public TextBuffer Append(ReadOnlySpan<char> text)
    {
        bounds.ChargeText(text.Length, _text.Length);
        _text.Append(text);
        return this;
    }

    public TextBuffer Append(char c)
    {
        bounds.ChargeText(1, _text.Length);
        _text.Append(c);
        return this;
    }

    public override string ToString() => _text.ToString();
}
