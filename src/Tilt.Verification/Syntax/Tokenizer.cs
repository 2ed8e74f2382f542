using System.Collections.Frozen;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>
/// Splits an answer in LaTeX, plain text or a mixture into tokens: spacing and styles vanish, the spellings of one sign become
/// one token, digits with thousands separators become one number.
/// </summary>
/// <param name="source">The answer.</param>
/// <param name="meter">Pays one step a token.</param>
/// <param name="commasSeparate">Whether a comma between digits always separates items, also where it could group thousands.</param>
internal sealed partial class Tokenizer(string source, WorkMeter meter, bool commasSeparate)
{
    private static readonly FrozenDictionary<string, (TokenKind, string)>.AlternateLookup<ReadOnlySpan<char>> Commands =
        Vocabulary.Commands.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, (TokenKind, string)>.AlternateLookup<ReadOnlySpan<char>> Words =
        Vocabulary.Words.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Ignored =
        Vocabulary.Ignored.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly System.Buffers.SearchValues<char> Vowels = System.Buffers.SearchValues.Create("aeiouyAEIOU");

    private readonly List<Token> _tokens = new(Math.Min(source.Length, 64));
    private int _position;
    private int _brackets;
    private bool _space;
    private bool _setBrace;
    private int _alignments;

    /// <summary>Whether a comma between digits was read as a thousands separator although it could separate items.</summary>
    public bool AmbiguousComma { get; private set; }

    public List<Token> Run()
    {
        while (_position < source.Length)
        {
            meter.Charge(1);
            Step(source[_position]);
        }
        Add(TokenKind.End, "", source.Length);
        return _tokens;
    }

