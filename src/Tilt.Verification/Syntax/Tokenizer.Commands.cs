namespace Tilt.Verification.Syntax;

/// <summary>Commands: styles, delimiters, environments, signs.</summary>
internal sealed partial class Tokenizer
{
    private void ReadCommand()
    {
        int start = _position++;
        if (_position >= source.Length) return;
        char c = source[_position];
        if (!char.IsAsciiLetter(c))
        {
            ReadCommandSign(c, start);
            return;
        }
        while (_position < source.Length && char.IsAsciiLetter(source[_position])) _position++;
        ReadNamedCommand(source.AsSpan(start + 1, _position - start - 1), start);
    }

    private void ReadCommandSign(char c, int start)
    {
        _position++;
        switch (c)
        {
            case ',' or ':' or ';' or '!' or ' ' or '>' or '\n' or '/':
                if (c != '!' && c != '/') _space = true;
                break;
            case '(' or ')' or '[' or ']':
                _space = true;
                break;
            case '\\':
                SkipRowSpace();
                // A row that begins with an equals sign goes on with the chain of the row before.
                if (_alignments > 0 && source.AsSpan(_position).TrimStart(" &\n\t\r") is { IsEmpty: false } row && row[0] == '='
                    && _tokens.Count > 0 && _tokens[^1].Kind != TokenKind.BeginEnvironment)
                    break;
                Add(TokenKind.RowBreak, "\\", start);
                break;
            // Escaped for Markdown; a sign is never dropped.
            case '-':
                Add(TokenKind.Minus, "-", start);
                break;
            case '+':
                Add(TokenKind.Plus, "+", start);
                break;
            case '*':
                Add(TokenKind.Times, "*", start);
                break;
            case '=' or '<':
                Add(TokenKind.Relation, c == '=' ? "=" : "<", start);
                break;
            default:
                if (Commands.TryGetValue([c], out (TokenKind Kind, string Text) sign))
                {
                    if (sign.Kind == TokenKind.Open) _brackets++;
                    if (sign.Kind == TokenKind.Close && _brackets > 0) _brackets--;
                    Add(sign.Kind, sign.Text, start);
                }
                break;
        }
    }

    /// <summary>The extra space that a row break may ask for: <c>\\[4pt]</c>.</summary>
    private void SkipRowSpace()
    {
        if (_position >= source.Length || source[_position] != '[') return;
        int close = source.IndexOf(']', _position);
        if (close < 0 || close - _position > 12) return;
        ReadOnlySpan<char> length = source.AsSpan(_position + 1, close - _position - 1).Trim();
        if (length.EndsWith("pt") || length.EndsWith("em") || length.EndsWith("ex") || length.EndsWith("mm") || length.EndsWith("cm"))
            _position = close + 1;
    }

