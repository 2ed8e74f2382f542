namespace Tilt.Verification.Syntax;

/// <summary>Commands: styles, delimiters, environments, signs.</summary>
internal sealed partial class Tokenizer
{
    private void ReadCommand()
    {
        int start = position++;
        if (position >= source.Length) return;
        char c = source[position];
        if (!char.IsAsciiLetter(c))
        {
            ReadCommandSign(c, start);
            return;
        }
        while (position < source.Length && char.IsAsciiLetter(source[position])) position++;
        ReadNamedCommand(source.AsSpan(start + 1, position - start - 1), start);
    }

    private void ReadCommandSign(char c, int start)
    {
        position++;
        switch (c)
        {
            case ',' or ':' or ';' or '!' or ' ' or '>' or '\n' or '/':
                if (c != '!' && c != '/') space = true;
                break;
            case '(' or ')' or '[' or ']':
                space = true;
                break;
            case '\\':
                Add(TokenKind.RowBreak, "\\", start);
                SkipRowSpace();
                break;
            default:
                if (Commands.TryGetValue([c], out (TokenKind Kind, string Text) sign))
                {
                    if (sign.Kind == TokenKind.Open) brackets++;
                    if (sign.Kind == TokenKind.Close && brackets > 0) brackets--;
                    Add(sign.Kind, sign.Text, start);
                }
                break;
        }
    }

    /// <summary>The extra space that a row break may ask for: <c>\\[4pt]</c>.</summary>
    private void SkipRowSpace()
    {
        if (position >= source.Length || source[position] != '[') return;
        int close = source.IndexOf(']', position);
        if (close < 0 || close - position > 12) return;
        ReadOnlySpan<char> length = source.AsSpan(position + 1, close - position - 1).Trim();
        if (length.EndsWith("pt") || length.EndsWith("em") || length.EndsWith("ex") || length.EndsWith("mm") || length.EndsWith("cm")) position = close + 1;
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
            if (command.Kind == TokenKind.Open) brackets++;
            if (command.Kind == TokenKind.Close && brackets > 0) brackets--;
            Add(command.Kind, command.Text, start);
        }
        else if (Ignored.Contains(name))
        {
            space = true;
            if (name is "hspace" or "vspace" or "phantom") TakeArgument();
        }
        else if (name is "begin" or "end") ReadEnvironment(name is "begin", start);
        else if (name is "boxed" or "fbox" or "framebox" or "mathbin" or "mathord" or "mathop" or "mathrel" or "ensuremath" or "color") SkipStyle(name);
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
                position = start + 1 + length;
                if (head is "quad" or "qquad") space = true;
                else Add(Commands[head].Item1, Commands[head].Item2, start);
                return true;
            }
        }
        return false;
    }

    private void ReadNot(int start)
    {
        SkipSpace();
        if (position < source.Length && source[position] == '=')
        {
            position++;
            Add(TokenKind.Relation, "!=", start);
        }
        else if (source.AsSpan(position).StartsWith("\\in"))
        {
            position += 3;
            Add(TokenKind.Relation, "notin", start);
        }
        else Add(TokenKind.Negation, "¬", start);
    }

    private void ReadDelimiter(bool opens)
    {
        SkipSpace();
        if (position >= source.Length) return;
        if (source[position] == '.') position++;
        else if (source[position] == '|')
        {
            Add(opens ? TokenKind.BarOpen : TokenKind.BarClose, "|", position++);
        }
        else if (source[position] is '{' or '}') setBrace = true;
    }

    private void SkipSpace()
    {
        while (position < source.Length && char.IsWhiteSpace(source[position])) position++;
    }

    /// <summary>Skips a command's braced argument and returns its content.</summary>
    private ReadOnlySpan<char> TakeArgument()
    {
        SkipSpace();
        if (position >= source.Length) return [];
        if (source[position] != '{')
        {
            int single = position;
            if (source[position] == '\\') return [];
            position++;
            return source.AsSpan(single, 1);
        }
        int start = ++position;
        int depth = 1;
        for (; position < source.Length; position++)
        {
            char c = source[position];
            if (c == '\\') position++;
            else if (c == '{') depth++;
            else if (c == '}' && --depth == 0)
            {
                position++;
                return source.AsSpan(start, position - 1 - start);
            }
        }
        position = source.Length;
        return source.AsSpan(start, position - start);
    }

    private void ReadEnvironment(bool begins, int start)
    {
        string name = TakeArgument().Trim().TrimEnd('*').ToString();
        if (begins && name == "array")
        {
            SkipSpace();
            if (position < source.Length && source[position] == '[')
            {
                int close = source.IndexOf(']', position);
                if (close > 0) position = close + 1;
            }
            if (position < source.Length && source[position] == '{') TakeArgument();
        }
        if (begins) brackets++;
        else if (brackets > 0) brackets--;
        if (name is "aligned" or "align" or "alignedat" or "split" or "gathered" or "gather" or "eqnarray") _alignments += begins ? 1 : -1;
        Add(begins ? TokenKind.BeginEnvironment : TokenKind.EndEnvironment, name, start);
    }
}