    private void Step(char c)
    {
        int start = _position;
        if (c == '{' && IsBracedSign())
        {
            _position += 3;
            ReadSign(source[start + 1], start + 1);
            _position = start + 3;
            return;
        }
        if (char.IsAsciiLetterOrDigit(c) && TryReadLargeBase()) return;
        if (char.IsWhiteSpace(c) || c is '\u200b' or '\ufeff' or '~' or '\u00ad')
        {
            _space = true;
            _position++;
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && NumberReader.StartsDecimals(source.AsSpan(_position + 1))))
        {
            ReadNumber();
        }
        else if (char.IsAsciiLetter(c)) ReadLetters();
        else if (c == '&' && _alignments > 0) _position++;
        else if (c == '\\') ReadCommand();
        else if (c < 128) ReadSign(c, start);
        else ReadUnicode(c, start);
    }

    private void Add(TokenKind kind, string text, int start)
    {
        _tokens.Add(new(kind, text, _space, start));
        _space = false;
    }

    private void ReadSign(char c, int start)
    {
        _position++;
        char next = _position < source.Length ? source[_position] : '\0';
        (TokenKind kind, string text, int length) = (c, next) switch
        {
            ('+', '-') => (TokenKind.PlusMinus, "±", 2),
            ('+', _) => (TokenKind.Plus, "+", 1),
            ('-', _) => (TokenKind.Minus, "-", 1),
            ('*', '*') => (TokenKind.Power, "^", 2),
            ('*', _) => (TokenKind.Times, "*", 1),
            ('/', _) => (TokenKind.Divide, "/", 1),
            ('^', _) => (TokenKind.Power, "^", 1),
            ('_', _) => (TokenKind.Subscript, "_", 1),
            ('!', '=') => (TokenKind.Relation, "!=", 2),
            ('!', _) => (TokenKind.Factorial, "!", 1),
            ('"', _) when _tokens.Count > 0 && _tokens[^1].Kind == TokenKind.Number => (TokenKind.Prime, "\"", 1),
            ('%', _) => (TokenKind.Percent, "%", 1),
            ('\'', _) => (TokenKind.Prime, "'", 1),
            ('`', _) => (TokenKind.Prime, "'", 1),
            ('(', _) => (TokenKind.Open, "(", 1),
            (')', _) => (TokenKind.Close, ")", 1),
            ('[', _) => (TokenKind.Open, "[", 1),
            (']', _) => (TokenKind.Close, "]", 1),
            ('{', _) => _setBrace ? (TokenKind.Open, "{", 1) : (TokenKind.GroupOpen, "{", 1),
            ('}', _) => _setBrace ? (TokenKind.Close, "}", 1) : (TokenKind.GroupClose, "}", 1),
            ('|', '|') => (TokenKind.Bar, "|", 1),
            ('|', _) => (TokenKind.Bar, "|", 1),
            (',', _) => (TokenKind.Comma, ",", 1),
            (';', _) => (TokenKind.Semicolon, ";", 1),
            (':', '=') => (TokenKind.Relation, "=", 2),
            (':', _) => (TokenKind.Colon, ":", 1),
            ('=', '=') => (TokenKind.Relation, "=", 2),
            ('=', '>') => (TokenKind.Relation, "=>", 2),
            ('=', _) => (TokenKind.Relation, "=", 1),
            ('<', '=') => (TokenKind.Relation, "<=", 2),
            ('<', '>') => (TokenKind.Relation, "!=", 2),
            ('<', _) => (TokenKind.Relation, "<", 1),
            ('>', '=') => (TokenKind.Relation, ">=", 2),
            ('>', _) => (TokenKind.Relation, ">", 1),
            ('&', _) => (TokenKind.Ampersand, "&", 1),
            ('$', _) => (TokenKind.Currency, "$", 1),
            ('.', '.') => (TokenKind.Ellipsis, "…", 2),
            ('.', _) => (TokenKind.Unknown, ".", 1),
            _ => (TokenKind.Unknown, Vocabulary.Letters[c], 1),
        };
        _setBrace = false;
        _position = start + length;
        if (kind == TokenKind.Open) _brackets++;
        if (kind == TokenKind.Close && _brackets > 0) _brackets--;
        Add(kind, text, start);
        if (c == '"' && kind == TokenKind.Prime) Add(kind, text, start);
    }

    /// <summary>Whether braces hold one sign, which loses its spacing so: 3{:}30.</summary>
    private bool IsBracedSign() =>
        _position + 2 < source.Length && source[_position + 2] == '}'
        && source[_position + 1] is ':' or '=' or '<' or '>' or '/' or '-' or '+'
        && (_tokens.Count == 0 || _tokens[^1].Kind is not (TokenKind.Power or TokenKind.Subscript));

    /// <summary>A number with letters for digits before a subscript that names its base: 2B_{16}.</summary>
    private bool TryReadLargeBase()
    {
        int end = _position;
        bool letter = false;
        while (end < source.Length && end - _position < 64 && char.IsAsciiLetterOrDigit(source[end]))
            letter |= char.IsAsciiLetter(source[end++]);
        if (!letter || end + 2 >= source.Length || source[end] != '_'
            || (_position > 0 && char.IsAsciiLetterOrDigit(source[_position - 1])))
            return false;
        ReadOnlySpan<char> index = source.AsSpan(end + 1);
        bool grouped = index[0] == '{';
        if (grouped) index = index[1..];
        int digits = 0;
        while (digits < index.Length && char.IsAsciiDigit(index[digits])) digits++;
        if (digits != 2 || (grouped && (digits >= index.Length || index[digits] != '}'))) return false;
        int radix = int.Parse(index[..digits], System.Globalization.CultureInfo.InvariantCulture);
        string text = source[_position..end].ToUpperInvariant();
        if (radix is < 11 or > 36 || (radix != 16 && text.AsSpan().IndexOfAnyInRange('0', '9') < 0)
            || !text.All(c => NumberReader.DigitValue(c) < radix))
            return false;
        Add(TokenKind.Based, $"{text.TrimStart('0')}_{radix}", _position);
        _position = end + 1 + digits + (grouped ? 2 : 0);
        return true;
    }

    private void ReadNumber()
    {
        int start = _position;
        string text = NumberReader.Read(source, ref _position, _brackets == 0, commasSeparate, out bool ambiguous);
        AmbiguousComma |= ambiguous;
        if (NumberReader.ReadUnendingDecimals(source, text, ref _position) is { } periodic) text = periodic;
        Add(TokenKind.Number, text, start);
    }
}