    private void ReadNamedCommand(ReadOnlySpan<char> name, int start)
    {
        if (name is "left" or "right" or "middle")
        {
            ReadDelimiter(name is "left");
            return;
        }
        if (Commands.TryGetValue(name, out (TokenKind Kind, string Text) command))
        {
            if (command.Kind == TokenKind.Open) _brackets++;
            if (command.Kind == TokenKind.Close && _brackets > 0) _brackets--;
            Add(command.Kind, command.Text, start);
        }
        else if (Ignored.Contains(name))
        {
            _space = true;
            if (name is "hspace" or "vspace" or "phantom") TakeArgument();
        }
        else if (name is "pmatrix" or "bmatrix" or "matrix" && source.AsSpan(_position).TrimStart().StartsWith("{"))
        {
            ReadOnlySpan<char> cells = TakeArgument();
            meter.Charge(cells.Length);
            Add(TokenKind.BeginEnvironment, "pmatrix", start);
            foreach (Token token in new Tokenizer(cells.ToString(), meter, commasSeparate).Run())
            {
                if (token.Kind != TokenKind.End) _tokens.Add(token);
            }
            Add(TokenKind.EndEnvironment, "pmatrix", start);
        }
        else if (name is "SI" or "qty")
        {
            Inline(TakeArgument(), start);
            Add(TokenKind.Text, TakeArgument().Trim().ToString(), start);
        }
        else if (name is "cr" or "newline" or "tabularnewline") Add(TokenKind.RowBreak, "\\", start);
        else if (name is "begin" or "end") ReadEnvironment(name is "begin", start);
        else if (name is "boxed" or "fbox" or "framebox" or "mathbin" or "mathord" or "mathop" or "mathrel" or "ensuremath" or "color")
            SkipStyle(name);
        else if (name is "tag" or "label" or "textcolor" or "ref") TakeArgument();
        else if (Vocabulary.TextCommands.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)) ReadText(start);
        else if (Vocabulary.Accents.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)) Add(TokenKind.Accent, name.ToString(), start);
        else if (name is "not") ReadNot(start);
        else if (name is "bmod" or "pmod" or "mod") Add(TokenKind.Relation, "mod", start);
        else if (!SplitCommand(name, start)) Add(TokenKind.Symbol, name.ToString(), start);
    }

    private void SkipStyle(ReadOnlySpan<char> name)
    {
        if (name is "color") TakeArgument();
    }

    /// <summary>A command glued to what follows, as in <c>\quadx</c> or <c>\pir</c>: the longest known beginning.</summary>
    private bool SplitCommand(ReadOnlySpan<char> name, int start)
    {
        for (int length = name.Length - 1; length >= 2; length--)
        {
            ReadOnlySpan<char> head = name[..length];
            if (head is "quad" or "qquad" || (length >= 2 && Commands.ContainsKey(head) && name.Length - length <= 2))
            {
                _position = start + 1 + length;
                if (head is "quad" or "qquad") _space = true;
                else Add(Commands[head].Item1, Commands[head].Item2, start);
                return true;
            }
        }
        return false;
    }

    private void ReadNot(int start)
    {
        SkipSpace();
        if (_position < source.Length && source[_position] == '=')
        {
            _position++;
            Add(TokenKind.Relation, "!=", start);
        }
        else if (source.AsSpan(_position).StartsWith("\\in"))
        {
            _position += 3;
            Add(TokenKind.Relation, "notin", start);
        }
        else Add(TokenKind.Negation, "¬", start);
    }

    private void ReadDelimiter(bool opens)
    {
        SkipSpace();
        if (_position >= source.Length) return;
        if (source[_position] == '.') _position++;
        else if (source[_position] == '|')
        {
            Add(opens ? TokenKind.BarOpen : TokenKind.BarClose, "|", _position++);
        }
        else if (source[_position] is '{' or '}') _setBrace = true;
    }

    private void SkipSpace()
    {
        while (_position < source.Length && char.IsWhiteSpace(source[_position])) _position++;
    }

    /// <summary>Skips a command's braced argument and returns its content.</summary>
    private ReadOnlySpan<char> TakeArgument()
    {
        SkipSpace();
        if (_position >= source.Length) return [];
        if (source[_position] != '{')
        {
            int single = _position;
            if (source[_position] == '\\') return [];
            _position++;
            return source.AsSpan(single, 1);
        }
        int start = ++_position;
        int depth = 1;
        for (; _position < source.Length; _position++)
        {
            char c = source[_position];
            if (c == '\\') _position++;
            else if (c == '{') depth++;
            else if (c == '}' && --depth == 0)
            {
                _position++;
                return source.AsSpan(start, _position - 1 - start);
            }
        }
        _position = source.Length;
        return source.AsSpan(start, _position - start);
    }

    private void ReadEnvironment(bool begins, int start)
    {
        string name = TakeArgument().Trim().TrimEnd('*').ToString();
        if (begins && name == "array")
        {
            SkipSpace();
            if (_position < source.Length && source[_position] == '[')
            {
                int close = source.IndexOf(']', _position);
                if (close > 0) _position = close + 1;
            }
            if (_position < source.Length && source[_position] == '{') TakeArgument();
        }
        if (begins) _brackets++;
        else if (_brackets > 0) _brackets--;
        if (name is "aligned" or "align" or "alignedat" or "split" or "gathered" or "gather" or "eqnarray") _alignments += begins ? 1 : -1;
        Add(begins ? TokenKind.BeginEnvironment : TokenKind.EndEnvironment, name, start);
    }
}
