namespace Tilt.Verification.Syntax;

/// <summary>Brackets that stand for others: the outward ones of open intervals, and the brace before a system of equations.</summary>
internal static class Brackets
{
    /// <summary>Rewrites outward brackets as round ones and a braced array as a system.</summary>
    public static void Settle(List<Token> tokens)
    {
        TurnOutward(tokens);
        if (IsSystem(tokens))
        {
            tokens[0] = tokens[0] with { Text = "cases" };
            tokens[^2] = tokens[^2] with { Text = "cases" };
        }
        if (tokens.Count > 3 && tokens[0] is { Kind: TokenKind.Open, Text: "{" } && tokens[^2].Kind == TokenKind.EndEnvironment
            && tokens[1] is { Kind: TokenKind.BeginEnvironment, Text: "array" or "aligned" or "matrix" or "split" or "gathered" })
        {
            tokens[1] = tokens[1] with { Text = "cases" };
            tokens[^2] = tokens[^2] with { Text = "cases" };
            tokens.RemoveAt(0);
        }
    }

    /// <summary>Aligned equations of different symbols, one a row; those of one symbol are the steps of a calculation.</summary>
    private static bool IsSystem(List<Token> tokens)
    {
        if (tokens.Count < 8 || tokens[0] is not { Kind: TokenKind.BeginEnvironment, Text: "aligned" or "align" or "split" or "gathered" }
            || tokens[^2].Kind != TokenKind.EndEnvironment)
            return false;
        var names = new HashSet<string>();
        int rows = 0;
        for (int i = 0; i < tokens.Count - 2; i++)
        {
            if (i > 0 && tokens[i].Kind != TokenKind.RowBreak) continue;
            if (tokens[i + 1].Kind != TokenKind.Symbol || tokens[i + 2] is not { Kind: TokenKind.Relation, Text: "=" }) return false;
            names.Add(tokens[i + 1].Text);
            rows++;
        }

        return rows > 1 && names.Count == rows;
    }

    /// <summary>]−∞, 2[ is (−∞, 2): a closing bracket where nothing is open opens, an opening one behind a pair closes.</summary>
    private static void TurnOutward(List<Token> tokens)
    {
        if (!tokens.Exists(IsOutward)) return;
        var open = new Stack<(string Text, int Items)>();
        var changes = new List<int>();
        for (int i = 0; i < tokens.Count - 1; i++)
        {
            Token token = tokens[i];
            switch (token.Kind)
            {
                case TokenKind.Close when token.Text == "]" && open.Count == 0:
                    changes.Add(i);
                    open.Push(("]", 1));
                    break;
                case TokenKind.Open when token.Text == "[" && open.Count > 0 && open.Peek() is { Text: "[" or "]" or "(", Items: 2 }
                    && EndsInterval(tokens[i + 1]):
                    changes.Add(i);
                    open.Pop();
                    break;
                case TokenKind.Open or TokenKind.GroupOpen or TokenKind.BeginEnvironment:
                    open.Push((token.Text, 1));
                    break;
                case TokenKind.Close or TokenKind.GroupClose or TokenKind.EndEnvironment:
                    if (open.Count == 0) return;
                    open.Pop();
                    break;
                case TokenKind.Comma or TokenKind.Semicolon when open.Count > 0:
                    (string text, int items) = open.Pop();
                    open.Push((text, items + 1));
                    break;
            }
        }
        if (open.Count > 0) return;
        foreach (int at in changes)
        {
            bool opens = tokens[at].Kind == TokenKind.Close;
            tokens[at] = tokens[at] with { Kind = opens ? TokenKind.Open : TokenKind.Close, Text = opens ? "(" : ")" };
        }

        static bool IsOutward(Token token) => token is { Kind: TokenKind.Close, Text: "]" } or { Kind: TokenKind.Open, Text: "[" };
    }

    private static bool EndsInterval(Token next) =>
        next.Kind is TokenKind.End or TokenKind.Union or TokenKind.Intersection or TokenKind.Difference or TokenKind.Or or TokenKind.And
            or TokenKind.Comma or TokenKind.Close;
}
