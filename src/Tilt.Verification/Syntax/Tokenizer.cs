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
internal sealed class Tokenizer(string source, WorkMeter meter, bool commasSeparate)
{
    private static readonly FrozenDictionary<string, (TokenKind, string)>.AlternateLookup<ReadOnlySpan<char>> Commands =
        Vocabulary.Commands.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, (TokenKind, string)>.AlternateLookup<ReadOnlySpan<char>> Words =
        Vocabulary.Words.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Ignored =
        Vocabulary.Ignored.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly System.Buffers.SearchValues<char> Vowels = System.Buffers.SearchValues.Create("aeiouyAEIOU");

    private readonly List<Token> tokens = new(Math.Min(source.Length, 64));
    private int position;
    private int brackets;
    private bool space;
    private bool setBrace;

    /// <summary>Whether a comma between digits was read as a thousands separator although it could separate items.</summary>
    public bool AmbiguousComma { get; private set; }

    public List<Token> Run()
    {
        while (position < source.Length)
        {
            meter.Charge(1);
            Step(source[position]);
        }
        Add(TokenKind.End, "", source.Length);
        return tokens;
    }

    private void Step(char c)
    {
        int start = position;
        if (char.IsWhiteSpace(c) || c is '\u200b' or '\ufeff' or '~' or '\u00ad')
        {
            space = true;
            position++;
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && position + 1 < source.Length && char.IsAsciiDigit(source[position + 1])))
        {
            ReadNumber();
        }
        else if (char.IsAsciiLetter(c)) ReadLetters();
        else if (c == '\\') ReadCommand();
        else if (c < 128) ReadSign(c, start);
        else ReadUnicode(c, start);
    }

    private void Add(TokenKind kind, string text, int start)
    {
        tokens.Add(new(kind, text, space, start));
        space = false;
    }

    private void ReadSign(char c, int start)
    {
        position++;
        char next = position < source.Length ? source[position] : '\0';
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
            ('%', _) => (TokenKind.Percent, "%", 1),
            ('\'', _) => (TokenKind.Prime, "'", 1),
            ('`', _) => (TokenKind.Prime, "'", 1),
            ('(', _) => (TokenKind.Open, "(", 1),
            (')', _) => (TokenKind.Close, ")", 1),
            ('[', _) => (TokenKind.Open, "[", 1),
            (']', _) => (TokenKind.Close, "]", 1),
            ('{', _) => setBrace ? (TokenKind.Open, "{", 1) : (TokenKind.GroupOpen, "{", 1),
            ('}', _) => setBrace ? (TokenKind.Close, "}", 1) : (TokenKind.GroupClose, "}", 1),
            ('|', '|') => (TokenKind.Bar, "|", 1),
            ('|', _) => (TokenKind.Bar, "|", 1),
            (',', _) => (TokenKind.Comma, ",", 1),
            (';', _) => (TokenKind.Semicolon, ";", 1),
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
        setBrace = false;
        position = start + length;
        if (kind == TokenKind.Open) brackets++;
        if (kind == TokenKind.Close && brackets > 0) brackets--;
        Add(kind, text, start);
    }

    private void ReadUnicode(char c, int start)
    {
        position++;
        (TokenKind kind, string text) = c switch
        {
            '−' or '–' or '—' or '‐' or '‑' or '﹣' or '－' => (TokenKind.Minus, "-"),
            '×' or '·' or '⋅' or '∙' or '•' => (TokenKind.Times, "*"),
            '÷' or '∕' or '⁄' => (TokenKind.Divide, "/"),
            '＋' => (TokenKind.Plus, "+"),
            '＝' => (TokenKind.Relation, "="),
            '±' => (TokenKind.PlusMinus, "±"),
            '∓' => (TokenKind.PlusMinus, "∓"),
            '≤' or '⩽' or '≦' => (TokenKind.Relation, "<="),
            '≥' or '⩾' or '≧' => (TokenKind.Relation, ">="),
            '≠' => (TokenKind.Relation, "!="),
            '≈' or '≃' or '∼' => (TokenKind.Relation, "~"),
            '∈' => (TokenKind.Relation, "in"),
            '∪' => (TokenKind.Union, "∪"),
            '∩' => (TokenKind.Intersection, "∩"),
            '∖' => (TokenKind.Difference, "\\"),
            '∞' => (TokenKind.Symbol, "infinity"),
            'π' or 'Π' => (TokenKind.Symbol, "pi"),
            '√' => (TokenKind.Root, "sqrt"),
            '°' or '˚' or 'º' => (TokenKind.Degree, "°"),
            '′' or '’' or '‘' => (TokenKind.Prime, "'"),
            '％' => (TokenKind.Percent, "%"),
            '∅' or 'Ø' or 'ø' => (TokenKind.Symbol, "∅"),
            'ℝ' => (TokenKind.Symbol, "ℝ"),
            '€' or '£' or '¥' or '₹' or '¢' => (TokenKind.Currency, c.ToString()),
            '（' => (TokenKind.Open, "("),
            '）' => (TokenKind.Close, ")"),
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
            _ => (TokenKind.End, ""),
        };
        if (kind != TokenKind.End)
        {
            if (kind == TokenKind.Open) brackets++;
            if (kind == TokenKind.Close && brackets > 0) brackets--;
            Add(kind, text, start);
            return;
        }
        ReadOtherUnicode(c, start);
    }

    private void ReadOtherUnicode(char c, int start)
    {
        int superscript = "⁰¹²³⁴⁵⁶⁷⁸⁹".IndexOf(c);
        int fraction = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞".IndexOf(c);
        int subscript = "₀₁₂₃₄₅₆₇₈₉".IndexOf(c);
        if (superscript >= 0 || subscript >= 0)
        {
            string digits = superscript >= 0 ? "⁰¹²³⁴⁵⁶⁷⁸⁹" : "₀₁₂₃₄₅₆₇₈₉";
            var text = new System.Text.StringBuilder().Append(Math.Max(superscript, subscript));
            while (position < source.Length && digits.Contains(source[position]))
                text.Append(digits.IndexOf(source[position++]));
            Add(superscript >= 0 ? TokenKind.Power : TokenKind.Subscript, "^", start);
            Add(TokenKind.Number, text.ToString(), start);
        }
        else if (fraction >= 0)
        {
            (int top, int bottom) = new[]
            {
                (1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (2, 5), (3, 5), (4, 5), (1, 6), (5, 6), (1, 8), (3, 8), (5, 8), (7, 8),
            }[fraction];
            Add(TokenKind.Fraction, "frac", start);
            Add(TokenKind.Number, Vocabulary.Letters['0' + top], start);
            Add(TokenKind.Number, Vocabulary.Letters['0' + bottom], start);
        }
        else if (char.IsLetter(c)) ReadForeignLetter(c, start);
        else if (char.IsSurrogate(c)) Add(TokenKind.Unknown, "\ufffd", start);
        else Add(TokenKind.Unknown, c.ToString(), start);
    }

    private void ReadForeignLetter(char c, int start)
    {
        if (c is >= 'α' and <= 'ω' or >= 'Α' and <= 'Ω')
        {
            const string Names = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega";
            string name = Names.Split(' ')[char.ToLowerInvariant(c) - 'α'];
            Add(TokenKind.Symbol, char.IsUpper(c) ? char.ToUpperInvariant(name[0]) + name[1..] : name, start);
            return;
        }
        while (position < source.Length && char.IsLetter(source[position])) position++;
        Add(TokenKind.Text, source[start..position], start);
    }

    private void ReadLetters()
    {
        int start = position;
        while (position < source.Length && char.IsAsciiLetter(source[position])) position++;
        ReadOnlySpan<char> run = source.AsSpan(start, position - start);
        if (run.Length == 1)
        {
            Add(TokenKind.Symbol, Vocabulary.Letters[run[0]], start);
            return;
        }
        if (position < source.Length && source[position] == '.' && run is "np" or "math" or "numpy")
        {
            position++;
            return;
        }
        if (Words.TryGetValue(run, out (TokenKind Kind, string Text) word)) Add(word.Kind, word.Text, start);
        else ReadRun(run, start);
    }

    /// <summary>A run of letters that is no known word: joined connectives and functions, a word or unit, or a product of symbols.</summary>
    private void ReadRun(ReadOnlySpan<char> run, int start)
    {
        int split = run.StartsWith("or") ? 2 : run.StartsWith("and") ? 3 : 0;
        if (split > 0 && tokens.Count > 0 && tokens[^1].Kind is TokenKind.Number or TokenKind.Close && run.Length - split <= 3)
        {
            Add(split == 2 ? TokenKind.Or : TokenKind.And, "or", start);
            position = start + split;
            return;
        }
        foreach (string function in (ReadOnlySpan<string>)["sin", "cos", "tan", "log", "ln"])
        {
            if (run.StartsWith(function) && run.Length <= function.Length + 1)
            {
                Add(TokenKind.Function, function, start);
                position = start + function.Length;
                return;
            }
        }
        bool afterNumber = tokens.Count > 0 && space && tokens[^1].Kind is TokenKind.Number or TokenKind.GroupClose or TokenKind.Close;
        if (tokens.Count > 0 && tokens[^1].Kind == TokenKind.Number && run is "am" or "pm" or "AM" or "PM")
        {
            Add(TokenKind.Text, run is "am" or "AM" ? "am" : "pm", start);
            return;
        }
        bool glued = tokens.Count > 0 && tokens[^1].Kind == TokenKind.Number && run is "cm" or "km" or "mm" or "kg" or "ft" or "mph" or "lb" or "lbs" or "hrs" or "sec";
        if (IsWord(run) || glued || (afterNumber && Units.IsUnit(run)))
        {
            Add(TokenKind.Text, run.ToString(), start);
            return;
        }
        for (int i = 0; i < run.Length; i++) Add(TokenKind.Symbol, Vocabulary.Letters[run[i]], start + i);
    }

    private static bool IsWord(ReadOnlySpan<char> run) =>
        run.Length >= 4 && run[1..].IndexOfAnyInRange('A', 'Z') < 0 && run.IndexOfAny(Vowels) >= 0;

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
        else if (name is "boxed" or "fbox" or "mathbin" or "mathord" or "mathop" or "mathrel" or "ensuremath" or "color") SkipStyle(name);
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
        Add(begins ? TokenKind.BeginEnvironment : TokenKind.EndEnvironment, name, start);
    }

    /// <summary>The content of <c>\text{}</c> and its like: a connective, a letter, a number, or words.</summary>
    private void ReadText(int start)
    {
        ReadOnlySpan<char> raw = TakeArgument();
        ReadOnlySpan<char> content = raw.Trim(" \t\r\n~").TrimEnd('.');
        if (content.StartsWith("\\ ")) content = content[2..];
        if (content.IsEmpty)
        {
            space = true;
            return;
        }
        if (content.Length > 1 && content[0] == ',') content = content[1..].TrimStart();
        if (content.IndexOfAny("\\$") >= 0 || IsMathText(content))
        {
            Inline(content, start);
            return;
        }
        if (Words.TryGetValue(content, out (TokenKind Kind, string Text) word) && word.Kind is not (TokenKind.Text or TokenKind.Function))
        {
            Add(word.Kind, word.Text, start);
            return;
        }
        bool unit = content.Length == 1 && tokens.Count > 0 && Units.IsUnit(content)
            && tokens[^1].Kind is TokenKind.Number or TokenKind.GroupClose or TokenKind.Close or TokenKind.Divide or TokenKind.Text && IsAfterValue();
        if (content.Length == 1 && char.IsAsciiLetter(content[0]) && !unit) Add(TokenKind.Symbol, Vocabulary.Letters[content[0]], start);
        else Add(TokenKind.Text, TextAnswer.Normalize(content), start);
    }

    /// <summary>Whether a number was read and no symbol: <c>5\mathrm{m}</c> has a unit, <c>x\mathrm{m}</c> a letter.</summary>
    private bool IsAfterValue()
    {
        bool number = false;
        foreach (Token token in tokens)
        {
            if (token.Kind == TokenKind.Symbol && token.Text is not ("pi" or "e")) return false;
            number |= token.Kind == TokenKind.Number;
        }
        meter.Charge(tokens.Count);
        return number;
    }

    /// <summary>Whether text is really mathematics: digits, or a letter in parentheses, or letters in a list.</summary>
    private static bool IsMathText(ReadOnlySpan<char> content)
    {
        int letters = 0;
        bool other = false;
        foreach (char c in content)
        {
            if (char.IsAsciiLetter(c)) letters++;
            else if (c == '(' || c == ')' || c == ',' || char.IsAsciiDigit(c)) other = true;
        }
        return other && (letters == 0 || (letters == 1 && content[0] == '('));
    }

    private void Inline(ReadOnlySpan<char> content, int start)
    {
        var inner = new Tokenizer(content.ToString().Replace("$", " "), meter, commasSeparate);
        meter.Charge(content.Length);
        List<Token> parts = inner.Run();
        for (int i = 0; i + 1 < parts.Count; i++) Add(parts[i].Kind, parts[i].Text, start);
    }

    private void ReadNumber()
    {
        int start = position;
        string text = NumberReader.Read(source, ref position, brackets == 0, commasSeparate, out bool ambiguous);
        AmbiguousComma |= ambiguous;
        Add(TokenKind.Number, text, start);
    }
}
