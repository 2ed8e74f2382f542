using System.Globalization;

namespace Tilt.Verification.Syntax;

/// <summary>Signs, digits and letters beyond ASCII.</summary>
internal sealed partial class Tokenizer
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣʸᵏᵐ";

    private const string SuperscriptMeanings = "0123456789+-()nixykm";

    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉";

    private const string VulgarFractions = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒";

    private static readonly (int Top, int Bottom)[] VulgarValues =
    [
        (1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (2, 5), (3, 5), (4, 5), (1, 6), (5, 6), (1, 8), (3, 8), (5, 8), (7, 8), (1, 7),
        (1, 9), (1, 10),
    ];

    private static readonly string[] GreekLetters =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi",
        "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];

    private void ReadUnicode(char c, int start)
    {
        _position++;
        (TokenKind kind, string text) = SignOf(c);
        if (kind != TokenKind.End)
        {
            if (kind == TokenKind.Open) _brackets++;
            if (kind == TokenKind.Close && _brackets > 0) _brackets--;
            Add(kind, text, start);
            return;
        }
        ReadOtherUnicode(c, start);
    }

    private static (TokenKind Kind, string Text) SignOf(char c) => c switch
    {
        '−' or '–' or '—' or '‐' or '‑' or '﹣' or '－' => (TokenKind.Minus, "-"),
        '×' or '·' or '⋅' or '∙' or '•' or '∗' or '✕' => (TokenKind.Times, "*"),
        '÷' or '∕' or '⁄' => (TokenKind.Divide, "/"),
        '±' => (TokenKind.PlusMinus, "±"),
        '∓' => (TokenKind.PlusMinus, "∓"),
        '≤' or '⩽' or '≦' => (TokenKind.Relation, "<="),
        '≥' or '⩾' or '≧' => (TokenKind.Relation, ">="),
        '≠' => (TokenKind.Relation, "!="),
        '≈' or '≃' or '∼' => (TokenKind.Relation, "~"),
        '≡' => (TokenKind.Relation, "=="),
        '∈' => (TokenKind.Relation, "in"),
        '→' => (TokenKind.Relation, "to"),
        '⇒' => (TokenKind.Relation, "=>"),
        '∪' or '⋃' => (TokenKind.Union, "∪"),
        '∩' or '⋂' => (TokenKind.Intersection, "∩"),
        '∖' => (TokenKind.Difference, "\\"),
        '∞' => (TokenKind.Symbol, "infinity"),
        'π' or 'Π' => (TokenKind.Symbol, "pi"),
        '√' => (TokenKind.Root, "sqrt"),
        '∠' or '∡' => (TokenKind.Symbol, "angle"),
        '△' => (TokenKind.Symbol, "triangle"),
        '°' or '˚' or 'º' => (TokenKind.Degree, "°"),
        '′' or '’' or '‘' => (TokenKind.Prime, "'"),
        '∅' or 'Ø' or 'ø' => (TokenKind.Symbol, "∅"),
        'ℓ' => (TokenKind.Symbol, "ell"),
        'ℝ' => (TokenKind.Symbol, "ℝ"),
        'ℤ' => (TokenKind.Symbol, "ℤ"),
        'ℕ' => (TokenKind.Symbol, "ℕ"),
        'ℚ' => (TokenKind.Symbol, "ℚ"),
        '€' or '£' or '¥' or '₹' or '¢' => (TokenKind.Currency, c.ToString()),
        '【' => (TokenKind.Open, "["),
        '】' => (TokenKind.Close, "]"),
        '⟨' or '〈' => (TokenKind.Open, "⟨"),
        '⟩' or '〉' => (TokenKind.Close, "⟩"),
        '⌊' => (TokenKind.Open, "⌊"),
        '⌋' => (TokenKind.Close, "⌋"),
        '⌈' => (TokenKind.Open, "⌈"),
        '⌉' => (TokenKind.Close, "⌉"),
        '，' or '、' => (TokenKind.Comma, ","),
        '；' => (TokenKind.Semicolon, ";"),
        '：' or '∶' => (TokenKind.Colon, ":"),
        '。' => (TokenKind.Unknown, "."),
        '…' or '⋯' => (TokenKind.Ellipsis, "…"),
        '\u2061' => (TokenKind.Times, "*"),
        _ => (TokenKind.End, ""),
    };

    private void ReadOtherUnicode(char c, int start)
    {
        int fraction = VulgarFractions.IndexOf(c);
        if (c is '\u2062' or '\u2064')
        {
            // Invisible times and plus; the plus only stands between the parts of a mixed number.
            _space = true;
        }
        else if (c is '∛' or '∜')
        {
            Add(TokenKind.Root, "sqrt", start);
            Add(TokenKind.Open, "[", start);
            Add(TokenKind.Number, c == '∛' ? "3" : "4", start);
            Add(TokenKind.Close, "]", start);
        }
        else if (Superscripts.Contains(c)) ReadScript(start, Superscripts, SuperscriptMeanings, TokenKind.Power);
        else if (Subscripts.Contains(c)) ReadScript(start, Subscripts, SuperscriptMeanings, TokenKind.Subscript);
        else if (fraction >= 0)
        {
            (int top, int bottom) = VulgarValues[fraction];
            Add(TokenKind.Fraction, "frac", start);
            Add(TokenKind.Number, top.ToString(CultureInfo.InvariantCulture), start);
            if (bottom < 10)
            {
                Add(TokenKind.Number, Vocabulary.Letters['0' + bottom], start);
                return;
            }
            Add(TokenKind.GroupOpen, "{", start);
            Add(TokenKind.Number, bottom.ToString(CultureInfo.InvariantCulture), start);
            Add(TokenKind.GroupClose, "}", start);
        }
        else if (char.IsLetter(c)) ReadForeignLetter(c, start);
        else if (char.IsSurrogate(c)) Add(TokenKind.Unknown, "\ufffd", start);
        else Add(TokenKind.Unknown, c.ToString(), start);
    }

    /// <summary>A run of raised or lowered characters as one group.</summary>
    private void ReadScript(int start, string alphabet, string meanings, TokenKind kind)
    {
        _position = start;
        var text = new System.Text.StringBuilder();
        while (_position < source.Length && alphabet.IndexOf(source[_position]) is >= 0 and var index)
        {
            text.Append(meanings[index]);
            _position++;
        }
        meter.Charge(text.Length);
        Add(kind, kind == TokenKind.Power ? "^" : "_", start);
        Add(TokenKind.GroupOpen, "{", start);
        foreach (Token token in new Tokenizer(text.ToString(), meter, commasSeparate).Run())
        {
            if (token.Kind != TokenKind.End) Add(token.Kind, token.Text, start);
        }
        Add(TokenKind.GroupClose, "}", start);
    }

    private void ReadForeignLetter(char c, int start)
    {
        if (c is >= 'α' and <= 'ω' or >= 'Α' and <= 'Ω')
        {
            string name = GreekLetters[char.ToLowerInvariant(c) - 'α'];
            Add(TokenKind.Symbol, char.IsUpper(c) ? char.ToUpperInvariant(name[0]) + name[1..] : name, start);
            return;
        }
        while (_position < source.Length && char.IsLetter(source[_position])) _position++;
        Add(TokenKind.Text, source[start.._position], start);
    }
}
