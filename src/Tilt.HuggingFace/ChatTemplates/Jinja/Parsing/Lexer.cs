using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>
/// Splits a template into text and tags, taking white space away as Transformers sets Jinja up: <c>trim_blocks</c> (the line feed
/// after a block or comment goes), <c>lstrip_blocks</c> (so does the indentation before it), and the signs <c>-</c> and <c>+</c> in tags.
/// </summary>
internal sealed class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at, _line = 1;

    /// <summary>What was read last ends with a line feed, or nothing was read yet.</summary>
    private bool _lineStarts = true;

    private Lexer(string source) => _source = source;

    /// <summary>The tokens of a template; the last is <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="JinjaException">A tag, a text in quotation marks or a bracket does not end, or a character fits
    /// nowhere.</exception>
    public static IReadOnlyList<Token> Read(string template)
    {
        string source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n')) source = source[..^1];
        var lexer = new Lexer(source);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (NextTag() is var begin and >= 0)
        {
            Text(begin);
            char kind = _source[begin + 1];
            bool signed = begin + 2 < _source.Length && _source[begin + 2] is '-' or '+';
            Advance(begin + (signed ? 3 : 2));
            if (kind == '#') Comment();
            else Tag(kind == '%');
        }
        if (_at < _source.Length) _tokens.Add(new(TokenKind.Text, _source[_at..], _line));
        Advance(_source.Length);
        _tokens.Add(new(TokenKind.End, "", _line));
    }

    private int NextTag()
    {
        for (int from = _at; ;)
        {
            int brace = _source.IndexOf('{', from);
            if (brace < 0 || brace + 1 >= _source.Length) return -1;
            if (_source[brace + 1] is '{' or '%' or '#') return brace;
            from = brace + 1;
        }
    }

    private void Text(int begin)
    {
        ReadOnlySpan<char> text = _source.AsSpan(_at, begin - _at);
        char sign = begin + 2 < _source.Length ? _source[begin + 2] : ' ';
        if (sign == '-') text = PythonText.TrimEnd(text);
        else if (sign != '+' && _source[begin + 1] != '{')
        {
            int lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || _lineStarts) && PythonText.TrimEnd(text[lineStart..]).IsEmpty) text = text[..lineStart];
        }
        if (!text.IsEmpty) _tokens.Add(new(TokenKind.Text, text.ToString(), _line));
    }

    private void Comment()
    {
        int end = _source.IndexOf("#}", _at, StringComparison.Ordinal), line = _line;
        if (end < 0) throw new JinjaException("a comment does not end ('#}' is missing)", line);
        char sign = end > _at ? _source[end - 1] : ' ';
        Advance(end + 2);
        AfterTag(sign, trimsLine: true);
    }

    private void Tag(bool isBlock)
    {
        _tokens.Add(new(isBlock ? TokenKind.BlockBegin : TokenKind.OutputBegin, isBlock ? "{%" : "{{", _line));
        int line = _line;
        var expressions = new ExpressionLexer(_source, isBlock ? "%}" : "}}", signPlus: isBlock);
        while (true)
        {
            Advance(expressions.SkipSpace(_at));
            if (_at >= _source.Length) throw new JinjaException($"a tag does not end ('{(isBlock ? "%}" : "}}")}' is missing)", line);
            if (expressions.EndAt(_at) is { } sign)
            {
                _tokens.Add(new(isBlock ? TokenKind.BlockEnd : TokenKind.OutputEnd, isBlock ? "%}" : "}}", _line));
                Advance(_at + (sign == ' ' ? 2 : 3));
                AfterTag(sign, trimsLine: isBlock);
                return;
            }
            (Token token, int next) = expressions.Next(_at, _line);
            _tokens.Add(token);
            Advance(next);
        }
    }

    private void AfterTag(char sign, bool trimsLine)
    {
        int end = _at;
        if (sign == '-') while (end < _source.Length && PythonText.IsSpace(_source[end])) end++;
        else if (sign != '+' && trimsLine && end < _source.Length && _source[end] == '\n') end++;
        _lineStarts = end > _at && _source[end - 1] == '\n';
        Advance(end);
    }

    private void Advance(int to)
    {
        _line += _source.AsSpan(_at, to - _at).Count('\n');
        _at = to;
    }
}
