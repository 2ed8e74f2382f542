using System.Text;

namespace Tilt.Verification.Syntax;

/// <summary>Parts of an answer that are read as a whole: names before an equals sign, remarks that quantify at the end.</summary>
internal static class TokenReadings
{
    /// <summary>
    /// Replaces a left side that only names what follows, but is no expression, by one symbol: P(A|B) =, f⁻¹(3) =, m∠ABC =, limits and
    /// sums, words.
    /// </summary>
    public static void FoldName(List<Token> tokens)
    {
        int equals = TopLevelEquals(tokens);
        if (equals < 2) return;
        int first = tokens[0] is { Kind: TokenKind.Symbol, Text: "m" } && tokens[1] is { Kind: TokenKind.Symbol, Text: "angle" } ? 1 : 0;
        if (!IsName(tokens, first, equals)) return;
        var name = new StringBuilder("name ");
        for (int i = first; i < equals; i++)
        {
            if (tokens[i].Kind is not (TokenKind.GroupOpen or TokenKind.GroupClose)) name.Append(tokens[i].Text);
        }
        Token symbol = new(TokenKind.Symbol, name.ToString(), tokens[0].SpaceBefore, tokens[0].Start);
        tokens.RemoveRange(0, equals);
        tokens.Insert(0, symbol);
    }

    private static int TopLevelEquals(List<Token> tokens)
    {
        int depth = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i].Kind)
            {
                case TokenKind.Open or TokenKind.GroupOpen or TokenKind.BeginEnvironment: depth++; break;
                case TokenKind.Close or TokenKind.GroupClose or TokenKind.EndEnvironment: depth--; break;
                case TokenKind.Comma or TokenKind.Semicolon or TokenKind.Or or TokenKind.And when depth == 0: return -1;
                case TokenKind.Relation when depth == 0: return tokens[i].Text == "=" ? i : -1;
            }
        }
        return -1;
    }

    private static bool IsName(List<Token> tokens, int from, int to)
    {
        switch (tokens[from].Kind)
        {
            case TokenKind.BigOperator:
                return true;
            case TokenKind.Text:
                return !HasOperation(tokens, from, to);
            case TokenKind.Symbol when tokens[from].Text == "angle":
                return !HasOperation(tokens, from, to);
            case TokenKind.Symbol when tokens[from].Text is "n" or "N":
                return IsCall(tokens, from + 1, to)
                    && tokens.FindIndex(from, to - from, token => token.Kind is TokenKind.Union or TokenKind.Intersection) > 0;
            case TokenKind.Symbol when tokens[from].Text is "P" or "Pr":
                return IsCall(tokens, from + 1, to);
            case TokenKind.Accent when from + 4 < to && tokens[from].Text == "mathbb"
                && tokens[from + 2] is { Kind: TokenKind.Symbol, Text: "P" }:
                return IsCall(tokens, from + 4, to);
            case TokenKind.Symbol when from + 2 < to && tokens[from + 1].Kind == TokenKind.Power:
                int at = from + 2;
                if (tokens[at].Kind == TokenKind.GroupOpen) at++;
                if (at + 1 >= to || tokens[at].Kind != TokenKind.Minus || tokens[at + 1] is not { Kind: TokenKind.Number, Text: "1" })
                    return false;
                at += 2;
                if (at < to && tokens[at].Kind == TokenKind.GroupClose) at++;
                return IsCall(tokens, at, to);
            default:
                return false;
        }
    }

    private static bool HasOperation(List<Token> tokens, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (tokens[i].Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Times or TokenKind.Divide or TokenKind.Power
                or TokenKind.Number or TokenKind.Fraction or TokenKind.Root)
                return true;
        }
        return false;
    }

    /// <summary>Whether one bracket reaches from the first token to the last.</summary>
    private static bool IsCall(List<Token> tokens, int from, int to)
    {
        if (from >= to - 1 || tokens[from].Kind != TokenKind.Open) return false;
        int depth = 0;
        for (int i = from; i < to; i++)
        {
            if (tokens[i].Kind == TokenKind.Open) depth++;
            else if (tokens[i].Kind == TokenKind.Close && --depth == 0) return i == to - 1;
        }
        return false;
    }

    /// <summary>Cuts "for any constant c", "for all x ∈ ℝ" off the end: it restricts nothing.</summary>
    public static void TrimQualifier(List<Token> tokens)
    {
        for (int i = 1; i < tokens.Count - 1; i++)
        {
            if (tokens[i].Kind != TokenKind.Text || !IsQuantifier(tokens[i].Text)) continue;
            for (int j = i + 1; j < tokens.Count - 1; j++)
            {
                bool harmless = tokens[j].Kind == TokenKind.Symbol || tokens[j] is { Kind: TokenKind.Relation, Text: "in" }
                    || tokens[j].Kind is TokenKind.Accent or TokenKind.GroupOpen or TokenKind.GroupClose or TokenKind.Comma
                    || (tokens[j].Kind == TokenKind.Text && IsPlain(tokens[j].Text.Split(' ')));
                if (!harmless) return;
            }
            tokens.RemoveRange(i, tokens.Count - 1 - i);
            if (i > 1 && tokens[i - 1].Kind == TokenKind.Comma) tokens.RemoveAt(i - 1);
            return;
        }
    }

    /// <summary>Takes the brackets off (mod 7).</summary>
    public static void OpenModulus(List<Token> tokens)
    {
        for (int i = tokens.Count - 2; i > 0; i--)
        {
            if (tokens[i] is not { Kind: TokenKind.Relation, Text: "mod" } || tokens[i - 1].Kind != TokenKind.Open
                || tokens[^2].Kind != TokenKind.Close)
                continue;
            tokens.RemoveAt(tokens.Count - 2);
            tokens.RemoveAt(i - 1);
            return;
        }
    }

    private static bool IsQuantifier(string text)
    {
        string[] words = text.Split(' ');
        return text is "where" || (words.Length > 1 && words[0] == "for"
            && words[1] is "any" or "all" or "every" or "each" or "some" or "arbitrary" && IsPlain(words[2..]));
    }

    private static bool IsPlain(string[] words) =>
        Array.TrueForAll(words, word => word.Trim(',') is "" or "real" or "constant" or "constants" or "number" or "numbers" or "integer"
            or "integers" or "value" or "values" or "of" or "arbitrary" or "complex" or "rational" or "is" or "are" or "a" or "an" or "any"
        or "where" or "and");
}
