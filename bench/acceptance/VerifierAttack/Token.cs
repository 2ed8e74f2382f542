namespace Tilt.Acceptance.VerifierAttack;

/// <summary>A piece of a response.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Fixed">Whether it makes the response wrong and may be neither moved nor removed.</param>
internal readonly record struct Token(string Text, bool Fixed = false)
{
    /// <summary>The response that tokens make.</summary>
    public static string Join(IEnumerable<Token> tokens) => string.Concat(tokens.Select(token => token.Text));

    /// <summary>Tokens that may not be moved.</summary>
    public static Token[] Pinned(params ReadOnlySpan<string> texts)
    {
        Token[] tokens = new Token[texts.Length];
        for (int i = 0; i < texts.Length; i++) tokens[i] = new(texts[i], true);
        return tokens;
    }
}
