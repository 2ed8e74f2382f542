using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>Goes through the tokens of a template.</summary>
/// <param name="tokens">The tokens; the last one is the end.</param>
internal sealed class TokenReader(IReadOnlyList<Token> tokens)
{
    // What is nested, and every operator of a chain, is a call deeper when the template is rendered; the stack is checked only where macros
    // are called.
    private const int Deepest = 100, Longest = 250;

    private int _depth, _links;

    public int Position { get; private set; }

    public Token Current => tokens[Position];

    public Token Following => tokens[Math.Min(Position + 1, tokens.Count - 1)];

    public Token Next()
    {
        Token token = Current;
        if (Position < tokens.Count - 1) Position++;
        if (token.Kind is TokenKind.BlockBegin or TokenKind.OutputBegin) _links = 0;
        return token;
    }

    /// <summary>Counts an operator that goes on with what stands before it.</summary>
    public void Link()
    {
        if (++_links > Longest) throw new JinjaException($"a tag has more than {Longest} operators", Current.Line);
    }

    public bool SkipName(string name) => Skip(Current.IsName(name));

    public bool SkipOperator(string text) => Skip(Current.IsOperator(text));

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Next() : throw Unexpected(what);

    public Token ExpectName(string what = "a name") => Expect(TokenKind.Name, what);

    public void ExpectOperator(string text)
    {
        if (!SkipOperator(text)) throw Unexpected($"'{text}'");
    }

    public JinjaException Unexpected(string expected) => new($"{Current.Quoted} stands where {expected} is expected", Current.Line);

    /// <summary>Whether a name was read since a position.</summary>
    public bool HasSeen(string name, int since)
    {
        for (int i = since; i < Position; i++)
            if (tokens[i].IsName(name)) return true;
        return false;
    }

    /// <summary>Reads something that holds others of its kind.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (++_depth > Deepest) throw new JinjaException($"the template is nested more than {Deepest} deep", Current.Line);
        T result = read();
        _depth--;
        return result;
    }

    private bool Skip(bool matches)
    {
        if (matches) Next();
        return matches;
    }
}
