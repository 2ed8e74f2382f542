using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>Splits what stands inside a tag into tokens.</summary>
/// <param name="source">The template.</param>
/// <param name="end">What ends the tag.</param>
/// <param name="signPlus">A <c>+</c> may stand before the end.</param>
internal sealed class ExpressionLexer(string source, string end, bool signPlus)
{
    private static readonly string[] LongOperators = ["//", "**", "==", "!=", ">=", "<="];

    // The closing brackets that are waited for: braces of a dictionary do not end a tag.
    private readonly Stack<char> _open = new();

    public int SkipSpace(int at)
    {
        while (at < source.Length && PythonText.IsSpace(source[at])) at++;
        return at;
    }

    /// <summary>The sign of the tag's end where there is one at this place (a space for none), or null.</summary>
    public char? EndAt(int at)
    {
        if (_open.Count > 0) return null;
        if (string.CompareOrdinal(source, at, end, 0, 2) == 0) return ' ';
        bool signed = source[at] == '-' || (signPlus && source[at] == '+');
        return signed && string.CompareOrdinal(source, at + 1, end, 0, 2) == 0 ? source[at] : null;
    }

    /// <summary>The token at this place, and where it ends.</summary>
    public (Token Token, int Next) Next(int at, int line)
    {
        char c = source[at];
        if (char.IsAsciiDigit(c)) return Number(at, line);
        if (IsNamePart(c)) return Name(at, line);
        if (c is '\'' or '"') return Text(at, line);
        string? text = LongOperators.FirstOrDefault(text => string.CompareOrdinal(source, at, text, 0, 2) == 0);
        if (text is null && !"+-/*%~[](){}><=.:|,".Contains(c, StringComparison.Ordinal))
            throw new JinjaException($"the character '{c}' is not expected here", line);
        text ??= c.ToString();
        Balance(c, line);
        return (new(TokenKind.Operator, text, line), at + text.Length);
    }

    private void Balance(char c, int line)
    {
        if (c is '(' or '[' or '{') _open.Push(c == '(' ? ')' : c == '[' ? ']' : '}');
        if (c is not (')' or ']' or '}')) return;
        if (!_open.TryPop(out char expected)) throw new JinjaException($"'{c}' closes a bracket that was not opened", line);
        if (expected != c) throw new JinjaException($"'{c}' stands where '{expected}' is expected", line);
    }

    private (Token, int) Name(int at, int line)
    {
        int next = at;
        while (next < source.Length && IsNamePart(source[next])) next++;
        return (new(TokenKind.Name, source[at..next], line), next);
    }

    private (Token, int) Number(int at, int line)
    {
        int next = Digits(at);
        bool isFloat = false;
        // In "a.1.2" the numbers are two steps of access.
        if (at == 0 || source[at - 1] != '.')
        {
            if (next + 1 < source.Length && source[next] == '.' && char.IsAsciiDigit(source[next + 1]))
                (next, isFloat) = (Digits(next + 1), true);
            int exponent = next + 1 < source.Length && source[next] is 'e' or 'E' ? next + 1 : -1;
            if (exponent > 0 && source[exponent] is '+' or '-') exponent++;
            if (exponent > 0 && exponent < source.Length && char.IsAsciiDigit(source[exponent])) (next, isFloat) = (Digits(exponent), true);
        }
        string text = source[at..next].Replace("_", "", StringComparison.Ordinal);
        return (new(isFloat ? TokenKind.Float : TokenKind.Integer, text, line), next);
    }

    private int Digits(int at)
    {
        while (at < source.Length
            && (char.IsAsciiDigit(source[at]) || (source[at] == '_' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1]))))
            at++;
        return at;
    }

    private (Token, int) Text(int at, int line)
    {
        for (int i = at + 1; i < source.Length; i++)
        {
            if (source[i] == source[at])
                return (new(TokenKind.String, EscapedText.Resolve(source.AsSpan(at + 1, i - at - 1), line), line), i + 1);
            if (source[i] == '\\') i++;
        }
        throw new JinjaException("a text in quotation marks does not end", line);
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
